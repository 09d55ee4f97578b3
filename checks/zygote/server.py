"""The zygote itself: loads the libraries, then forks a child for each request.

`python -I -B -m checks.zygote.server SOCKET` says `ready` and lives as long as its starter.
With a key behind the socket it outlives whoever started it (see `checks.zygote.daemon`): it ends
when nobody has asked for a while, when it would be another one if it were started now, and when its
socket is gone.
"""

import contextlib
import fcntl
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import time
from pathlib import Path
from typing import NoReturn

from checks.services.keeper import idle_seconds
from checks.zygote import daemon

LIBRARIES = (
    *("pytest", "_pytest.assertion.rewrite", "httpx2", "psycopg", "redis", "pygments"),
    *("fastapi", "fastapi.openapi.utils", "fastapi.testclient", "uvicorn"),
    *("uvicorn.protocols.http.h11_impl", "uvicorn.lifespan.on"),
    *("uvicorn.loops.asyncio", "sqlalchemy.orm", "alembic.command"),
    *("sqlalchemy.dialects.postgresql.psycopg", "pydantic_settings", "email_validator"),
    *("jwt", "pwdlib.hashers.bcrypt", "psycopg_binary", "alembic.config", "tomllib", "anyio"),
    *("pydantic.v1", "sqlite3", "sqlalchemy.ext.associationproxy", "importlib.readers"),
    *("limits.aio.storage", "limits.aio.strategies", "limits.storage", "limits.strategies"),
    *("celery", "celery.app.amqp", "celery.backends.redis", "kombu.transport.redis"),
    *("slowapi", "multipart", "checks.harness.plugin", "checks.services.postgres"),
    *("checks.services.redis", "checks.services.statements"),
)
LOOK = 2.0  # seconds between two looks at whether it is still wanted


def main(path: str, key: str = "") -> None:
    """Load the libraries, then fork a child for each request until nobody wants one."""
    lock = Path(path).with_suffix(".lock").open("w")
    try:  # lockf, not flock: a child would inherit that, and hold it when we are gone
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks, and for the children
    gc.collect()
    gc.freeze()
    server = socket.socket(socket.AF_UNIX)
    Path(path).unlink(missing_ok=True)
    server.bind(path)
    server.listen(64)
    print("ready", flush=True)
    if not key:
        while True:
            _answer(server)
    _last(server, Path(path), key)


def _last(server: socket.socket, path: Path, key: str) -> None:
    """Answer until idle, outdated or unwanted; the socket goes first, so that nobody waits."""
    server.settimeout(LOOK)
    mine = path.stat().st_ino
    asked = time.monotonic()
    while time.monotonic() - asked < idle_seconds():
        with contextlib.suppress(TimeoutError):
            _answer(server)
            asked = time.monotonic()
        if not _is(path, mine):
            return
        if daemon.key() != key:
            break
    for each in (path, path.with_suffix(".lock")):
        each.unlink(missing_ok=True)


def _is(path: Path, inode: int) -> bool:
    try:
        return path.stat().st_ino == inode
    except OSError:
        return False


def _answer(server: socket.socket) -> None:
    """Fork for one request. Whoever asks wrongly gets no child; the zygote goes on."""
    link, _ = server.accept()
    with link, contextlib.suppress(OSError, ValueError):
        link.settimeout(LOOK)  # who asks has the whole request at hand
        if daemon.is_ours(link):
            _serve(server, link)


def _serve(server: socket.socket, link: socket.socket) -> None:
    message, descriptors, _, _ = socket.recv_fds(link, 1 << 16, 3)
    try:
        while more := link.recv(1 << 16):
            message += more
        if not message:  # somebody looked whether we are there
            return
        asked = json.loads(message)
        if os.fork() == 0:
            try:
                server.close()
                link.settimeout(None)
                _become(asked, descriptors, link)
            finally:
                os._exit(70)  # never back into the loop: that is its parent's
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _become(asked: dict[str, object], descriptors: list[int], link: socket.socket) -> NoReturn:
    """Be the child: its own group, files, folder and environment; then run what was asked."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    link.sendall(f"{os.getpid()}\n".encode())
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(str(asked["cwd"]))
    os.environ.clear()
    os.environ.update(asked["env"])  # type: ignore[call-overload]  # JSON: str to str
    time.tzset()
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
    main(*sys.argv[1:])
