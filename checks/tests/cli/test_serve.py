"""`checks serve`: the app for a browser, for a debugger, and for `pytest --base-url`."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import psycopg

from checks import services
from checks.runner import served
from checks.tests.cli.test_run_and_board import ROOT, checks

LIMIT = 60
DAY = ROOT / "solutions/day1-architecture"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Running:
    """A `checks serve`: its process, what it said up to its start, and what is behind it."""

    process: "subprocess.Popen[str]"
    port: int
    said: str
    dsn: str
    database_url: str
    secret: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(workbook: Path) -> Iterator[Running]:
    """`checks serve day1` of the finished day, ended politely."""
    for tree in ("days", "solutions"):
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(DAY, workbook / tree / DAY.name, ignore=left_out)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "checks.cli.main", "serve", "day1", "--port", str(port)],
        cwd=workbook,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    found = _started(process, port)
    try:
        drain = Thread(target=deque, args=(process.stdout, 0))  # a full pipe would hold it up
        drain.start()
        yield found
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=LIMIT)
        drain.join()
        process.stdout.close()


def _started(process: "subprocess.Popen[str]", port: int) -> Running:
    assert process.stdout is not None
    said = ""
    while "startup complete" not in said:
        line = process.stdout.readline()
        assert line, f"serve ended: {said}"
        said += line
    note = served.find(f"http://127.0.0.1:{port}")
    assert note, said
    postgres = services.ensure().postgres
    dsn, url = postgres.dsn(note.database), postgres.url(note.database)
    return Running(process, port, said, dsn, url, note.secret)


def test_it_says_how_its_day_is_tested(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        folder = tmp_path / "days" / DAY.name

        assert f"pytest {folder} --base-url {server.url}\n" in server.said


def test_ended_politely_it_ends_its_app_and_forgets_its_database(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=LIMIT)

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0
    assert served.find(server.url) is None
    name = urlsplit(server.database_url).path.lstrip("/")
    asked = "SELECT 1 FROM pg_database WHERE datname = %(name)s"
    assert services.ensure().postgres.admin.run(asked, {"name": name}) == []


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    shutil.copytree(DAY, tmp_path / "days" / DAY.name)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = checks(tmp_path, "serve", "day1", "--port", port)

    assert done.returncode == 2
    assert f"Port {port} is taken; choose another one with --port" in done.stderr


def test_who_waits_for_an_answer_does_not_hold_up_its_end(tmp_path: Path) -> None:
    with (
        running(tmp_path) as server,
        closing(psycopg.connect(server.dsn)) as rival,
        closing(socket.create_connection(("127.0.0.1", server.port))) as asking,
    ):
        rival.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        asking.sendall(b"GET /api/events/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while rival.execute(waiting).fetchone() == (0,):
            pass

        server.process.send_signal(signal.SIGINT)

        assert server.process.wait(LIMIT) == 0
