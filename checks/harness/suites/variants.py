"""The variants of an app that a learner's suite is judged on: faulty ones, and sound ones."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

Edit = tuple[str, str, str]  # path, old text, new text
UNPUBLISHED = Path(__file__).with_name("unpublished_variants.toml")


@dataclass(frozen=True)
class Variant:
    """A day's app with a few edits. A faulty one breaks the promise in `title`."""

    id: str
    title: str
    edits: tuple[Edit, ...]
    harmless: bool
    must: bool


def read_variants(path: Path) -> list[Variant]:
    """The variants of a TOML file; none when there is no such file."""
    if not path.is_file():
        return []
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["variant"]
    return [
        Variant(
            table["id"],
            table.get("title", ""),
            tuple((edit["path"], edit["old"], edit["new"]) for edit in table["edits"]),
            table.get("harmless", False),
            table.get("must", False),
        )
        for table in tables
    ]
