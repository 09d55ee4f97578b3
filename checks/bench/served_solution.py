"""A day's solution behind a port of the loopback, with real PostgreSQL and Redis of its own."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from checks.bench.process_stop import stop
from checks.errors import CourseError
from checks.harness.app.api import Api
from checks.harness.app.environment import AppEnvironment
from checks.harness.app.process import last_error
from checks.harness.fixtures.users import Factory, Users

STOP_SECONDS = 10
APPLICATION = "app.main:app"
# Not `uvicorn --fd`: it takes the socket for a Unix socket, so each answer waits 40 ms for an
# acknowledgement (Nagle's algorithm; asyncio switches it off for TCP only).
SERVE = """
import socket, sys, uvicorn
listener = socket.socket(fileno=int(sys.argv[1]))
config = uvicorn.Config(sys.argv[2], log_level="error", access_log=False)
uvicorn.Server(config).run(sockets=[listener])
"""


@dataclass(frozen=True)
class ServedSolution:
    """The address of a running app, and what creates rows in it."""

    url: str
    api: Api
    users: Users
    factory: Factory


@contextmanager
def serve_solution(folder: Path) -> Iterator[ServedSolution]:
    """Serve the app of a day's folder by uvicorn on a free port until the block ends."""
    environment = AppEnvironment(folder, contained=False)
    try:
        settings = {**os.environ, **environment.settings(environment.database)}
        with uvicorn(APPLICATION, folder, settings) as url:
            api = Api(None, url)
            try:
                users = Users(api, environment.database_client)
                yield ServedSolution(url, api, users, Factory(api))
            finally:
                api.close()
    finally:
        environment.close()


@contextmanager
def uvicorn(
    application: str, folder: Path, settings: Mapping[str, str], python: str = sys.executable
) -> Iterator[str]:
    """The address. The socket is bound here, so a client that is early waits in its backlog.

    `application` is `module:name`, imported in `folder` by `python`, with `settings` for all of
    its environment.

    CourseError if the app ends before the block does, with the last line of its log.
    """
    with tempfile.TemporaryFile() as log:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port, descriptor = listener.getsockname()[1], listener.fileno()
            process = subprocess.Popen(
                [python, "-c", SERVE, str(descriptor), application],
                cwd=folder,
                env=settings,
                pass_fds=[descriptor],
                stdout=log,
                stderr=log,
            )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            has_ended = process.poll() is not None
            stop(process, STOP_SECONDS)
            if has_ended:
                log.seek(0)
                reason = last_error(log.read().decode(errors="replace"))
                raise CourseError(f"the app of {folder.name} has ended: {reason}")
