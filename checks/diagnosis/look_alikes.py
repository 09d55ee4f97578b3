"""Mistakes that no failure tells apart, and the question that is right for each of them.

They stand in `look-alikes.toml` beside the patches of the task.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.course.course import Text
from checks.errors import CourseError
from checks.results.catalogue import CATALOGUE

FILE = "look-alikes.toml"
FIELDS = frozenset({"mistakes", "title", "title-ru", "hint", "hint-ru"})


@dataclass(frozen=True)
class LookAlikes:
    """Mistakes, by their case ids, that share a title and a question."""

    mistakes: frozenset[str]
    title: Text
    hint: Text


def look_alikes(task: str, folder: Path = CATALOGUE) -> list[LookAlikes]:
    """The groups of one task. Raises CourseError for a file that is off."""
    file = folder / task / FILE
    if not file.is_file():
        return []
    groups = tomllib.loads(file.read_text(encoding="utf-8")).get("look-alikes", [])
    read = [_read(file, task, group) for group in groups]
    named = [name for group in read for name in group.mistakes]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise CourseError(f"{file}: two groups have {', '.join(twice)}")
    return read


def _read(file: Path, task: str, group: dict[str, Any]) -> LookAlikes:
    if lack := sorted(FIELDS - {name for name, value in group.items() if value}):
        raise CourseError(f"{file}: a group lacks {', '.join(lack)}; see docs/en/contributing.md")
    names = group["mistakes"]
    folder = file.parent / "mistakes"
    if missing := sorted(name for name in names if not (folder / f"{name}.patch").is_file()):
        raise CourseError(f"{file}: there is no mistake {', '.join(missing)}")
    return LookAlikes(
        frozenset(f"{task}/mistakes/{name}" for name in names),
        Text(group["title"], group["title-ru"]),
        Text(group["hint"], group["hint-ru"]),
    )


def group_of(names: Collection[str], groups: Collection[LookAlikes]) -> LookAlikes | None:
    """The group that all these mistakes belong to, if there is one."""
    return next((group for group in groups if group.mistakes.issuperset(names)), None)
