"""Verdicts belong to the files that were judged, and the position to the task judged last."""

from checks.course.course import Course
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.tests.support.solved_day_one import TASKS, change, course, unsolved
from checks.workspace import progress
from checks.workspace.judged_content import judged_contents

__all__ = ["course", "unsolved"]
KEY = "event-statistics"


def run(course: Course, verdict: Verdict, task_id: str = "1.2") -> Results:
    task = course.task(task_id)
    tests = (TestResult(task.id, "test_x", verdict),)
    return Results("day1-architecture", False, (TaskResult(task.id, task.key, "", 1, tests),))


def test_files_that_come_back_bring_their_verdict_back(course: Course) -> None:
    change(course, TASKS, "import sqlalchemy as sa", "import sqlalchemy as db")
    progress.save_verdicts(course, [run(course, Verdict.FAIL)])
    failing = progress.verdicts(course)

    change(course, TASKS, "import sqlalchemy as db", "import sqlalchemy as sa")

    assert failing[KEY] is Verdict.FAIL
    assert progress.verdicts(course)[KEY] is Verdict.PASS


def test_files_that_nobody_judged_have_the_last_verdict(course: Course) -> None:
    change(course, TASKS, "import sqlalchemy as sa", "import sqlalchemy as sa  # new")

    assert progress.verdicts(course)[KEY] is Verdict.PASS


def test_the_verdict_of_files_that_changed_during_the_run_is_no_content_s(course: Course) -> None:
    judged = judged_contents(course, course.tasks)
    change(course, TASKS, "import sqlalchemy as sa", "import sqlalchemy as db")
    progress.save_verdicts(course, [run(course, Verdict.FAIL)], judged)
    after_the_run = progress.verdicts(course)

    change(course, TASKS, "import sqlalchemy as db", "import sqlalchemy as sa")

    assert after_the_run[KEY] is Verdict.FAIL
    assert progress.verdicts(course)[KEY] is Verdict.PASS


def test_other_tests_of_the_task_make_another_content(course: Course) -> None:
    tests = course.root / "days/day1-architecture" / course.task("1.2").test
    before = judged_contents(course, course.tasks)

    tests.write_text(tests.read_text() + "# more\n")

    after = judged_contents(course, course.tasks)
    assert {key for key in before if before[key] != after[key]} == {KEY}


def test_what_passes_in_this_very_run_is_no_missing_prerequisite(course: Course) -> None:
    progress.save_verdicts(course, [run(course, Verdict.FAIL, "1.3")])
    assert progress.missing_prerequisites(course)["1.4"] == ("1.3",)

    missing = progress.missing_prerequisites(course, [run(course, Verdict.PASS, "1.3")])

    assert missing["1.4"] == ()
