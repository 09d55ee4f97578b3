"""`checks serve`: the app for a browser, for a debugger, and for `pytest --base-url`."""

import shutil
import signal
import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from checks import services
from checks.runner import server_record
from checks.tests.support.command_line import checks
from checks.tests.support.day_one import DAY, SOLUTION
from checks.tests.support.serve_process import TIMEOUT_SECONDS, serve_day_one


def test_it_says_how_its_day_is_tested(tmp_path: Path) -> None:
    with serve_day_one(tmp_path) as server:
        folder = tmp_path / "days" / DAY

        assert f"pytest {folder} --base-url {server.url}\n" in server.output


def test_ended_politely_it_ends_its_app_and_forgets_its_database(tmp_path: Path) -> None:
    with serve_day_one(tmp_path) as server:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=TIMEOUT_SECONDS)

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0
    assert server_record.find(server.url) is None
    name = urlsplit(server.database_url).path.lstrip("/")
    query = "SELECT 1 FROM pg_database WHERE datname = %(name)s"
    assert services.ensure().postgres.admin.run(query, {"name": name}) == []


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    shutil.copytree(SOLUTION, tmp_path / "days" / DAY)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        result = checks(tmp_path, "serve", "day1", "--port", port)

    assert result.returncode == 2
    assert f"Port {port} is taken; choose another one with --port" in result.stderr


def test_who_waits_for_an_answer_does_not_hold_up_its_end(tmp_path: Path) -> None:
    with (
        serve_day_one(tmp_path) as server,
        closing(psycopg.connect(server.dsn)) as rival,
        closing(socket.create_connection(("127.0.0.1", server.port))) as asking,
    ):
        rival.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        asking.sendall(b"GET /api/events/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while rival.execute(waiting).fetchone() == (0,):
            pass

        server.process.send_signal(signal.SIGINT)

        assert server.process.wait(TIMEOUT_SECONDS) == 0
