"""`checks reset` and `undo`, with files that two tasks share."""

from pathlib import Path

import pytest

from checks import progress, rewind
from checks.course import Course, load_course
from checks.results import Results, TaskResult, TestResult, Verdict
from checks.rewind import How
from checks.tests.workbook import day_toml, solution, task_toml

SHARED = """# region task 1.1
#| one = None
one = 1
# endregion
# region task 1.2
#| two = None
two = 2
# endregion
"""
MINE = SHARED.replace("#| one = None\n", "").replace("#| two = None\n", "")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Day 1 with two tasks that edit one file; the learner has solved both."""
    tasks = (task_toml("1.1", "one"), task_toml("1.2", "two"))
    solution(tmp_path, 1, {"app/main.py": SHARED, "day.toml": day_toml(1, *tasks)})
    learner = tmp_path / "days/day1-architecture"
    (learner / "app").mkdir(parents=True)
    (learner / "day.toml").write_text(day_toml(1, *tasks))
    (learner / "app/main.py").write_text(MINE)
    return load_course(tmp_path)


def passed(course: Course) -> None:
    tests = tuple(
        TaskResult(t.id, t.key, "", 1, (TestResult(t.id, "test_x", Verdict.PASS),))
        for t in course.tasks
    )
    progress.keep(course, [Results("day1-architecture", contained=False, tasks=tests)])


def text(course: Course) -> str:
    return (course.root / "days/day1-architecture/app/main.py").read_text()


def test_the_other_tasks_lines_stay_and_undo_is_exact(course: Course) -> None:
    rewind.reset(course, course.task("1.2"))
    after = text(course)
    rewind.undo(course)

    assert after == MINE.replace("two = 2", "two = None")
    assert text(course) == MINE


def test_no_task_of_a_file_that_was_written_is_known_to_pass_any_more(course: Course) -> None:
    passed(course)

    rewind.reset(course, course.task("1.2"))

    assert progress.verdicts(course) == {}


def test_a_task_that_is_as_it_began_is_left_alone_and_stays_known(course: Course) -> None:
    rewind.reset(course, course.task("1.2"))
    passed(course)

    assert rewind.reset(course, course.task("1.2")) is None
    assert len(progress.verdicts(course)) == 2


def test_damaged_markers_take_the_whole_file_and_the_plan_says_whose_lines_go(
    course: Course,
) -> None:
    file = course.root / "days/day1-architecture/app/main.py"
    file.write_text(MINE.replace("# region task 1.2\n", ""))

    (change,) = rewind.plan(course, course.task("1.2"))

    assert change.how is How.WHOLE
    assert "what you wrote for 1.1 in it goes too" in change.in_(course.task("1.2"), "en")
