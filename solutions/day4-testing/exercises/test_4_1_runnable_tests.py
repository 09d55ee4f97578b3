"""Task 4.1: `pytest` works here, with nothing typed after it and nothing set before it."""

import pytest

DECOY = "def test_decoy():\n    pass\n"


@pytest.fixture
def bare_run(suite_runner):
    """What `pytest` does in a copy of the folder; once for all tests of this file."""

    def run():
        copy = suite_runner.copy()
        copy.write("exercises/test_decoy.py", DECOY)
        return suite_runner.pytest([copy])[0]

    return suite_runner.cached("4.1", run)


class TestPytest:
    @pytest.mark.gate
    def test_pytest_finds_tests_and_they_pass(self, bare_run):
        assert bare_run.green, f"`pytest` in the day's folder: {bare_run.summary()}"
        status = bare_run.exit_status
        assert status == 0, f"`pytest` in the day's folder: exit status {status}"

    def test_pytest_leaves_the_exercises_alone(self, bare_run):
        decoys = [name for name in bare_run.names if "decoy" in name]

        assert decoys == [], "`pytest` runs what is in tests/, nothing of exercises/"

    def test_it_does_not_matter_where_you_stand(self, suite_runner):
        copy = suite_runner.copy()

        report = suite_runner.pytest([copy], "tree/tests", "--no-cov", cwd="..")[0]

        assert report.green, f"`pytest FOLDER/tests`, one folder up: {report.summary()}"
