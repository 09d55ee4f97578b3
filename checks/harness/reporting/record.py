"""The verdicts of a run, kept in memory for the summary and on disk for who started it."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from checks.results.gates import is_shut
from checks.results.model import Cause, Verdict

LEFT_OUT = "not selected"
CANNOT = "cannot run here"
"""How the reason of a skip begins when the machine lacks something that no learner can mend."""
EXERCISE = re.compile(r"test_(?P<day>\d+|b)_(?P<number>\d+)_\w+\.py", re.IGNORECASE)


def task_of(path: Path) -> str:
    """The task that a test file belongs to ("1.2"), or "" for a file that is no exercise."""
    match = EXERCISE.fullmatch(path.name)
    if not match or path.parent.name != "exercises":
        return ""
    day = match["day"].upper()
    return f"B{match['number']}" if day == "B" else f"{day}.{match['number']}"


def short_name(item: pytest.Item) -> str:
    """A test's name without its file: `TestStatistics::test_counts[none]`."""
    return item.nodeid.split("::", 1)[-1]


def left_out_of(planned: Sequence[pytest.Item]) -> list[pytest.Item]:
    """What else stands in the files of the planned tests: a selection has left it out.

    Each file is collected once more, past whatever selects: `-k`, `--lf`, `file::test`.
    """
    chosen = {item.nodeid for item in planned}
    files = dict.fromkeys(item.getparent(pytest.Module) for item in planned)
    everything = (item for file in files if file for item in _items(file))
    return [item for item in everything if item.nodeid not in chosen]


def _items(collector: pytest.Collector) -> Iterator[pytest.Item]:
    for each in collector.collect():
        if isinstance(each, pytest.Item):
            yield each
        elif isinstance(each, pytest.Collector):
            yield from _items(each)


class Recorder:
    """Takes each verdict as it falls; a later phase never turns a failure into a pass."""

    def __init__(self, file: str | None, beside: Iterable[str] = ()) -> None:
        self._file = Path(file) if file else None
        self.records: dict[str, dict[str, Any]] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._shut: list[tuple[str, str]] = []
        self._beside = dict.fromkeys(map(Path, beside), 0)

    def plan(self, items: Iterable[pytest.Item]) -> None:
        """Name every test that has to have a verdict in the end."""
        for item in items:
            record = self._record(item, Verdict.NOT_RUN, 0.0, None)
            self.records[item.nodeid] = record
            self._places[record["task"], record["name"]] = len(self._places)
            self._write({**record, "planned": True})

    def leave_out(self, items: Iterable[pytest.Item]) -> None:
        """Name the tests that were not selected: without them the task has not passed."""
        for item in items:
            left_out = self._record(item, Verdict.NOT_RUN, 0.0, Cause(LEFT_OUT))
            self.records[item.nodeid] = record = {**left_out, "gate": False}
            self._write(record)

    def verdict(
        self, item: pytest.Item, verdict: Verdict, seconds: float, cause: Cause | None
    ) -> None:
        """Keep a verdict, the first that is not a pass."""
        known = self.records.get(item.nodeid, {}).get("verdict", Verdict.NOT_RUN)
        if known not in (Verdict.NOT_RUN, Verdict.PASS):
            return
        record = self._record(item, verdict, seconds, cause)
        self.records[item.nodeid] = record
        self._write(record)
        self._hear(record)

    def blocked(self, item: pytest.Item, reason: str) -> None:
        """A test that was skipped: by a gate, by a machine that lacks something, or not asked."""
        said = reason.removeprefix("Skipped: ")
        verdict = Verdict.BLOCKED if "blocked:" in said else Verdict.NOT_RUN
        if said.startswith(CANNOT):
            verdict = Verdict.SKIPPED
        self.verdict(item, verdict, 0.0, Cause(said))

    def shut_gate(self, item: pytest.Item) -> str:
        """The gate before this test, in its file, that did not pass; or "".

        Other processes of the run ask gates too: what they have written by now is read first.
        """
        self._listen()
        task, place = task_of(item.path), self._places.get((task_of(item.path), short_name(item)))
        before = {self._places[gate]: gate[1] for gate in self._shut if gate[0] == task}
        found = [number for number in before if place is not None and number < place]
        return before[min(found)] if found else ""

    def end(self) -> None:
        """Say that nothing more will be judged, though what was started is still to be stopped."""
        self._write({"ended": True})

    def _listen(self) -> None:
        for file, known in self._beside.items():
            with suppress(OSError):
                if file.stat().st_size > known:
                    lines = file.read_bytes()[known:].splitlines(keepends=True)
                    whole = [line for line in lines if line.endswith(b"\n")]
                    self._beside[file] = known + sum(map(len, whole))
                    for line in whole:
                        self._hear(json.loads(line))

    def _hear(self, record: dict[str, Any]) -> None:
        if is_shut(record):
            self._shut.append((record["task"], record["name"]))

    def _record(
        self, item: pytest.Item, verdict: Verdict, seconds: float, cause: Cause | None
    ) -> dict[str, Any]:
        return {
            "task": task_of(item.path),
            "name": short_name(item),
            "verdict": verdict,
            "seconds": round(seconds, 4),
            "cause": asdict(cause) if cause else None,
            "gate": item.get_closest_marker("gate") is not None,
        }

    def _write(self, record: dict[str, Any]) -> None:
        if self._file is not None:
            with self._file.open("a") as sink:
                sink.write(json.dumps(record) + "\n")
