"""The starters of a task's files: from solutions/, from what was handed out, else from git."""

import subprocess
from pathlib import Path

from checks.course.course import Course, Task
from checks.course.generated import generate
from checks.course.learners_copy import BASE, is_learners_copy, read_base
from checks.errors import CourseError
from checks.files import File, git_file


def starter_files(course: Course, task: Task) -> dict[Path, File | None]:
    """The starter of each file that the task edits.

    None is a file that the starter does not have. Raises CourseError when neither has the
    starters.
    """
    folder = Path("days") / course.task_day(task).folder
    names = [(folder / path).as_posix() for path in task.edit]
    if (course.root / "solutions").is_dir():
        generated = generate(course.root)
        return {course.root / name: generated.get(name) for name in names}
    if is_learners_copy(course.root):
        handed_out = read_base(course.root / BASE)
        return {course.root / name: handed_out.get(name) for name in names}
    return {course.root / name: _committed_starter(course.root, name) for name in names}


def _committed_starter(root: Path, name: str) -> File | None:
    log = ["git", "-C", str(root), "log", "--diff-filter=A", "--format=%H", "-1", "--", name]
    commit = subprocess.run(log, capture_output=True, text=True, check=False).stdout.strip()
    generated = (root / "days/.generated").read_text()
    if name.removeprefix("days/") not in generated:
        return None
    show = subprocess.run(
        ["git", "-C", str(root), "show", f"{commit}:{name}"], capture_output=True, check=False
    )
    if not commit or show.returncode != 0:
        raise CourseError(f"The starter of {name} is in no commit here; clone the workbook anew")
    return git_file(show.stdout)
