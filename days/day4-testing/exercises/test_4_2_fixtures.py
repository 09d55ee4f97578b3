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
def canary_runs(suite_runner):
    """The reports of all runs; made once for all tests of this file."""
    return suite_runner.cached("4.2", lambda: CanaryRuns.run(suite_runner))


@pytest.fixture
def assert_canaries_pass(canary_runs):
    """`assert_canaries_pass(*names)`: those canaries passed on the sound app."""
    return lambda *names: assert_passed(canary_runs.first, names, "your fixtures")


class TestPeople:
    @pytest.mark.gate
    def test_test_user_is_an_organizer_and_auth_headers_are_theirs(self, assert_canaries_pass):
        assert_canaries_pass("test_organizer")

    def test_admin_headers_are_somebody_elses_an_admins(self, assert_canaries_pass):
        assert_canaries_pass("test_admin", "test_both_headers")


class TestDatabase:
    def test_each_test_starts_empty(self, canary_runs, assert_canaries_pass):
        names = ("test_empty_1", "test_empty_2", "test_only_mine_1", "test_only_mine_2")

        assert_canaries_pass(*names)

        assert_passed(canary_runs.second, names, "`pytest` a second time")

    def test_db_and_the_app_see_what_the_other_committed(self, assert_canaries_pass):
        assert_canaries_pass("test_db_sees_the_app", "test_app_sees_the_db")

    def test_what_no_one_committed_is_not_there(self, canary_runs, assert_canaries_pass):
        assert_canaries_pass("test_committed")

        test = canary_runs.without_commit.outcome("test_committed")
        name = "a test that creates an event and reads it, on an app that never commits"
        assert test is not None, f"{name}: it has run"
        assert test.outcome != "passed", f"{name}: red"

    def test_a_409_does_no_harm_to_the_next_request(self, assert_canaries_pass):
        assert_canaries_pass("test_conflict")


class TestClient:
    def test_the_app_is_started(self, assert_canaries_pass):
        assert_canaries_pass("test_lifespan")

    def test_nothing_is_left_in_the_folder(self, canary_runs, assert_canaries_pass):
        assert_canaries_pass("test_organizer")

        assert canary_runs.leftovers == [], "files that were not there before `pytest` ran"
