"""A list of what a check may find all the same: a TOML file whose entries have a reason each."""

import tomllib
from pathlib import Path

from checks.errors import CourseError


def read_accepted(path: Path) -> list[dict[str, str]]:
    """The entries of the file. CourseError for one that lacks its reason."""
    entries: list[dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))["accepted"]
    for entry in entries:
        if not entry.get("reason", "").strip():
            raise CourseError(f"{path.name}: {entry} has no reason; say why in one line")
    return entries
