"""Task 4.2: fixtures that lend each test an app and a database of its own.

The tests below do not look at tests/conftest.py. They put tests that use your fixtures into a
copy of the folder (checks/harness/suites/canary_tests.py), run them, and read what pytest reports.
"""

import pytest
from checks.harness.suites.canary_runs import CanaryRuns


def assert_passed(report, names, command):
    """Each of the tests `names` has run and passed."""
    assert report.tests, f"{command}: {report.summary()}"
    for name in names:
        test = report.outcome(name)
        assert test is not None, f"{command}: {name} has run"
        assert test.outcome == "passed", f"{command}: {test}"


@pytest.fixture
def canaries(suite_runner):
    """The reports of all runs; made once for all tests of this file."""
    return suite_runner.cached("4.2", lambda: CanaryRuns.run(suite_runner))


@pytest.fixture
def sing(canaries):
    """`sing(*names)`: those canaries passed on the sound app."""
    return lambda *names: assert_passed(canaries.first, names, "your fixtures")


class TestPeople:
    @pytest.mark.gate
    def test_test_user_is_an_organizer_and_auth_headers_are_theirs(self, sing):
        sing("test_organizer")

    def test_admin_headers_are_somebody_elses_an_admins(self, sing):
        sing("test_admin", "test_both_headers")


class TestDatabase:
    def test_each_test_starts_empty(self, canaries, sing):
        names = ("test_empty_1", "test_empty_2", "test_only_mine_1", "test_only_mine_2")

        sing(*names)

        assert_passed(canaries.second, names, "`pytest` a second time")

    def test_db_and_the_app_see_what_the_other_committed(self, sing):
        sing("test_db_sees_the_app", "test_app_sees_the_db")

    def test_what_no_one_committed_is_not_there(self, canaries, sing):
        sing("test_committed")

        test = canaries.without_commit.outcome("test_committed")
        name = "a test that creates an event and reads it, on an app that never commits"
        assert test is not None, f"{name}: it has run"
        assert test.outcome != "passed", f"{name}: red"

    def test_a_409_does_no_harm_to_the_next_request(self, sing):
        sing("test_conflict")


class TestClient:
    def test_the_app_is_started(self, sing):
        sing("test_lifespan")

    def test_nothing_is_left_in_the_folder(self, canaries, sing):
        sing("test_organizer")

        assert canaries.leftovers == [], "files that were not there before `pytest` ran"
