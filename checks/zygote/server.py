"""The zygote itself: loads the libraries, then forks a child for each request.

`python -I -B -m checks.zygote.server SOCKET` prints `ready` and lives as long as its starter.
With a key after the socket it outlives its starter (see `checks.zygote.daemon`). Then it ends when
no request has come for a while, when its key is no longer the present one, and when its socket is
gone.
"""

import contextlib
import fcntl
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from checks.services.usage import idle_seconds
from checks.verdict_sources import PYTEST_PLUGIN
from checks.zygote import daemon, python_program
from checks.zygote.children import Children
from checks.zygote.python_program import ProgramRequest

LIBRARIES = (
    *("pytest", "_pytest.assertion.rewrite", "httpx2", "psycopg", "pygments"),
    *(*python_program.LIBRARIES, "fastapi.testclient", PYTEST_PLUGIN),
    *("checks.services.postgres", "checks.services.redis", "checks.services.statements"),
)
Program = Callable[[list[str]], int]
POLL_SECONDS = 2.0  # between two checks of its key and its socket


def main(path: str, key: str = "") -> None:
    """Load the libraries, then fork a child for each request."""
    lock = Path(path).with_suffix(".lock").open("w")
    try:  # lockf, not flock: a child would inherit that one and keep it locked
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    python_program.preload(LIBRARIES)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command and for the children
    gc.collect()
    gc.freeze()
    server = socket.socket(socket.AF_UNIX)
    Path(path).unlink(missing_ok=True)
    server.bind(path)
    server.listen(64)
    print("ready", flush=True)
    if key:
        _serve_until_idle(server, Path(path), key)
    else:
        _serve_until_starter_ends(server)


def _serve_until_starter_ends(server: socket.socket) -> None:
    """Serve while standard input is open: the starter holds its other end, and may be killed."""
    serve_until_input_ends(server, python_program.run)


def serve_until_input_ends(server: socket.socket, run: Program) -> None:
    """Fork for each request until standard input ends; then end the children that still run."""
    children = Children()
    while sys.stdin not in (ready := _wait_for([server, sys.stdin], children)):
        if server in ready:
            accept_request(server, run, children)
        children.end_abandoned()
    children.end_all()


def _wait_for(files: list[Any], children: Children) -> list[Any]:
    """Those of the files that can be read; [] when a child has ended, or after POLL_SECONDS."""
    ready = select.select([*files, *children.pidfds()], [], [], POLL_SECONDS)[0]
    return [file for file in files if file in ready]


def _serve_until_idle(server: socket.socket, path: Path, key: str) -> None:
    """Serve until idle, stale or without a socket; the socket is removed first: no client waits."""
    inode = path.stat().st_ino
    last_request = last_check = time.monotonic()
    children = Children()
    while time.monotonic() - last_request < idle_seconds():
        if _wait_for([server], children):
            accept_request(server, python_program.run, children)
            last_request = time.monotonic()
        elif time.monotonic() - last_check < POLL_SECONDS:
            children.end_abandoned()  # nothing else has happened
            continue
        children.end_abandoned()
        last_check = time.monotonic()
        if not _has_inode(path, inode):
            return
        if daemon.state_key() != key:
            break
    for file in (path, path.with_suffix(".lock")):
        file.unlink(missing_ok=True)


def _has_inode(path: Path, inode: int) -> bool:
    try:
        return path.stat().st_ino == inode
    except OSError:
        return False


def accept_request(server: socket.socket, run: Program, children: Children) -> None:
    """Fork for one request; the child ends with the status that `run` gives for its words.

    A malformed request gets no child, and the zygote goes on.
    """
    connection, _ = server.accept()
    with connection, contextlib.suppress(OSError, ValueError):
        connection.settimeout(POLL_SECONDS)  # a client sends its request at once
        if daemon.is_same_user(connection):
            _fork_child(server, connection, run, children)


def _fork_child(
    server: socket.socket, connection: socket.socket, run: Program, children: Children
) -> None:
    message, descriptors, _, _ = socket.recv_fds(connection, 1 << 16, 3)
    try:
        while more := connection.recv(1 << 16):
            message += more
        if not message:  # a probe of `daemon.attach`
            return
        request = json.loads(message)
        if pid := os.fork():
            children.add(pid, connection)
        else:
            try:
                server.close()
                children.close()
                connection.settimeout(None)
                _run_child(request, descriptors, connection, run)
            finally:
                os._exit(70)  # never back into the loop of the parent
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _run_child(
    request: ProgramRequest, descriptors: list[int], connection: socket.socket, run: Program
) -> NoReturn:
    """Be the child: its own group, files, folder and environment; then run the program."""
    os.setsid()
    connection.sendall(f"{os.getpid()}\n".encode())
    python_program.prepare(request, descriptors)
    status = run(request["argv"])
    python_program.flush()
    with contextlib.suppress(OSError):
        connection.sendall(str(status).encode())
    os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
