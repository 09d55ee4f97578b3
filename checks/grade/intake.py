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
from checks.grade import bulk, repositories
from checks.grade.bulk import submission_at, submissions_at
from checks.grade.downloads import METADATA, is_shaped
from checks.grade.folders import days_folder
from checks.grade.person import Person
from checks.grade.placement import is_ignored
from checks.grade.repository_copy import is_bare
from checks.grade.submission_files import Submission
from checks.grade.texts import printable
from checks.grade.tree import is_archive, is_unreadable_archive
from checks.services.temporary_folders import make_folder

Report = Callable[[str], object]


def find_submissions(
    sources: Sequence[Path | str],
    clones: Path | None = None,
    report: Report = len,
    only_day: str = "",
) -> tuple[Submission, ...]:
    """Every submission in the sources, by name.

    A source is an archive, a workbook, a folder of days, what git clones, or a folder or a zip of
    these, such as an LMS's bulk download; clones are made in `clones`. `only_day` is the folder of
    the only day that is asked for. `report` receives a sentence about each entry that is left out,
    and about submissions of one name, which get longer parts of their paths as names.

    Raises CourseError for a source that is none of them.
    """
    unique: dict[tuple[Path, str, Person], Submission] = {}
    for source in sources:
        for submission in _submissions_in(source, clones, report):
            key = submission.source.resolve(), submission.within, submission.person
            unique.setdefault(key, replace(submission, only_day=only_day))
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
    if source.is_file():
        yield from bulk.submissions_of_zip(source) or (submission_at(source),)
    elif is_bare(source):
        yield _cloned(str(source), clones)
    elif days_folder(source):
        yield submission_at(source)
    else:
        yield from _submissions_of_folder(source, clones, report)


def _submissions_of_folder(
    folder: Path, clones: Path | None, report: Report
) -> Iterator[Submission]:
    """The submissions in a folder; `report` receives each entry that is none."""
    folder = bulk.innermost(folder)
    people = bulk.people_in(folder)
    rejections = {path: _rejection(path) for path in sorted(folder.iterdir())}
    for path, rejection in rejections.items():
        if path.name == METADATA:
            continue
        if rejection:
            report(f"{printable(str(path))} is left out: {rejection}")
        elif is_bare(path):
            yield _cloned(str(path), clones)
        else:
            yield from submissions_at(path, people)
    if all(rejections.values()):
        raise CourseError(f"{folder} holds no submission: neither archives nor folders with days/")


def _rejection(path: Path) -> str:
    if path.is_symlink():
        return "it is a link; name what it leads to"
    if path.is_dir():
        is_candidate = not path.name.startswith(".") or days_folder(path) or is_bare(path)
        return "" if is_candidate else "its name begins with a dot and it holds no days"
    if is_ignored(path.name):
        return "it is a file of the system's"
    is_work = is_archive(path.name) or is_unreadable_archive(path.name) or is_shaped(path.name)
    return "" if is_work and path.is_file() else "it is neither an archive nor a folder"


def _cloned(source: str, clones: Path | None) -> Submission:
    """The submission of a clone; a clone that fails is a row with a problem."""
    name = printable(source.rstrip("/").replace(":", "/").rpartition("/")[2].removesuffix(".git"))
    target = (clones or make_folder("clones")) / hashlib.sha256(source.encode()).hexdigest()[:16]
    try:
        if not target.exists():
            repositories.clone(source, target)
    except CourseError as error:
        return Submission(name, target, printable(str(error)), called=name)
    return Submission(name, target, called=name)


def _with_unique_names(submissions: Sequence[Submission], report: Report) -> Iterator[Submission]:
    """Submissions of one name get longer names, so that each of them is graded."""
    names = Counter(each.name for each in submissions)
    long_names = {id(each): _long_name(each) for each in submissions}
    long_counts = Counter(long_names[id(each)] for each in submissions if names[each.name] > 1)
    taken: Counter[str] = Counter()
    for each in submissions:
        count, long_name = names[each.name], long_names[id(each)]
        if count == 1:
            yield each
            continue
        is_unique = long_counts[long_name] == 1 and long_name not in names
        taken[long_name] += 1
        name = long_name if is_unique else f"{long_name} ({taken[long_name]})"
        report(f"{each.name!r} is the name of {count}: {each.source} is called {name!r}")
        yield replace(each, name=name)


def _long_name(submission: Submission) -> str:
    parts = (*submission.source.resolve().parts, *submission.within.split("/"))
    return printable("/".join([part for part in parts if part][-2:]))
