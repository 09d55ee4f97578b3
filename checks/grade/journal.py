"""The journal: graded cells on the disk, each durable before it is shown.

A cell is a file named by its key, written to a draft and renamed. So the journal holds whole cells
only, also after a crash of the grader, and the next run continues from it.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.errors import CourseError
from checks.results.model import Verdict

SCHEMA = "eventure/cell/v1"
# failures of the checker: such a cell is kept as evidence and graded again
CHECKER_FAILURES = frozenset({Verdict.INFRA_ERROR, Verdict.FLAKY})


@dataclass(frozen=True)
class Cell:
    """The results of one day of one submission, as `results.as_json` writes a day."""

    key: str
    day: Mapping[str, Any]  # Any: JSON

    @property
    def is_final(self) -> bool:
        """Whether no verdict in the cell is a failure of the checker."""
        return self._verdicts.isdisjoint(CHECKER_FAILURES)

    @property
    def has_timeout(self) -> bool:
        """Whether a verdict in the cell depends on a clock."""
        return Verdict.TIMEOUT in self._verdicts

    @property
    def _verdicts(self) -> frozenset[Verdict]:
        tests = (test for task in self.day["tasks"] for test in task["tests"])
        return frozenset(Verdict(test["verdict"]) for test in tests)


class Journal:
    """The cells of one gradebook, in `folder`; several threads may read and write at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Create the folder. Raises CourseError when that fails."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"{self.folder} cannot be made ({error.strerror})"
            raise CourseError(f"{message}; choose another --out") from error

    def read(self, key: str) -> Cell | None:
        """The cell of a key; None when it was never graded, or its file is damaged."""
        try:
            document = json.loads((self.folder / f"{key}.json").read_bytes())
            if document["schema"] != SCHEMA or document["key"] != key:
                return None
            return Cell(key, document["day"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, cell: Cell) -> None:
        """Write a cell; after the return it survives a power cut.

        Raises CourseError when it cannot be written, as on a full disk: no half a cell is left.
        """
        document = {"schema": SCHEMA, "key": cell.key, "day": cell.day}
        draft = self.folder / f".{cell.key}.{os.getpid()}"
        try:
            _write_draft(draft, document)
            draft.replace(self.folder / f"{cell.key}.json")
            _sync_folder(self.folder)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            message = f"{self.folder} cannot be written ({error.strerror})"
            hint = "what was graded is kept: mend that, then run the same command again"
            raise CourseError(f"{message}; {hint}") from error


def _write_draft(draft: Path, document: Mapping[str, Any]) -> None:
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(document, stream, ensure_ascii=True, sort_keys=True)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Write the rename to the disk, too: it belongs to the folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
