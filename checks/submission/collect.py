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
from checks.submission.bundle import Bundle, Claim
from checks.workspace.state import load_state


def collect(course: Course) -> tuple[Bundle, tuple[str, ...]]:
    """The learner-owned files of all written days, and the paths that were left out by the limits.

    Files that a task names come first, then files that the days came with. Raises CourseError for a
    link or a special file among them, and for a name that not every system can keep.
    """
    files: dict[str, File] = {}
    left_out: list[str] = []
    total = 0
    for path in sorted(_learner_files(course), key=_priority(course)):
        size = (course.root / path).lstat().st_size
        if size > FILE_LIMIT or len(files) == COUNT_LIMIT or total + size > TOTAL_LIMIT:
            left_out.append(path)
        elif (file := read_file(course.root / path)) is not None:
            files[path] = git_file(file.data, executable=file.executable)
            total += size
    claimed = dict(_claims(course))
    submission = Bundle(_checker_version(), course_version(course), files, claimed, len(left_out))
    return submission, tuple(left_out)


def course_version(course: Course) -> str:
    """The SHA-256 of every day's manifest and tests, as they lie in days/."""
    digest = hashlib.sha256()
    for day in course.days:
        folder = course.root / "days" / day.folder
        tests = (path for path in source_files(folder / "exercises") if path.suffix == ".py")
        for path in (folder / "day.toml", *tests):
            name = path.relative_to(course.root).as_posix()
            digest.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return digest.hexdigest()


def _learner_files(course: Course) -> Iterator[str]:
    for day in course.days:
        folder = course.root / "days" / day.folder
        for parent in (folder.parent, folder):
            if parent.is_symlink():
                raise CourseError(f"{parent} is a link; put the folder itself there")
        for path in source_files(folder):
            name = path.relative_to(folder).as_posix()
            if _is_learner_file(path, name, day):
                yield path.relative_to(course.root).as_posix()


def _is_learner_file(path: Path, name: str, day: Day) -> bool:
    """Whether the learner owns a path, also a link in place of an owned folder.

    Raises CourseError for an owned path that is no plain file.
    """
    if not day.owns(name) and not (path.is_symlink() and day.owns(f"{name}/x")):
        return False
    if not stat.S_ISREG(path.lstat().st_mode):
        raise CourseError(f"{path} is a link or no plain file; put the file itself there")
    if not is_safe(f"days/{day.folder}/{name}"):
        raise CourseError(f"{str(path)!r} has a name that not every system can keep; rename it")
    return True


def _priority(course: Course) -> Callable[[str], tuple[bool, bool, str]]:
    """The sort key of a path: files that a task names, files of the generated days, the rest."""
    task_files = {
        f"days/{course.task_day(task).folder}/{path}" for task in course.tasks for path in task.edit
    }
    known_files = set(task_files)
    with contextlib.suppress(CourseError):  # a damaged list does not prevent a submission
        known_files |= read_generated(course.root).keys()
    return lambda path: (path not in task_files, path not in known_files, path)


def _claims(course: Course) -> Iterator[tuple[str, Claim]]:
    state = load_state(course.root)
    for task in course.tasks:
        task_state = state.task(task.key)
        if task_state.verdict is not None:
            yield task.id, Claim(task.key, Verdict(task_state.verdict), task_state.at or "")


def _checker_version() -> str:
    try:
        return version("eventure-workbook")
    except PackageNotFoundError:
        return "unknown"
