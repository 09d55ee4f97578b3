"""Graded cells on the disk: each is durable before anybody is shown it.

A cell is a file named by its key, written beside and renamed into place. So the journal holds
whole cells only, whenever the grader dies, and whoever comes again finds what is done.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.errors import CourseError
from checks.results.model import Verdict

SCHEMA = "eventure/cell/v1"
# our failures, not the learner's: such a cell is kept as evidence and graded again
OURS = frozenset({Verdict.INFRA_ERROR, Verdict.FLAKY})


@dataclass(frozen=True)
class Cell:
    """The results of one day of one submission, as `results.as_json` writes a day."""

    key: str
    day: Mapping[str, Any]  # Any: JSON

    @property
    def settled(self) -> bool:
        """Whether every verdict in it is about the learner's work."""
        return not any(
            Verdict(test["verdict"]) in OURS for task in self.day["tasks"] for test in task["tests"]
        )


class Journal:
    """The cells of one gradebook, in `folder`; many may read and write at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Make the folder. Raises CourseError when something else is there."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            said = f"{self.folder} cannot be made ({error.strerror})"
            raise CourseError(f"{said}; choose another --out") from error

    def read(self, key: str) -> Cell | None:
        """The cell of a key; None when it was never graded, or lies there damaged."""
        try:
            found = json.loads((self.folder / f"{key}.json").read_bytes())
            if found["schema"] != SCHEMA or found["key"] != key:
                return None
            return Cell(key, found["day"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, cell: Cell) -> None:
        """Keep a cell; when this returns, a power cut does not lose it."""
        document = {"schema": SCHEMA, "key": cell.key, "day": cell.day}
        target = self.folder / f"{cell.key}.json"
        draft = self.folder / f".{cell.key}.{os.getpid()}"
        with draft.open("w", encoding="utf-8") as stream:
            json.dump(document, stream, ensure_ascii=True, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
        _sync(self.folder)


def _sync(folder: Path) -> None:
    """The rename itself reaches the disk with its folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
