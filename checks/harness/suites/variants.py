"""The variants of an app that a learner's suite is judged on: faulty ones, and sound ones."""

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Edit = tuple[str, str, str]  # path, old text, new text
UNPUBLISHED = Path(__file__).with_name("unpublished_variants.toml")
UNPUBLISHED_SOUND = Path(__file__).with_name("unpublished_sound_variants.toml")


@dataclass(frozen=True)
class Variant:
    """A day's app with a few edits. A faulty one breaks the promise in `title`.

    `place_of` is the id of a faulty variant that changes the same functions.
    """

    id: str
    title: str
    edits: tuple[Edit, ...]
    harmless: bool
    must: bool
    place_of: str = ""


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
            table.get("place_of", ""),
        )
        for table in tables
    ]


def draw_sound(pool: Sequence[Variant], published: Sequence[Variant]) -> list[Variant]:
    """One sound variant at the place of a fault that has to be caught, and one at another place.

    A suite that calls all places of the required faults broken is then red on a sound app always.
    """
    required = {variant.id for variant in published if variant.must}
    groups = ([v for v in pool if (v.place_of in required) is must] for must in (True, False))
    return [random.SystemRandom().choice(group) for group in groups if group]
