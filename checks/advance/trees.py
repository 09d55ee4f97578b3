"""The trees of a carry, file by file: day N finished and as it is, day N+1 begun and as it is."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from checks.advance.file import OneFile
from checks.course.course import Course, Day
from checks.errors import CourseError
from checks.files import File, plain, read_file, source_files
from checks.messages import next_and_submit as words
from checks.results.model import Verdict
from checks.workspace import progress
from checks.workspace.learner_file import attempt, starter_of

CARRIED = Path(".checks/carried")
"""What was carried into each day the last time, by the day's folder."""


def gather(course: Course, day: Day, into: Day, lang: str) -> dict[str, OneFile]:
    """Every file that may go from a day to the next. Raises CourseError as `advance.plan` does."""
    trees = [course.root / "solutions" / each.folder for each in (day, into)]
    if not all(tree.is_dir() for tree in trees):
        said = words.NO_SOLUTIONS.in_(lang)
        raise CourseError(said.format(day=day.folder, into=into.folder))
    finished, later = _files(trees[0], day), _files(trees[1], into)
    mine = _files(course.root / "days" / day.folder, day)
    theirs = _files(course.root / "days" / into.folder, into)
    carried = course.root / CARRIED / into.folder
    solved = solved_in(course, day) & _touched(finished, mine)
    return {
        path: OneFile(
            path=path,
            into=into.folder,
            finished=finished.get(path),
            attempt=attempt(path, finished.get(path), mine.get(path), solved),
            begun=starter_of(path, later.get(path)),
            theirs=theirs.get(path),
            recorded=read_file(carried / path),
        )
        for path in finished.keys() | mine.keys()
        if into.owns(path)
    }


def _files(folder: Path, day: Day) -> dict[str, File]:
    """The learner-owned files of a day's folder, their permissions left aside.

    A file system that cannot keep them says that every file may be run. Raises CourseError for
    a link or a device among them.
    """
    found: dict[str, File] = {}
    for path in source_files(folder) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        file = read_file(path) if day.owns(name) else None
        if file is not None:
            found[name] = plain(file.data)
    return found


def modes(days: Path, day: Day, into: Day, paths: Iterable[str]) -> dict[str, int]:
    """The permissions that a file has in the later day, else those that it has in the day."""
    found: dict[str, int] = {}
    for path in paths:
        here = read_file(days / into.folder / path) or read_file(days / day.folder / path)
        found[path] = here.mode if here else 0o644
    return found


def solved_in(course: Course, day: Day) -> frozenset[str]:
    """The tasks of a day that passed when they were run last."""
    known = progress.verdicts(course)
    return frozenset(task.id for task in day.tasks if known.get(task.key) is Verdict.PASS)


def changed(course: Course, day: Day) -> bool:
    """Whether the learner changed a region of any of the day's tasks."""
    trees = (course.root / tree / day.folder for tree in ("solutions", "days"))
    finished, mine = (_files(tree, day) for tree in trees)
    return bool(_touched(finished, mine))


def _touched(finished: Mapping[str, File], mine: Mapping[str, File]) -> frozenset[str]:
    """The tasks of which the learner changed a region somewhere."""
    attempts = (attempt(path, file, mine.get(path)) for path, file in finished.items())
    return frozenset(task for each in attempts for task in each.touched)
