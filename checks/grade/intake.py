"""Submissions as an instructor has them: archives, clones, or a folder full of either.

A link is never followed and a name never becomes a path. A source that cannot be read is reported
with its row, not left out.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from checks.errors import CourseError
from checks.grade import repositories, tars
from checks.grade.repository_copy import is_bare
from checks.grade.submission_files import Submission, days_folder, printable
from checks.services.temporary_folders import make_folder

Report = Callable[[str], object]


def find_submissions(
    sources: Sequence[Path | str], clones: Path | None = None, report: Report = len
) -> tuple[Submission, ...]:
    """Every submission in the sources, by name.

    A source is an archive, a workbook, a folder of days, what git clones, or a folder of these;
    clones are made in `clones`. `report` receives a sentence about each entry that is left out, and
    about submissions of one name, which get longer parts of their paths as names.

    Raises CourseError for a source that is none of them.
    """
    unique: dict[Path, Submission] = {}
    for source in sources:
        for submission in _submissions_in(source, clones, report):
            unique.setdefault(submission.source.resolve(), submission)
    named = _with_unique_names(list(unique.values()), report)
    return tuple(sorted(named, key=lambda submission: submission.name))


def _submissions_in(
    source: Path | str, clones: Path | None, report: Report
) -> Iterator[Submission]:
    if repositories.is_url(str(source)):
        yield _cloned(str(source), clones)
        return
    source = Path(source)
    if not source.exists():
        raise CourseError(f"{source} does not exist; name archives, clones, or a folder of them")
    if source.is_file() or days_folder(source):
        yield Submission(_name(source), source)
    elif is_bare(source):
        yield _cloned(str(source), clones)
    else:
        yield from _submissions_of_folder(source, clones, report)


def _submissions_of_folder(
    folder: Path, clones: Path | None, report: Report
) -> Iterator[Submission]:
    """The submissions in a folder; `report` receives each entry that is none."""
    rejections = {path: _rejection(path) for path in sorted(folder.iterdir())}
    for path, rejection in rejections.items():
        if rejection:
            report(f"{printable(str(path))} is left out: {rejection}")
        elif is_bare(path):
            yield _cloned(str(path), clones)
        else:
            yield Submission(_name(path), path)
    if all(rejections.values()):
        raise CourseError(f"{folder} holds no submission: neither archives nor folders with days/")


def _rejection(path: Path) -> str:
    if path.is_symlink():
        return "it is a link; name what it leads to"
    if path.is_dir():
        is_candidate = not path.name.startswith(".") or days_folder(path) or is_bare(path)
        return "" if is_candidate else "its name begins with a dot and it holds no days"
    return "" if _is_archive(path) and path.is_file() else "it is neither an archive nor a folder"


def _is_archive(path: Path) -> bool:
    return path.name.lower().endswith((".zip", *tars.SUFFIXES))


def _cloned(source: str, clones: Path | None) -> Submission:
    """The submission of a clone; a clone that fails is a row with a problem."""
    name = printable(source.rstrip("/").replace(":", "/").rpartition("/")[2].removesuffix(".git"))
    target = (clones or make_folder("clones")) / hashlib.sha256(source.encode()).hexdigest()[:16]
    try:
        if not target.exists():
            repositories.clone(source, target)
    except CourseError as error:
        return Submission(name, target, printable(str(error)))
    return Submission(name, target)


def _with_unique_names(submissions: Sequence[Submission], report: Report) -> Iterator[Submission]:
    """Submissions of one name get longer names, so that each of them is graded."""
    names = Counter(each.name for each in submissions)
    long_names = {each.source: _long_name(each.source) for each in submissions}
    long_counts = Counter(long_names[each.source] for each in submissions if names[each.name] > 1)
    for each in submissions:
        count, long_name = names[each.name], long_names[each.source]
        if count == 1:
            yield each
            continue
        is_unique = long_counts[long_name] == 1 and long_name not in names
        name = long_name if is_unique else printable(str(each.source))
        report(f"{each.name!r} is the name of {count}: {each.source} is called {name!r}")
        yield replace(each, name=name)


def _long_name(source: Path) -> str:
    return printable("/".join(source.resolve().parts[-2:]))


def _name(path: Path) -> str:
    """The name in the gradebook: the file's, without its suffix and without control characters."""
    name = path.resolve().name
    suffixes = (each for each in (".zip", *tars.SUFFIXES) if name.lower().endswith(each))
    suffix = max(suffixes, key=len, default="") if path.is_file() else ""
    return printable(name[: len(name) - len(suffix)] or name)
