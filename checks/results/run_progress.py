"""How far a run is: how many of its tests are judged, and which one it is at."""

import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SLOW_SECONDS = 2.0  # s after which the test that a run is at is named


@dataclass(frozen=True)
class Progress:
    """Of `total` tests `done` have a verdict; `slow` is one that has run long, or ""."""

    done: int
    total: int
    slow: str = ""


@dataclass
class ProgressReader:
    """Counts what the processes of a run write; each line is read once."""

    clock: Callable[[], float] = time.monotonic
    _planned: set[str] = field(default_factory=set)
    _judged: set[str] = field(default_factory=set)
    _started: dict[Path, tuple[str, float]] = field(default_factory=dict)

    def read(self, file: Path, lines: Iterable[bytes]) -> None:
        """Take in the new lines of one process."""
        for line in lines:
            with suppress(ValueError):
                self._take(file, json.loads(line))

    def _take(self, file: Path, record: dict[str, object]) -> None:
        if "started" in record:
            self._started[file] = str(record["started"]), self.clock()
        elif "task" in record:
            name = f"{record['task']} {record['name']}"
            (self._planned if record.get("planned") else self._judged).add(name)

    def progress(self) -> Progress:
        """The state now."""
        now = self.clock()
        slow = (
            name.rsplit("::", 1)[-1]
            for name, since in self._started.values()
            if now - since > SLOW_SECONDS and not any(j.endswith(f" {name}") for j in self._judged)
        )
        total = len(self._planned | self._judged)
        return Progress(len(self._judged), total, next(slow, ""))
