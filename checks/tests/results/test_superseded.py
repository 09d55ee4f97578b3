"""A test that a later day supersedes says nothing of an earlier day's task there."""

from checks.course.course import load_course
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.results.superseded import superseded_tests, without_superseded
from checks.tests.support.repository import ROOT

LINES = {"day1 1.3 test_six_keys": "3.3"}


def judged(*names: str) -> TaskResult:
    tests = tuple(TestResult("1.3", name, Verdict.FAIL) for name in names)
    passing = TestResult("1.3", "test_other", Verdict.PASS)
    results = Results("day1", False, (TaskResult("1.3", "key", "", 1, (*tests, passing)),))
    return without_superseded(results, LINES).tasks[0]


def test_a_superseded_failure_is_no_failure_and_names_the_task_that_did_it() -> None:
    task = judged("TestUsers::test_six_keys[ann]")

    assert task.verdict is Verdict.PASS
    assert [test.cause and test.cause.message for test in task.skipped] == [
        "test_six_keys[ann]: superseded by task 3.3"
    ]


def test_another_failure_remains_one() -> None:
    assert judged("test_six_keys", "test_roles").verdict is Verdict.FAIL


def test_only_days_up_to_the_one_at_hand_supersede() -> None:
    course = load_course(ROOT)

    assert superseded_tests(course.days, 2) == {}
    assert superseded_tests(course.days, 3) == {"day1 1.3 test_a_user_has_these_six_keys": "3.3"}
