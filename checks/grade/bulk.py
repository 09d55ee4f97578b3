"""Bulk downloads of an LMS: a folder or one zip with the work of several people.

Nothing is unpacked: the submission of one person is a folder of the archive.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from checks.errors import CourseError
from checks.files import read_file
from checks.grade import placement
from checks.grade.downloads import (
    METADATA,
    METADATA_LIMIT,
    People,
    gradescope_people,
    is_bulk,
    is_shaped,
    people_of,
)
from checks.grade.submission_files import Submission
from checks.grade.texts import printable
from checks.grade.tree import SUFFIXES, is_archive
from checks.grade.zips import names_in, open_zip


def submission_at(path: Path) -> Submission:
    """The submission of one file or folder that somebody named."""
    return next(submissions_at(path, {}))


def submissions_at(path: Path, metadata: People) -> Iterator[Submission]:
    """The submission of a file or a folder, once for each person whose work it is."""
    problem = ""
    if path.is_file() and not is_archive(path.name):
        problem = f"{printable(path.name)} is no submission: it is not a zip or a tar archive; "
        problem += "ask for the file of `checks submit`"
    for person in people_of(path.name, metadata):
        yield Submission(person.name or _name(path), path, problem, person=person)


def people_in(folder: Path) -> People:
    """The people that Gradescope's metadata names in a folder; {} where there is none."""
    metadata = folder / METADATA
    if metadata.is_symlink() or not metadata.is_file():
        return {}
    if metadata.stat().st_size > METADATA_LIMIT:
        raise CourseError(f"{metadata} is larger than {METADATA_LIMIT >> 20} MiB; move it away")
    file = read_file(metadata)
    return gradescope_people(file.data) if file else {}


def innermost(folder: Path) -> Path:
    """The folder with the people's work, where an export has a folder of its own around it."""
    entries = [path for path in folder.iterdir() if not placement.is_ignored(path.name)]
    if len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink():
        inner = [path.name for path in entries[0].iterdir()]
        if METADATA in inner or any(map(is_shaped, inner)):
            return entries[0]
    return folder


def submissions_of_zip(path: Path) -> tuple[Submission, ...]:
    """The people's work in one zip; () for an archive that is one person's, or cannot be read."""
    if not path.name.lower().endswith(".zip"):
        return ()
    try:
        names = [name for name in names_in(path) if not placement.is_ignored(name)]
        top = _around(names)
        units = _units([name.removeprefix(top) for name in names])
        people = _people(path, top) if top + METADATA in names else {}
    except CourseError:  # told with the row of the archive
        return ()
    if not is_bulk(units):
        return ()
    return tuple(
        Submission(
            printable(person.name or _without_suffix(unit)), path, within=top + unit, person=person
        )
        for unit in units
        for person in people_of(unit, people)
    )


def _around(names: list[str]) -> str:
    """The one folder that an export has around everything, with "/" at its end; or ""."""
    tops = {name.split("/")[0] for name in names}
    if len(tops) != 1 or any("/" not in name for name in names) or any(map(is_shaped, tops)):
        return ""
    top = f"{tops.pop()}/"
    return top if is_bulk(_units([name.removeprefix(top) for name in names])) else ""


def _units(names: list[str]) -> Mapping[str, bool]:
    """The top entries, and whether each is a folder that holds days."""
    units: dict[str, bool] = {}
    for name in names:
        unit, _, below = name.partition("/")
        if unit != METADATA:
            is_day = unit in placement.FOLDERS or unit == "days"
            has_days = placement.holds_days([below]) and not is_day
            units[unit] = units.get(unit, False) or has_days
    return units


def _people(path: Path, top: str) -> People:
    tree = open_zip(path, path.name, top + METADATA)
    (data,) = (data for _, data in tree.read(tree.entries, METADATA_LIMIT))
    return gradescope_people(data)


def _name(path: Path) -> str:
    """The name in the gradebook: the file's, without its suffix and without control characters."""
    name = path.resolve().name
    return printable(_without_suffix(name) if path.is_file() else name)


def _without_suffix(name: str) -> str:
    suffix = max((s for s in SUFFIXES if name.lower().endswith(s)), key=len, default="")
    return name[: len(name) - len(suffix)] or name
