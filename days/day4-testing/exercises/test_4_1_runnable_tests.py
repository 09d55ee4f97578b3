"""Task 4.1: `pytest` works here, with nothing typed after it and nothing set before it."""

import secrets

import pytest

SEEN = "imported.txt"
DECOY = (
    f"from pathlib import Path\n\nPath(__file__).with_name('{SEEN}').touch()\n"
    "\n\ndef test_decoy():\n    pass\n"
)
PASSING = "import app\n\n\ndef test_planted():\n    assert app\n"
FAILING = "def test_planted():\n    assert not __name__\n"
GIVEN = (
    "test_an_event_may_end_after_it_starts",
    "test_an_event_may_not_end_before_or_as_it_starts",
    "test_the_organizer_and_an_admin_may",
    "test_another_organizer_may_not",
)
"""The tests of tests/test_rules.py as the day begins; with their parameters they are six."""


def plant(copy, text, folder="tests"):
    """Write a test into a folder of the copy, under a name that is drawn; its module."""
    module = f"test_of_the_checker_{secrets.token_hex(4)}"
    copy.write(f"{folder}/{module}.py", text)
    return module


def outcomes(report, module):
    """The outcomes of the tests of a module."""
    return [test.outcome for test in report.tests if f"{module}::" in test.name]


@pytest.fixture
def bare_run(suite_runner):
    """What `pytest` does in a copy of the folder; once for all tests of this file."""

    def run():
        copy = suite_runner.copy()
        decoy = plant(copy, DECOY, "exercises")
        module = plant(copy, PASSING)
        report = suite_runner.pytest([copy])[0]
        is_imported = copy.is_file(f"exercises/{SEEN}")
        return report, module, is_imported or outcomes(report, decoy) != []

    return suite_runner.cached("4.1", run)


class TestPytest:
    @pytest.mark.gate
    def test_pytest_finds_tests_and_they_pass(self, bare_run):
        report, module, _ = bare_run

        assert report.green, f"`pytest` in the day's folder: {report.summary()}"
        status = report.exit_status
        assert status == 0, f"`pytest` in the day's folder: exit status {status}"
        assert outcomes(report, module) == ["passed"], (
            "`pytest` in the day's folder runs each test file of tests/, a new one too"
        )

    def test_pytest_leaves_the_exercises_alone(self, bare_run):
        _, _, is_collected = bare_run

        assert not is_collected, "`pytest` imports and runs nothing of exercises/"

    def test_it_does_not_matter_where_you_stand(self, suite_runner):
        copy = suite_runner.copy()

        report = suite_runner.pytest([copy], "tree/tests", "--no-cov", cwd="..")[0]

        assert report.green, f"`pytest FOLDER/tests`, one folder up: {report.summary()}"

    def test_the_tests_that_you_were_given_are_among_them(self, bare_run):
        names = {name.rpartition("::")[2].partition("[")[0] for name in bare_run[0].names}

        missing = [name for name in GIVEN if name not in names]
        assert missing == [], "`pytest` runs the tests that tests/test_rules.py had"

    def test_a_test_that_fails_is_reported(self, suite_runner):
        copy = suite_runner.copy()
        module = plant(copy, FAILING)

        report = suite_runner.pytest([copy])[0]

        assert outcomes(report, module) == ["failed"], (
            "`pytest` with a test in tests/ that fails: the test is reported as failed"
        )
        assert report.exit_status == 1, (
            f"`pytest` with a test in tests/ that fails: exit status {report.exit_status}"
        )
