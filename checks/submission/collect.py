"""What goes into a submission: the learner-owned files of the written days, and their verdicts."""

import contextlib
import hashlib
import stat
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from checks.course.course import Course, Day
from checks.course.generated import read_generated
from checks.errors import CourseError
from checks.files import File, git_file, read_file, source_files
from checks.results.model import Verdict
from checks.submission.archive import COUNT_LIMIT, FILE_LIMIT, TOTAL_LIMIT, is_safe
from checks.submission.bundle import Claim, Submission
from checks.workspace.state import load_state


def collect(course: Course) -> tuple[Submission, tuple[str, ...]]:
    """The learner-owned files of all written days; and the paths that are too large or too many.

    The files that a task names or that the days came with go first. Raises CourseError for a
    link or a special file among them, and for a name that not every system can keep.
    """
    files: dict[str, File] = {}
    left_out: list[str] = []
    total = 0
    for path in sorted(_owned(course), key=_importance(course)):
        size = (course.root / path).lstat().st_size
        if size > FILE_LIMIT or len(files) == COUNT_LIMIT or total + size > TOTAL_LIMIT:
            left_out.append(path)
        elif (file := read_file(course.root / path)) is not None:
            files[path] = git_file(file.data, executable=file.executable)
            total += size
    claimed = dict(_claims(course))
    made = Submission(_checker(), course_version(course), files, claimed, len(left_out))
    return made, tuple(left_out)


def course_version(course: Course) -> str:
    """The SHA-256 of every day's manifest and tests, as they lie in days/."""
    hashed = hashlib.sha256()
    for day in course.days:
        folder = course.root / "days" / day.folder
        tests = (path for path in source_files(folder / "exercises") if path.suffix == ".py")
        for path in (folder / "day.toml", *tests):
            name = path.relative_to(course.root).as_posix()
            hashed.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return hashed.hexdigest()


def _owned(course: Course) -> Iterator[str]:
    for day in course.days:
        folder = course.root / "days" / day.folder
        for each in (folder.parent, folder):
            if each.is_symlink():
                raise CourseError(f"{each} is a link; put the folder itself there")
        for path in source_files(folder):
            name = path.relative_to(folder).as_posix()
            if _plain(path, name, day):
                yield path.relative_to(course.root).as_posix()


def _plain(path: Path, name: str, day: Day) -> bool:
    """Whether it is the learner's. What would stand for their folder or file must be plain."""
    if not day.owns(name) and not (path.is_symlink() and day.owns(f"{name}/x")):
        return False
    if not stat.S_ISREG(path.lstat().st_mode):
        raise CourseError(f"{path} is a link or no plain file; put the file itself there")
    if not is_safe(f"days/{day.folder}/{name}"):
        raise CourseError(f"{str(path)!r} has a name that not every system can keep; rename it")
    return True


def _importance(course: Course) -> Callable[[str], tuple[bool, bool, str]]:
    """A key to sort paths by: what a task names, what the days came with, all else."""
    named = {
        f"days/{course.task_day(task).folder}/{path}" for task in course.tasks for path in task.edit
    }
    known = set(named)
    with contextlib.suppress(CourseError):  # a damaged list stops nobody from handing in
        known |= read_generated(course.root).keys()
    return lambda path: (path not in named, path not in known, path)


def _claims(course: Course) -> Iterator[tuple[str, Claim]]:
    state = load_state(course.root)
    for task in course.tasks:
        known = state.task(task.key)
        if known.verdict is not None:
            yield task.id, Claim(task.key, Verdict(known.verdict), known.at or "")


def _checker() -> str:
    try:
        return version("eventure-workbook")
    except PackageNotFoundError:
        return "unknown"
