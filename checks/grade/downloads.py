"""How an LMS names what it hands out: one entry of a bulk download as a person, and when.

The shapes are those of Moodle ("Download all submissions"), Canvas ("Download submissions"),
Gradescope ("Export submissions"), and a folder or an archive for each person, as `gh classroom`
clones them. A name that has no shape stands for itself.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import yaml

from checks.grade.person import UNKNOWN, Person
from checks.grade.texts import printable
from checks.grade.tree import is_archive, is_unreadable_archive

People = Mapping[str, Sequence[Person]]
METADATA = "submission_metadata.yml"
METADATA_LIMIT = 4 << 20
_MOODLE = re.compile(
    r"(?P<name>[^/]+?)_(?P<participant>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?", re.DOTALL
)
_CANVAS = re.compile(
    r"(?P<name>[^\W_]+(?:-[^\W_]+)*)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)", re.DOTALL
)
_GRADESCOPE = re.compile(r"submission_\d+")
_SUBMITTER = ("name", "email", "sid")
_DAY_NAME = re.compile(r"day[ _-]?\d.*", re.IGNORECASE)


def people_of(name: str, metadata: People) -> Sequence[Person]:
    """The people that an entry's name tells of; UNKNOWN for a name without such a shape."""
    if name in metadata:
        return metadata[name]
    if match := _MOODLE.fullmatch(name):
        return [Person(name=match["name"].strip(), participant=match["participant"])]
    if match := _CANVAS.fullmatch(name):
        return [Person(name=match["name"], id=match["id"], is_late=bool(match["late"]))]
    return [UNKNOWN]


def is_shaped(name: str) -> bool:
    """Whether an entry's name is one that an LMS gives to a person's work."""
    return any(shape.fullmatch(name) for shape in (_MOODLE, _CANVAS, _GRADESCOPE))


def is_bulk(units: Mapping[str, bool]) -> bool:
    """Whether the top entries of an archive are the work of several people.

    `units` says of each entry whether it holds days. One that an LMS has named is enough; else
    there have to be two, each an archive or with days, and not called like days themselves.
    """
    if any(is_shaped(name) for name in units):
        return True
    works = [
        name
        for name, has_days in units.items()
        if (has_days or is_archive(name) or is_unreadable_archive(name))
        and not _DAY_NAME.fullmatch(name)
    ]
    return len(works) > 1 and len(works) == len(units)


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML ships no types
    """Plain data only; a tag of Ruby's, such as that of a time with its zone, is the data in it."""


def _without_tag(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:  # Any: YAML
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else node.value


_Loader.add_multi_constructor("!ruby/", _without_tag)


def gradescope_people(data: bytes) -> People:
    """The submitters of each folder in Gradescope's export, by the folder's name.

    {} for a file that is not Gradescope's: then the folders stand for themselves.
    """
    try:
        document = yaml.load(data, _Loader)  # noqa: S506 - a SafeLoader
        return {str(folder): _submitters(record) for folder, record in document.items()}
    except (yaml.YAMLError, AttributeError, TypeError, ValueError, LookupError, RecursionError):
        return {}


def _submitters(record: Mapping[str, Any]) -> Sequence[Person]:  # Any: YAML
    at = _time(record.get(":created_at"))
    people = []
    for each in record[":submitters"]:
        name, email, sid = (printable(str(each.get(f":{key}") or "")) for key in _SUBMITTER)
        source = "lms" if at else ""
        people.append(Person(name, email, number=sid, submitted_at=at, time_from=source))
    return people or [UNKNOWN]


def _time(value: object) -> datetime | None:
    if isinstance(value, Mapping):
        value = value.get("utc")
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime) or not isinstance(value, date):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)  # Ruby writes UTC
