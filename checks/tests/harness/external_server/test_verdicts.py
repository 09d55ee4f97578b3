"""`pytest --base-url`: the verdicts of a plain run, on a server that keeps its person's rows."""

import json
import signal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from checks.runner import server_record
from checks.tests.support.day_one import SOLUTION
from checks.tests.support.external_server import STATISTICS, rows, run, started_run
from checks.tests.support.serve_process import TIMEOUT_SECONDS, ServeProcess, serve_day_one

BACK = "the rows of its database are back"
ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A `checks serve day1` of the finished day, for all tests of this file."""
    with serve_day_one(tmp_path_factory.mktemp("workbook")) as server:
        yield server


def verdicts(file: Path) -> dict[str, str]:
    records = map(json.loads, file.read_text().splitlines())
    judged = (record for record in records if "task" in record)
    return {f"{record['task']} {record['name']}": record["verdict"] for record in judged}


def test_the_verdicts_are_those_of_a_plain_run_and_the_rows_stay(
    server: ServeProcess, tmp_path: Path
) -> None:
    before = rows(server)

    plain = run(SOLUTION, f"--results={tmp_path / 'plain'}")
    external = run(SOLUTION, f"--results={tmp_path / 'external'}", "--base-url", server.url)

    assert verdicts(tmp_path / "external") == verdicts(tmp_path / "plain"), external.stdout
    assert set(verdicts(tmp_path / "external").values()) == {"pass"}, plain.stdout
    assert "skipped" not in external.stdout
    assert before["users"], "the server has seed data"
    assert rows(server) == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_ends_the_run_the_rows_come_back(
    server: ServeProcess, ending: signal.Signals
) -> None:
    before = rows(server)
    process = started_run(server)

    process.send_signal(ending)
    output, _ = process.communicate(timeout=TIMEOUT_SECONDS)

    assert BACK in output
    assert rows(server) == before


def test_what_a_killed_run_has_set_aside_the_next_one_puts_back(server: ServeProcess) -> None:
    before = rows(server)
    process = started_run(server)
    process.kill()
    process.communicate(timeout=TIMEOUT_SECONDS)
    assert rows(server) != before

    output = run(STATISTICS, "-k", "cancelled", "--base-url", server.url).stdout

    assert "a run was killed: the rows from before it come back" in output
    assert rows(server) == before


def test_two_runs_at_once_are_one_too_many(server: ServeProcess) -> None:
    process = started_run(server)
    process.send_signal(signal.SIGSTOP)  # or it may be done before the second one has begun

    second = run(STATISTICS, "--base-url", server.url)

    process.send_signal(signal.SIGCONT)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=TIMEOUT_SECONDS)
    assert second.returncode == 4
    assert f"Another run of tests is using the database of {server.url}" in second.stderr


def test_a_request_at_a_breakpoint_is_let_be(server: ServeProcess) -> None:
    with psycopg.connect(server.dsn) as connection:
        connection.execute("SELECT * FROM users FOR UPDATE")

        result = run(STATISTICS, "--base-url", server.url)

    assert result.returncode == 4
    assert "A request holds a table" in result.stderr
    assert "let it go on, then start the tests again" in result.stderr


def test_a_server_that_ends_ends_the_run(tmp_path: Path) -> None:
    with serve_day_one(tmp_path) as other:
        process = started_run(other)
        other.process.send_signal(signal.SIGINT)
        other.process.wait(timeout=TIMEOUT_SECONDS)

        output, _ = process.communicate(timeout=TIMEOUT_SECONDS)

    assert f"nothing answers at {other.url} any more" in output
    assert "the server has ended, and its database with it" in output
    assert not server_record.backup_folder(other.dsn).exists()
