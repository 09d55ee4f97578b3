"""Contained, a run of a suite sees nothing of the other runs, and nothing of it goes on."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from checks.harness.app.environment import AppEnvironment
from checks.harness.suites.suite_report import SuiteReport
from checks.harness.suites.suite_runner import SuiteRunner
from checks.tests.support.borders import needs_sandbox
from checks.tests.support.running_commands import command_lines
from checks.tests.support.small_day import day

__all__ = ["day"]  # a fixture
pytestmark = needs_sandbox
FILE = "tests/test_rule.py"
TOPS = "('/scratch', '/submission', '/tmp', '/dev/shm')"
ASLEEP = "4242.4242"
"""The argument of a `sleep` that no other program starts."""
MARK = f"""
    import os, secrets
    from pathlib import Path

    def test_x():
        folders = [folder for top in {TOPS} for folder, _, _ in os.walk(top)]
        found = [path for folder in folders for path in Path(folder).glob("mark-*")]
        for folder in folders:
            try: Path(folder, "mark-" + secrets.token_hex(4)).touch()
            except OSError: pass
        assert found == []
"""
LIST = """
    import os

    def test_x():
        names = {name.rpartition(".")[2] for name in os.listdir("/scratch")}
        assert names <= {"tree", "log", "xml", "json"}
"""
REWRITE = """
    from pathlib import Path

    def test_x():
        for report in Path("/scratch").rglob("*.xml"):
            failure = "><failure message='no'>no</failure></testcase>"
            report.write_text(report.read_text().replace(" />", failure))
"""
SLEEP = f"""
    import subprocess

    def test_x():
        subprocess.Popen(["setsid", "sleep", "{ASLEEP}"])
"""
LOOK = f"""
    from pathlib import Path

    def test_x():
        lines = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline")]
        assert [line for line in lines if b"{ASLEEP}" in line] == []
"""
COMMENT = """
    import os
    import psycopg

    def test_x():
        url = os.environ["DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            query = "SELECT count(*) FROM pg_shdescription WHERE description = 'a note'"
            found = connection.execute(query).fetchone()
            name = connection.info.dbname
            connection.execute(f"COMMENT ON DATABASE {name} IS 'a note'")
        assert found == (0,)
"""
KEY = """
    import os
    import redis

    def test_x():
        client = redis.Redis.from_url(os.environ["REDIS_URL"])
        assert client.getset("note", "left") is None
"""


@pytest.fixture
def suite_runner(day: Path) -> Iterator[SuiteRunner]:
    environment = AppEnvironment(day, contained=True)
    runner = SuiteRunner(environment, environment)
    yield runner
    runner.close()
    environment.close()


def run_each(suite_runner: SuiteRunner, *sources: str) -> list[SuiteReport]:
    """The reports of these test files, each in a copy of its own, run in this order."""
    copies = [suite_runner.copy() for _ in sources]
    for copy, source in zip(copies, sources, strict=True):
        copy.write(FILE, dedent(source))
    return suite_runner.pytest(copies, FILE, timeout=20)


@pytest.mark.parametrize("source", [MARK, LIST], ids=["writes everywhere", "lists"])
def test_a_run_reaches_no_other_copy(suite_runner: SuiteRunner, source: str) -> None:
    reports = run_each(suite_runner, *[source] * 3)

    assert [report.green for report in reports] == [True] * 3, reports


def test_a_run_leaves_nothing_in_a_copy_that_is_run_later(suite_runner: SuiteRunner) -> None:
    first, later = suite_runner.copy(), suite_runner.copy()
    first.write(FILE, dedent(MARK))

    suite_runner.pytest([first, later], FILE)

    marked = {path.relative_to(suite_runner.folder).parts[0] for path in marks(suite_runner)}
    assert marked == {first.folder.name}


def marks(suite_runner: SuiteRunner) -> list[Path]:
    return list(suite_runner.folder.rglob("mark-*"))


def test_a_later_run_changes_no_report(suite_runner: SuiteRunner) -> None:
    first, *_ = run_each(suite_runner, "def test_x(): pass", REWRITE)

    assert first.green, first


def test_a_process_that_leaves_its_session_ends_with_its_run(suite_runner: SuiteRunner) -> None:
    reports = run_each(suite_runner, SLEEP, LOOK)

    assert [report.green for report in reports] == [True, True], reports
    assert [line for line in command_lines() if ASLEEP in line] == []


@pytest.mark.parametrize("source", [COMMENT, KEY], ids=["PostgreSQL", "Redis"])
def test_a_run_leaves_no_note_on_a_server(suite_runner: SuiteRunner, source: str) -> None:
    reports = run_each(suite_runner, source, source)

    assert [report.green for report in reports] == [True, True], reports


def test_a_copy_that_is_run_twice_keeps_its_database_until_then(suite_runner: SuiteRunner) -> None:
    copy = suite_runner.copy()
    copy.write(FILE, dedent(COMMENT))

    reports = suite_runner.pytest([copy, copy], FILE)

    assert [report.green for report in reports] == [True, False], reports
