"""The learner's files in one submission: in an archive, a clone, or a folder of days.

No file is trusted: links are never followed, and sizes and counts are limited.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from checks.course.course import DAYS, Day
from checks.errors import CourseError
from checks.files import File, git_file
from checks.grade import placement
from checks.grade.folders import days_folder, open_folder
from checks.grade.person import UNKNOWN, Person
from checks.grade.tars import open_tar
from checks.grade.texts import printable
from checks.grade.tree import ARCHIVE_LIMIT, Entry, Tree, is_archive, is_unreadable_archive
from checks.grade.zips import open_zip
from checks.submission.archive import COUNT_LIMIT, FILE_LIMIT, TOTAL_LIMIT, is_safe
from checks.submission.bundle import MANIFEST, read_submission

NESTED_LIMIT = 8


@dataclass(frozen=True)
class Submission:
    """One person's work: the row's name and where it lies (an archive, a clone, its days).

    `problem` says why nothing of it can be read. `within` is the entry, a folder or a file, in an
    archive that holds several people's work. `only_day` is the folder of the only day that is asked
    for. `is_missing`: the roster names this person, and nothing was handed in. `note` is a sentence
    for a person that keeps nobody from grading. `twice_of`: the name of the row, were it the only
    one of its person. `called` is what was named, where the source is a copy.
    """

    name: str
    source: Path
    problem: str = ""
    within: str = ""
    only_day: str = ""
    person: Person = UNKNOWN
    is_missing: bool = False
    note: str = ""
    twice_of: str = ""
    called: str = ""

    @property
    def label(self) -> str:
        """What it was called when it was handed in, without the folders of this machine."""
        return printable(self.called or self.within or self.source.name)


def learner_files(submission: Submission, day: Day) -> Mapping[str, File]:
    """The learner-owned files of one day, by path from the day's folder; {} for a day not begun.

    Raises CourseError for an archive that is none, and for files too large or too many.
    """
    return {name: file for name, (file, _) in dated_files(submission, day).items()}


def dated_files(submission: Submission, day: Day) -> Mapping[str, tuple[File, datetime | None]]:
    """As `learner_files`, each with the time of its last change where an archive records it."""
    if submission.problem:
        raise CourseError(submission.problem)
    if submission.is_missing:
        return {}
    try:
        found = [
            (tree.label, files)
            for tree in _trees(submission)
            if (files := _files(tree, day, alone=submission.only_day == day.folder))
        ]
    except CourseError as error:
        hint = "ask for the file of `checks submit`"
        raise CourseError(f"{submission.label} is no submission: {error}; {hint}") from error
    if len(found) > 1:
        places = ", ".join(label for label, _ in found[:3])
        raise CourseError(f"{submission.label} holds {day.folder} in several archives: {places}")
    return found[0][1] if found else {}


def _trees(submission: Submission) -> Iterator[Tree]:
    """The trees that hold days: the submission itself, or else the archives in it."""
    top = _top(submission)
    names = [name for name in top.entries if not placement.is_ignored(name)]
    nested = [name for name in names if is_archive(name)]
    if top.is_workbook or placement.holds_days(names) or not nested:
        if not top.is_workbook:
            _require_days(submission, names)
        yield top
        return
    if len(nested) > NESTED_LIMIT:
        raise CourseError(f"it holds more than {NESTED_LIMIT} archives")
    inner = []
    total = 0
    for name, data in top.read(nested, ARCHIVE_LIMIT):
        total += len(data)
        if total > ARCHIVE_LIMIT:
            raise CourseError(f"the archives in it are larger than {ARCHIVE_LIMIT >> 20} MiB")
        inner.append(_nested(name, data))
    for tree in inner:
        _require_days(submission, tree.entries)
    yield from inner


def _require_days(submission: Submission, names: Collection[str]) -> None:
    """Refuse files that belong to no day: they would pass for a day that was not begun."""
    if placement.holds_days(names):
        return
    if any(f"/{name}".find("/app/") >= 0 or f"/{name}".endswith("/main.py") for name in names):
        if submission.only_day:
            return
        raise CourseError("it holds no day's folder; name the day: --day day1")
    unreadable = [name for name in names if is_unreadable_archive(name)]
    if unreadable:
        raise CourseError(
            f"it holds {printable(unreadable[0])}; only zip and tar archives are read"
        )
    raise CourseError(f"it holds no days: no {DAYS[0].folder}, no days/")


def _top(submission: Submission) -> Tree:
    source, label = submission.source, submission.label
    if source.is_dir():
        return _folder(source, label)
    if not source.name.lower().endswith(".zip"):
        return open_tar(source, source.name)
    tree = open_zip(source, label, submission.within)
    return _bundle(source, tree) if _is_bundle(tree) and not submission.within else tree


def _folder(source: Path, label: str) -> Tree:
    days = days_folder(source)
    for folder in (days / each for each in placement.FOLDERS) if days else ():
        if folder.is_symlink():
            raise CourseError(f"{folder.name} is a link; ask for the folder itself")
    return replace(open_folder(days or source, label), is_workbook=bool(days))


def _nested(name: str, data: bytes) -> Tree:
    try:
        return open_zip(data, name) if name.lower().endswith(".zip") else open_tar(data, name)
    except CourseError as error:
        raise CourseError(f"in it, {printable(name)}: {error}") from error


def _is_bundle(tree: Tree) -> bool:
    """Whether `checks submit` wrote the archive: its manifest is on top, and nothing has a time."""
    return MANIFEST in tree.entries and all(e.modified is None for e in tree.entries.values())


def _bundle(path: Path, tree: Tree) -> Tree:
    """The same tree, once it is known that no file was damaged or changed since it was packed."""
    files = read_submission(path).files
    entries = {name: Entry(len(file.data), file.executable) for name, file in files.items()}
    return Tree(tree.label, entries, tree.read, is_workbook=True)


def _files(tree: Tree, day: Day, *, alone: bool) -> Mapping[str, tuple[File, datetime | None]]:
    names = [name for name in tree.entries if not placement.is_ignored(name)]
    place = placement.place_of(names, day, alone=alone)
    if place is None:
        return {}
    owned = {
        name: path
        for name in names
        if (path := place.path(name)) and day.owns(path) and is_safe(path)
    }
    _check_names(owned, tree)
    files = {}
    total = 0
    for name, data in tree.read(owned, FILE_LIMIT):
        entry = tree.entries[name]
        # an archive without permissions: a script says by its first line that it is a program
        executable = data.startswith(b"#!") if entry.executable is None else entry.executable
        files[owned[name]] = git_file(data, executable=executable), entry.modified
        total += len(data)
        if total > TOTAL_LIMIT:
            raise CourseError(f"it has more than {_LIMITS} of the learner's own")
    return files


_LIMITS = f"{COUNT_LIMIT} files or {TOTAL_LIMIT >> 20} MiB"


def _check_names(owned: Mapping[str, str], tree: Tree) -> None:
    """Refuse names that another system, or a disk, would take for one another."""
    if len(owned) > COUNT_LIMIT:
        raise CourseError(f"it has more than {_LIMITS} of the learner's own")
    for name in owned:
        if name in tree.twice:
            raise CourseError(f"{name} is in it twice")
    by_fold: dict[str, str] = {}
    for path in sorted(owned.values()):
        other = by_fold.setdefault(path.casefold(), path)
        if other != path:
            raise CourseError(f"{other} and {path} differ only in upper and lower case")
        for index, letter in enumerate(path):
            if letter == "/" and path[:index].casefold() in by_fold:
                raise CourseError(f"{path[:index]} is a file in it, and a folder")
