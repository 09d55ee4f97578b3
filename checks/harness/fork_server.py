"""A pytest session that has collected its tests and forks a child for each run of them.

Configuring pytest, collecting and rewriting the assertions of a file costs as much as a short run.
`checks verify` runs the same files many hundred times: with `--fork-server SOCKET` a session does
that once, and each request gives the options of a run (`--tree`, `--results`, `--only`,
`--contained`). Nothing of a tree under test is read before the fork.
"""

import copy
import select
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.main import pytest_runtestloop

from checks.zygote.server import accept_request

Prepare = Callable[[pytest.Session], None]


def serve(session: pytest.Session, path: Path, prepare: Prepare) -> None:
    """Fork for each request until standard input ends; `prepare` plans the run of a child."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(64)
        while sys.stdin not in select.select([server, sys.stdin], [], [])[0]:
            accept_request(server, lambda options: _run(session, options, prepare))


def _run(session: pytest.Session, options: list[str], prepare: Prepare) -> int:
    """Run the collected tests with these options; the exit status that pytest would have."""
    config = session.config
    parsed = config._parser.parse_known_args(options, namespace=copy.copy(config.option))  # noqa: SLF001
    config.option = parsed
    status = pytest.ExitCode.OK
    try:
        prepare(session)
        pytest_runtestloop(session)
    except (KeyboardInterrupt, pytest.exit.Exception):
        status = pytest.ExitCode.INTERRUPTED
    if session.testsfailed and not status:
        status = pytest.ExitCode.TESTS_FAILED
    try:
        config.hook.pytest_sessionfinish(session=session, exitstatus=status)
    finally:
        config._ensure_unconfigure()  # noqa: SLF001 - `pytest.main` would, but for the fork
    return int(status)
