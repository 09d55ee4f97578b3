"""The commit that a pass offers: the day's folder with the task's name, and nothing else."""

import subprocess
from pathlib import Path

import pytest

from checks.course.course import Course, load_course
from checks.errors import CourseError
from checks.tests.support.day_one import DAY, workbook
from checks.tests.support.workbook import commit, git
from checks.workspace.commit import commit_offer, make_commit

__all__ = ["workbook"]  # a fixture
FOLDER = f"days/{DAY}"
EDITED = f"{FOLDER}/app/crud/task.py"


@pytest.fixture
def course(workbook: Path) -> Course:
    """A committed workbook in which one file was changed since."""
    commit(workbook)
    git(workbook, "config", "user.name", "t")
    git(workbook, "config", "user.email", "t@example.org")
    with (workbook / EDITED).open("a") as file:
        file.write("# mine\n")
    return load_course(workbook)


def test_it_is_the_days_folder_under_the_tasks_name(course: Course) -> None:
    (course.root / "notes.txt").write_text("not of the day")
    (course.root / FOLDER / "app" / "new.py").write_text("")

    message = make_commit(course, course.task("1.2"))

    assert message == "1.2 Event statistics"
    assert git(course.root, "log", "-1", "--format=%s").strip() == message
    changed = git(course.root, "show", "--name-only", "--format=", "HEAD").split()
    assert sorted(changed) == sorted([EDITED, f"{FOLDER}/app/new.py"])


def test_what_was_staged_elsewhere_stays_staged(course: Course) -> None:
    (course.root / "notes.txt").write_text("not of the day")
    git(course.root, "add", "notes.txt")

    make_commit(course, course.task("1.2"))

    assert git(course.root, "diff", "--cached", "--name-only").split() == ["notes.txt"]


def test_the_command_that_is_shown_makes_the_same_commit(course: Course) -> None:
    offer = commit_offer(course, [course.task("1.2")], "ru")
    assert offer is not None

    subprocess.run(["/bin/sh", "-c", offer.command], cwd=course.root, check=True)

    subject = git(course.root, "log", "-1", "--format=%s").strip()
    assert subject == f"1.2 {course.task('1.2').title.ru}"
    assert commit_offer(course, [course.task("1.2")]) is None


def test_without_a_change_it_says_so(course: Course) -> None:
    git(course.root, "checkout", "--", EDITED)

    with pytest.raises(CourseError, match=f"There is nothing to commit in {FOLDER}"):
        make_commit(course, course.task("1.2"))


def test_outside_a_repository_nothing_is_offered(workbook: Path) -> None:
    course = load_course(workbook)

    assert commit_offer(course, [course.task("1.2")]) is None
    with pytest.raises(CourseError, match="is in no git repository"):
        make_commit(course, course.task("1.2"))


def test_what_git_refuses_is_one_sentence_with_the_command(course: Course) -> None:
    hook = course.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'line 3 is too long' >&2\nexit 1\n")
    hook.chmod(0o755)

    with pytest.raises(CourseError, match=r"git refuses: line 3 is too long\. Commit by hand: git"):
        make_commit(course, course.task("1.2"))
