"""Redis as a process: started, probed and stopped."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError
from checks.programs import child_environment
from checks.services.account import Account
from checks.services.home import Home
from checks.services.owned_directory import ensure_owned_directory
from checks.services.process import is_running, read_pid
from checks.services.redis_program import find_redis

DATABASES = 1024
# The ACL of the application's user: every command on keys, none that changes the server or that
# reaches the databases of other runs.
APPLICATION_ACL = (
    "on", "nopass", "~*", "&*", "+@all", "-@admin", "-flushall", "-swapdb", "-migrate", "-restore",
    "-client", "+client|setname", "+client|getname", "+client|id",
)  # fmt: skip
# The process ends with the one that holds the other end of its standard input.
SIMULATION = """
import os, sys, threading
from fakeredis import TcpFakeServer
server = TcpFakeServer(("127.0.0.1", {port}))
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
"""
# A script that runs longer makes the server answer BUSY instead of nothing.
SCRIPT_TIMEOUT_MS = 500
PING = b"*1\r\n$4\r\nPING\r\n"


@dataclass(frozen=True)
class RunningRedis:
    """The started process, its kind, its address (a socket path or `host:port`), its program."""

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
        CourseError: the started server does not answer.
    """
    end_orphan(home)
    installed = find_redis(home, account)
    if not installed:
        return _wait_until_ready(_start_simulation(account))
    password = secrets.token_hex(24)
    _write_password(password, home)
    ensure_owned_directory(home.sockets("redis").parent)
    running = start_server(*installed, home.sockets("redis"), password, account)
    (home.root / "redis.pid").write_text(str(running.process.pid))
    return running


def start_server(
    kind: str,
    program: Path,
    sockets: Path,
    password: str,
    account: Account,
    prefix: Sequence[str] = (),
) -> RunningRedis:
    """A Redis on a socket in the folder `sockets`; `prefix` is a command that executes it.

    Raises:
        CourseError: the server does not answer.
    """
    sockets.mkdir(exist_ok=True)
    sockets.chmod(0o755)
    account.take_ownership(sockets)
    address = sockets / "redis.sock"
    address.unlink(missing_ok=True)
    users = f"user default {' '.join(APPLICATION_ACL)}\nuser checker on >{password} ~* &* +@all\n"
    settings = (
        f"port 0\nunixsocket {address}\nunixsocketperm 777\nsave ''\nappendonly no\n"
        f"databases {DATABASES}\nmaxmemory 256mb\nmaxmemory-policy noeviction\n"
        "client-output-buffer-limit normal 64mb 0 0\n"  # replies that no client fetches are no keys
        f"lua-time-limit {SCRIPT_TIMEOUT_MS}\ndir {sockets}\n{users}"
    )
    process = _spawn([*prefix, str(program), "-"], account)
    assert process.stdin is not None  # noqa: S101 - it was started with a pipe
    process.stdin.write(settings.encode())
    process.stdin.close()
    return _wait_until_ready(RunningRedis(process, kind, str(address), str(program)))


def _wait_until_ready(running: RunningRedis) -> RunningRedis:
    deadline = time.monotonic() + 20
    while not redis_answers(running.address):
        if running.process.poll() is not None or time.monotonic() > deadline:
            running.stop()
            raise CourseError("Redis did not start: see `checks doctor`, or set REDIS_URL.")
        time.sleep(0.005)
    return running


def end_orphan(home: Home) -> bool:
    """Kill a Redis whose keeper was killed; whether there was one."""
    path = home.root / "redis.pid"
    pid = read_pid(path)
    running = is_running(pid, "redis")
    if pid is not None and running:
        os.kill(pid, signal.SIGKILL)
    path.unlink(missing_ok=True)
    return running


def redis_answers(address: str) -> bool:
    """Whether the server at the address answers PING; one that runs a long script does not."""
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


def _write_password(password: str, home: Home) -> None:
    home.redis_password_file.unlink(missing_ok=True)
    descriptor = os.open(home.redis_password_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password)


def _start_simulation(account: Account) -> RunningRedis:
    """Fakeredis as a process of its own, so that every run and the application see one server."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    source = SIMULATION.format(port=port)
    # Fakeredis is Python from this virtualenv, which the server's account may not be able to read.
    current_user = Account(account.uid, account.gid, drop_privileges=False)
    process = _spawn([sys.executable, "-I", "-c", source], current_user)
    return RunningRedis(process, "simulated", f"127.0.0.1:{port}")


def _spawn(argv: list[str], account: Account) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=child_environment(),
        user=account.uid if account.drop_privileges else None,
        group=account.gid if account.drop_privileges else None,
        extra_groups=() if account.drop_privileges else None,
    )
