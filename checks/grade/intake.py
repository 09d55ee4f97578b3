"""Submissions as an instructor has them: archives, clones, or a folder full of either.

Nothing in them is trusted: a link is never followed, a name never becomes a path, and what cannot
be read is reported with its row, not left out.
"""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from checks.course.course import DAYS, Day
from checks.errors import CourseError
from checks.files import File, plain
from checks.grade import repositories, tars
from checks.submission.archive import COUNT_LIMIT, FILE_LIMIT, NAME_LIMIT, TOTAL_LIMIT, is_safe
from checks.submission.bundle import read_submission

FOLDERS = frozenset(day.folder for day in DAYS)
NOT_ENTERED = frozenset({"__pycache__", ".venv", ".git", ".checks", "node_modules"})
DEPTH_LIMIT = NAME_LIMIT // 2
Tell = Callable[[str], object]


@dataclass(frozen=True)
class Submission:
    """One person's work: the row's name and where it lies (an archive, a clone, its days).

    `problem` says why nothing of it can be read.
    """

    name: str
    source: Path
    problem: str = ""


def find(
    sources: Sequence[Path | str], clones: Path | None = None, tell: Tell = len
) -> tuple[Submission, ...]:
    """Every submission that the sources hold, by name.

    A source is an archive, a workbook, a folder of days, what git clones, or a folder of these;
    clones are made in `clones`. `tell` hears a sentence about whatever is left out, and about two
    that would have one name: both are kept, and called by more of their paths.

    Raises CourseError for a source that is none of them.
    """
    unique: dict[Path, Submission] = {}
    for source in sources:
        for each in _in(source, clones, tell):
            unique.setdefault(each.source.resolve(), each)
    return tuple(sorted(_told_apart(list(unique.values()), tell), key=lambda each: each.name))


def _in(source: Path | str, clones: Path | None, tell: Tell) -> Iterator[Submission]:
    if repositories.is_url(str(source)):
        yield _cloned(str(source), clones)
        return
    source = Path(source)
    if not source.exists():
        raise CourseError(f"{source} does not exist; name archives, clones, or a folder of them")
    if source.is_file() or _days_of(source):
        yield Submission(_name(source), source)
    elif repositories.is_bare(source):
        yield _cloned(str(source), clones)
    else:
        yield from _listed(source, clones, tell)


def _listed(folder: Path, clones: Path | None, tell: Tell) -> Iterator[Submission]:
    """What a folder of submissions holds; whatever is none is told."""
    inner = {path: _why_not(path) for path in sorted(folder.iterdir())}
    for path, why in inner.items():
        if why:
            tell(f"{printable(str(path))} is left out: {why}")
        elif repositories.is_bare(path):
            yield _cloned(str(path), clones)
        else:
            yield Submission(_name(path), path)
    if all(inner.values()):
        raise CourseError(f"{folder} holds no submission: neither archives nor folders with days/")


def _why_not(path: Path) -> str:
    if path.is_symlink():
        return "it is a link; name what it leads to"
    if path.is_dir():
        is_work = not path.name.startswith(".") or _days_of(path) or repositories.is_bare(path)
        return "" if is_work else "its name begins with a dot and it holds no days"
    return "" if _is_archive(path) and path.is_file() else "it is neither an archive nor a folder"


def _is_archive(path: Path) -> bool:
    return path.name.lower().endswith((".zip", *tars.SUFFIXES))


def _cloned(source: str, clones: Path | None) -> Submission:
    """A clone that fails is a row that somebody has to look at, not the end of the others."""
    name = printable(source.rstrip("/").replace(":", "/").rpartition("/")[2].removesuffix(".git"))
    target = (clones or Path(mkdtemp(prefix="eventure-clones-"))) / hashlib.sha256(
        source.encode()
    ).hexdigest()[:16]
    try:
        if not target.exists():
            repositories.clone(source, target)
    except CourseError as error:
        return Submission(name, target, printable(str(error)))
    return Submission(name, target)


def _told_apart(found: Sequence[Submission], tell: Tell) -> Iterator[Submission]:
    """Both of two who would have one name are graded: an instructor can still take one out."""
    names = Counter(each.name for each in found)
    longer = {each.source: _longer_name(each.source) for each in found}
    again = Counter(longer[each.source] for each in found if names[each.name] > 1)
    for each in found:
        if names[each.name] == 1:
            yield each
            continue
        long = longer[each.source]
        name = long if again[long] == 1 and long not in names else printable(str(each.source))
        tell(f"{each.name!r} is the name of {names[each.name]}: {each.source} is called {name!r}")
        yield replace(each, name=name)


def _longer_name(source: Path) -> str:
    return printable("/".join(source.resolve().parts[-2:]))


def _name(path: Path) -> str:
    """What the gradebook calls it: the file's name, with nothing in it that is no text."""
    name = path.resolve().name
    endings = (each for each in (".zip", *tars.SUFFIXES) if name.lower().endswith(each))
    ending = max(endings, key=len, default="") if path.is_file() else ""
    return printable(name[: len(name) - len(ending)] or name)


def printable(text: str) -> str:
    """The text without controls and without bytes that are no text: no file could hold those."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _days_of(folder: Path) -> Path | None:
    """The folder that the days lie in: `days/` of a workbook, or the folder itself."""
    for each in (folder / "days", folder):
        if each.is_dir() and not each.is_symlink() and FOLDERS & {p.name for p in each.iterdir()}:
            return each
    return None


def files_of(submission: Submission, day: Day) -> Mapping[str, File]:
    """The learner-owned files of one day, by path from the day's folder; {} for a day not begun.

    Raises CourseError for an archive that is none, and for files too large or too many.
    """
    if submission.problem:
        raise CourseError(submission.problem)
    if submission.source.is_file():
        return _packed(submission.source, day)
    days = _days_of(submission.source)
    if days is None:
        raise CourseError(f"{submission.source} holds no days: no {DAYS[0].folder}, no days/")
    return _owned(days / day.folder, day)


def _packed(path: Path, day: Day) -> Mapping[str, File]:
    if path.name.lower().endswith(tars.SUFFIXES):
        return tars.files_in(path, day)
    inside = f"days/{day.folder}/"
    packed = read_submission(path).files
    named = {p.removeprefix(inside): f for p, f in packed.items() if p.startswith(inside)}
    return {name: file for name, file in named.items() if day.owns(name)}


def _owned(folder: Path, day: Day) -> Mapping[str, File]:
    files: dict[str, File] = {}
    total = 0
    for path in _plain_files(folder):
        name = path.relative_to(folder).as_posix()
        if not day.owns(name) or not is_safe(name):
            continue
        files[name] = _read(path)
        total += len(files[name].data)
        if len(files) > COUNT_LIMIT or total > TOTAL_LIMIT:
            bound = f"{COUNT_LIMIT} files or {TOTAL_LIMIT >> 20} MiB"
            raise CourseError(f"{folder} has more than {bound} of the learner's own")
    return files


def _plain_files(folder: Path) -> Iterator[Path]:
    if folder.is_symlink():
        raise CourseError(f"{folder} is a link; ask for the folder itself")
    for here, folders, names in os.walk(folder, followlinks=False):
        # no name that is any deeper would be safe, and os.walk itself recurses
        deep = len(Path(here).relative_to(folder).parts) >= DEPTH_LIMIT
        folders[:] = [] if deep else sorted(set(folders) - NOT_ENTERED)
        yield from (
            Path(here, name)
            for name in sorted(names)
            if stat.S_ISREG(Path(here, name).lstat().st_mode) and not name.endswith(".pyc")
        )


def _read(path: Path) -> File:
    """The file's bytes; the open itself refuses a link that was put there meanwhile."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(FILE_LIMIT + 1)
        executable = bool(os.fstat(stream.fileno()).st_mode & stat.S_IXUSR)
    if len(data) > FILE_LIMIT:
        raise CourseError(f"{path} is larger than 1 MiB; a learner's file never needs to be")
    return plain(data, executable=executable)
