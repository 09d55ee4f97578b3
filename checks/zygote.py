"""A warm parent: it has the libraries loaded and never learner code, and forks a child a request.

Most of a short run is imports. `verify` starts many hundred Pythons; through the zygote each of
them begins with the libraries in memory. A child is what `python -I -B …` would be: a process
group, an environment, a working folder and three files of its own. It is no border: contained
runs never come here.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn

VARIABLE = "EVENTURE_ZYGOTE"
LIBRARIES = (
    *("pytest", "_pytest.assertion.rewrite", "httpx2", "psycopg", "redis", "pygments"),
    *("fastapi", "fastapi.openapi.utils", "uvicorn", "uvicorn.protocols.http.h11_impl"),
    *("uvicorn.lifespan.on", "uvicorn.loops.asyncio", "sqlalchemy.orm", "alembic.command"),
    *("sqlalchemy.dialects.postgresql.psycopg", "pydantic_settings", "email_validator"),
    *("jwt", "pwdlib.hashers.bcrypt", "psycopg_binary", "alembic.config", "tomllib", "anyio"),
)


@contextmanager
def warm() -> Iterator[None]:
    """Have a zygote for the processes that are started inside the block."""
    with tempfile.TemporaryDirectory(prefix="eventure-zygote-") as folder:
        path = str(Path(folder) / "zygote.sock")
        server = subprocess.Popen(
            [sys.executable, "-I", "-B", "-m", "checks.zygote", path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            if server.stdout and server.stdout.readline() == b"ready\n":
                os.environ[VARIABLE] = path
            yield
        finally:
            os.environ.pop(VARIABLE, None)
            server.kill()
            server.wait()


class Child:
    """A forked process; the part of `subprocess.Popen` that the harness needs."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: IO[bytes] | None,
        stdout: int,
        stderr: int,
    ) -> None:
        """`argv` is what follows `python -I -B`. Raises OSError when the zygote is gone."""
        inner, outer = os.pipe()
        self._status: int | None = None
        self._link = socket.socket(socket.AF_UNIX)
        self._link.connect(os.environ[VARIABLE])
        asked = {"argv": list(argv), "cwd": str(cwd), "env": dict(env)}
        given = [stdin.fileno() if stdin else inner, stdout, stderr]
        socket.send_fds(self._link, [json.dumps(asked).encode()], given)
        self._link.shutdown(socket.SHUT_WR)
        os.close(inner)
        self.stdin = os.fdopen(outer, "wb")
        # unbuffered: a buffer would swallow the status of a child that ends at once
        self._lines = self._link.makefile("rb", buffering=0)
        self.pid = int(self._lines.readline())

    def poll(self) -> int | None:
        """The exit status once it has ended: what it said itself, or -9."""
        if self._status is None:
            self._link.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                self._status = _status(self._link.recv(16))
            self._link.setblocking(True)
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        self._link.settimeout(timeout)
        try:
            if self._status is None:
                self._status = _status(self._link.recv(16))
        except TimeoutError:
            raise subprocess.TimeoutExpired("python", timeout or 0) from None
        return self._status


def _status(said: bytes) -> int:
    return int(said) if said else -signal.SIGKILL


def available() -> bool:
    """Whether a zygote is there to be asked."""
    return VARIABLE in os.environ


def main(path: str) -> None:
    """Load the libraries, then fork a child for each request until the starter is gone."""
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(64)
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    while True:
        link, _ = server.accept()
        _serve(server, link)
        link.close()


def _serve(server: socket.socket, link: socket.socket) -> None:
    message, descriptors, _, _ = socket.recv_fds(link, 1 << 16, 3)
    while more := link.recv(1 << 16):
        message += more
    if os.fork() == 0:
        server.close()
        _become(json.loads(message), descriptors, link)
    for descriptor in descriptors:
        os.close(descriptor)


def _become(asked: dict[str, object], descriptors: list[int], link: socket.socket) -> NoReturn:
    """Be the child: its own group, files, folder and environment; then run what was asked."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    link.sendall(f"{os.getpid()}\n".encode())
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(str(asked["cwd"]))
    os.environ.clear()
    os.environ.update(asked["env"])  # type: ignore[call-overload]  # JSON: str to str
    status = _run(list(asked["argv"]))  # type: ignore[call-overload]  # JSON: a list of str
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    with contextlib.suppress(OSError):
        link.sendall(str(status).encode())
    os._exit(status)


def _run(argv: list[str]) -> int:
    try:
        match argv:
            case ["-c", code, *rest]:
                sys.argv = ["-c", *rest]
                exec(code, {"__name__": "__main__"})  # noqa: S102 - `python -c` is just that
            case ["-m", module, *rest]:
                sys.argv = [module, *rest]
                runpy.run_module(module, run_name="__main__", alter_sys=True)
            case [script, *rest]:
                sys.argv = [script, *rest]
                runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    except BaseException:  # noqa: BLE001 - as `python` itself would: print it and end
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    main(sys.argv[1])
