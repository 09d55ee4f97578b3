"""Putting a task back to its starter, and taking that back: nothing a learner wrote is lost."""

import subprocess
from pathlib import Path

from checks import snapshot
from checks.build import generate
from checks.course import Course, Task
from checks.errors import CourseError
from checks.files import File, plain, replace_all


def starters(course: Course, task: Task) -> dict[Path, File | None]:
    """The starter of each file that the task edits: from solutions/, else from git.

    None stands for a file that the starter does not have. Raises CourseError when neither
    knows the starters.
    """
    folder = Path("days") / course.task_day(task).folder
    names = [(folder / path).as_posix() for path in task.edit]
    if (course.root / "solutions").is_dir():
        made = generate(course.root)
        return {course.root / name: made.get(name) for name in names}
    return {course.root / name: _committed(course.root, name) for name in names}


def reset(course: Course, task: Task) -> str:
    """Snapshot the task's files, then write their starters; the snapshot's id."""
    files = starters(course, task)
    paths = [path.relative_to(course.root) for path in files]
    held = snapshot.snapshot(course.root, paths, f"reset {task.id}")
    replace_all(files)
    return held


def undo(course: Course) -> str:
    """Restore the newest snapshot; why it was taken. Raises CourseError when there is none."""
    newest = snapshot.latest(course.root)
    if newest is None:
        raise CourseError("There is nothing to undo; no command has written to your files")
    snapshot.restore(course.root, newest.id)
    return newest.why


def _committed(root: Path, name: str) -> File | None:
    first = ["git", "-C", str(root), "log", "--diff-filter=A", "--format=%H", "-1", "--", name]
    commit = subprocess.run(first, capture_output=True, text=True, check=False).stdout.strip()
    listed = (root / "days/.generated").read_text()
    if name.removeprefix("days/") not in listed:
        return None
    shown = subprocess.run(
        ["git", "-C", str(root), "show", f"{commit}:{name}"], capture_output=True, check=False
    )
    if not commit or shown.returncode != 0:
        raise CourseError(f"The starter of {name} is in no commit here; clone the workbook anew")
    return plain(shown.stdout)
