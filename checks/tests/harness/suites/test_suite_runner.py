"""Grading tests by what they catch: what a suite can make the checker believe, and what not."""

import os
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from checks.harness.app.environment import AppEnvironment
from checks.harness.suites.suite_report import SuiteReport
from checks.harness.suites.suite_runner import SuiteRunner
from checks.sandbox import bubblewrap
from checks.tests.support.small_day import day

__all__ = ["day"]  # a fixture
CONTAINED = bubblewrap.probe().kind != "none"


NEEDS_SANDBOX = pytest.mark.skipif(not CONTAINED, reason="no sandbox here")


@pytest.fixture(params=[False, pytest.param(True, marks=NEEDS_SANDBOX)], ids=["open", "contained"])
def suite_runner(request: pytest.FixtureRequest, day: Path) -> Iterator[SuiteRunner]:
    environment = AppEnvironment(day, contained=request.param)
    runner = SuiteRunner(environment, environment)
    yield runner
    runner.close()
    environment.close()


def suite(suite_runner: SuiteRunner, source: str, *argv: str) -> SuiteReport:
    """What a learner's test file with this source makes the checker see."""
    copy = suite_runner.copy()
    copy.write("tests/test_rule.py", dedent(source))
    return suite_runner.pytest([copy], "tests/test_rule.py", *argv, timeout=20)[0]


class TestReports:
    def test_a_green_suite_is_green(self, suite_runner: SuiteRunner) -> None:
        report = suite_runner.pytest([suite_runner.copy()])[0]

        assert report.green, report
        assert (report.red, report.exit_status) == (False, 0)

    def test_a_fault_makes_it_red(self, suite_runner: SuiteRunner) -> None:
        sound = suite_runner.variant([], ["app/rule.py"])
        faulty = suite_runner.variant([("app/rule.py", "* 2", "* 3")], ["app/rule.py"])

        first, second = suite_runner.pytest([sound, faulty], "-x")

        assert first.green, first
        assert second.red, second
        assert [test.name for test in second.tests] == ["tests.test_rule::test_double"]

    @pytest.mark.parametrize(
        "source",
        [
            "import os\n\ndef test_x():\n    os._exit(0)\n",
            "import sys\nsys.exit(0)\n",
            "import pytest\npytest.exit('all is well', 0)\n",
            "import os, signal\n\ndef test_x():\n    os.kill(os.getpid(), signal.SIGKILL)\n",
            "import pytest\n\n@pytest.mark.skip\ndef test_x():\n    pass\n",
            "import pytest\n\n@pytest.mark.xfail\ndef test_x():\n    assert False\n",
            "",
        ],
        ids=["os._exit", "sys.exit", "pytest.exit", "SIGKILL", "skip", "xfail", "nothing"],
    )
    def test_a_suite_that_ends_itself_is_neither_green_nor_caught_red(
        self, suite_runner: SuiteRunner, source: str
    ) -> None:
        report = suite(suite_runner, source)

        assert not report.green, report
        assert not [test for test in report.tests if test.outcome == "failed"]

    @pytest.mark.parametrize("name", ["pytest-cov", "pytest-cov>=4", "anyio"])
    def test_a_suite_may_require_a_plugin_that_is_installed(
        self, suite_runner: SuiteRunner, name: str
    ) -> None:
        copy = suite_runner.copy()
        copy.write("pytest.ini", f"[pytest]\npythonpath = .\nrequired_plugins = {name}\n")

        assert suite_runner.pytest([copy])[0].green

    def test_a_plugin_that_is_not_installed_is_missing(self, suite_runner: SuiteRunner) -> None:
        copy = suite_runner.copy()
        copy.write("pytest.ini", "[pytest]\nrequired_plugins = pytest-asyncio\n")

        assert "Missing required plugins" in suite_runner.pytest([copy])[0].output

    def test_a_suite_that_hangs_is_killed(self, suite_runner: SuiteRunner) -> None:
        copy = suite_runner.copy()
        copy.write("tests/test_rule.py", "import time\n\ndef test_x():\n    time.sleep(600)\n")

        report = suite_runner.pytest([copy], timeout=3)[0]

        assert (report.tests, report.exit_status) == ((), None)


APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/api/double/{number}")
def double(number: int) -> int:
    return number * 2
"""
ASK = """
from fastapi.testclient import TestClient
from app.main import app, double

client = TestClient(app)


def test_double() -> None:
    {}
"""
REQUEST = 'assert client.get("/api/double/3").json() == 6'
READ = "assert 2 in double.__code__.co_consts"
SUITES = {
    "a request": (REQUEST, True),
    "a request of another test": (f"pass\n\ndef test_y():\n    {REQUEST}", True),
    "no request": (READ, False),
    "a request that shows nothing": (f'client.get("/api/double/0"); {READ}', False),
    "the documentation": (f'client.get("/openapi.json"); {READ}', False),
    "no route": (f'client.get("/api/"); {READ}', False),
}


class TestFaults:
    @pytest.mark.parametrize(("statements", "catches"), SUITES.values(), ids=SUITES)
    def test_only_an_answer_shows_a_fault(
        self, suite_runner: SuiteRunner, day: Path, statements: str, catches: bool
    ) -> None:
        (day / "app/main.py").write_text(APP)
        edits = [("app/main.py", "* 2", "* 3")]
        copies = [suite_runner.variant(each, ["app/main.py"]) for each in ([], [], edits)]
        for copy in copies:
            copy.write("tests/test_double.py", ASK.format(statements))

        *sound, faulty = suite_runner.pytest(copies, "-x", "tests/test_double.py")

        assert [report.green for report in sound] == [True, True], sound
        assert faulty.red, faulty
        assert faulty.catches_fault(sound) is catches
        assert not sound[0].catches_fault(sound)

    @pytest.mark.parametrize(
        "read",
        [
            "inspect.getsource(double)",
            "open('app/rule.py').read()",
            "open(double.__code__.co_filename)",
        ],
    )
    def test_a_variant_has_no_source(self, suite_runner: SuiteRunner, read: str) -> None:
        copy = suite_runner.variant([], ["app/rule.py"])
        lines = ("import inspect", "from app.rule import double", "def test_x():", f"    {read}")
        copy.write("tests/test_rule.py", "\n".join(lines))

        report = suite_runner.pytest([copy], "tests/test_rule.py")[0]

        assert [test.outcome for test in report.tests] == ["failed"], report
        assert "could not get source" in str(report.tests[0]) or "No such file" in str(
            report.tests[0]
        ), report


class TestCopies:
    def test_the_tree_itself_is_never_written_to(
        self, suite_runner: SuiteRunner, day: Path
    ) -> None:
        before = sorted(path.name for path in day.rglob("*"))

        suite(suite_runner, "def test_x():\n    open('left.txt', 'w').close()\n")

        assert sorted(path.name for path in day.rglob("*")) == before

    def test_exercises_do_not_come_along(self, suite_runner: SuiteRunner) -> None:
        assert "exercises/test_9_1_x.py" not in suite_runner.copy().files()

    def test_a_file_can_be_written_and_read_after_a_run(self, suite_runner: SuiteRunner) -> None:
        copy = suite_runner.copy()
        copy.run("sh", "-c", "echo first > note.txt")

        copy.write("note.txt", "second")

        assert copy.read("note.txt") == "second"

    def test_a_link_that_was_planted_leads_nowhere(
        self, suite_runner: SuiteRunner, tmp_path: Path
    ) -> None:
        victim = tmp_path / "victim"
        victim.write_text("untouched")
        victim.chmod(0o644)
        copy = suite_runner.copy()
        copy.run("ln", "-s", str(victim), "note.txt")
        if not suite_runner.contained:
            pytest.skip("uncontained, it is the learner's own machine")

        with pytest.raises(AssertionError):
            copy.write("note.txt", "overwritten")

        assert victim.read_text() == "untouched"

    def test_a_tree_cannot_be_replaced_by_a_link(
        self, suite_runner: SuiteRunner, tmp_path: Path
    ) -> None:
        if not suite_runner.contained:
            pytest.skip("uncontained, it is the learner's own machine")
        (tmp_path / "secret.py").write_text("")
        copy = suite_runner.copy()

        copy.run("sh", "-c", f"cd .. && mv tree away; rm -rf tree; ln -s {tmp_path} tree")

        assert not copy.tree.is_symlink()
        assert "secret.py" not in copy.files()

    def test_a_run_cannot_touch_the_copies_that_are_not_in_it(
        self, suite_runner: SuiteRunner, tmp_path: Path
    ) -> None:
        if not suite_runner.contained:
            pytest.skip("uncontained, it is the learner's own machine")
        first, second, later = (suite_runner.copy() for _ in range(3))
        hostile = (
            "import os\nfrom pathlib import Path\n\ndef test_x():\n"
            "    for folder in Path('/scratch').iterdir():\n"
            f"        if folder.name == '{later.folder.name}':\n"
            "            folder.rename('/scratch/away')\n"
            f"            folder.symlink_to('{tmp_path}')\n"
            "    Path('/scratch/left').write_text('x')\n"
        )
        first.write("tests/test_rule.py", hostile)

        suite_runner.pytest([first, second], "tests/test_rule.py", timeout=20)
        later.write("app/rule.py", "")

        assert not later.folder.is_symlink()
        assert {path.name for path in suite_runner.folder.iterdir()} == {
            copy.folder.name for copy in (first, second, later)
        }
        assert suite_runner.folder.stat().st_uid == os.geteuid()

    def test_a_database_of_ones_own_may_make_others_and_all_go(
        self, suite_runner: SuiteRunner
    ) -> None:
        report = suite(
            suite_runner,
            """
            import os
            import psycopg

            def test_clone():
                url = os.environ["DATABASE_URL"].replace("+psycopg", "")
                with psycopg.connect(url, autocommit=True) as connection:
                    name = connection.info.dbname
                    connection.execute(f"CREATE DATABASE {name}_clone")
            """,
        )
        admin = suite_runner.environment.services.postgres.admin
        like = "SELECT datname FROM pg_database WHERE datname LIKE '%\\_clone'"
        during = admin.run(like)

        suite_runner.close()

        assert report.green, report
        assert len(during) - len(admin.run(like)) == 1

    def test_git_works_in_a_copy(self, suite_runner: SuiteRunner) -> None:
        script = "git init -q && git add . && git commit -qm first && git log --format=%an"

        result = suite_runner.copy().run("sh", "-c", script)

        assert result.stdout == "A Learner\n", result
