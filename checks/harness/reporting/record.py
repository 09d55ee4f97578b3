"""The verdicts of a run: in memory for the summary, and in a file for what started pytest."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from checks.results.gates import is_failed_gate
from checks.results.model import Cause, Verdict

NOT_SELECTED = "not selected"
CANNOT_RUN = "cannot run here"
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


def unselected_tests(planned: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The further tests of the planned tests' files: a selection has left them out.

    Each file is collected once more, without what selects: `-k`, `--lf`, `file::test`.
    """
    selected = {item.nodeid for item in planned}
    files = dict.fromkeys(item.getparent(pytest.Module) for item in planned)
    collected = (item for file in files if file for item in _items(file))
    return [item for item in collected if item.nodeid not in selected]


def _items(collector: pytest.Collector) -> Iterator[pytest.Item]:
    for node in collector.collect():
        if isinstance(node, pytest.Item):
            yield node
        elif isinstance(node, pytest.Collector):
            yield from _items(node)


class Recorder:
    """Records each verdict at once; a later phase of a test never turns a failure into a pass."""

    def __init__(self, results: str | None, other_results: Iterable[str] = ()) -> None:
        self._results = Path(results) if results else None
        self.records: dict[str, dict[str, Any]] = {}
        self._positions: dict[tuple[str, str], int] = {}
        self._failed_gates: list[tuple[str, str]] = []
        self._other_results = dict.fromkeys(map(Path, other_results), 0)  # bytes read by now

    def create_files(self) -> list[Path]:
        """The files that it writes to; they exist from now on."""
        files = [self._results] if self._results else []
        for file in files:
            file.touch()
        return files

    def plan(self, items: Iterable[pytest.Item]) -> None:
        """Write down every test that needs a verdict."""
        for item in items:
            record = self._record(item, Verdict.NOT_RUN, 0.0, None)
            self.records[item.nodeid] = record
            self._positions[record["task"], record["name"]] = len(self._positions)
            self._write({**record, "planned": True})

    def record_unselected(self, items: Iterable[pytest.Item]) -> None:
        """Write down the tests that were not selected: without them the task has not passed."""
        for item in items:
            unselected = self._record(item, Verdict.NOT_RUN, 0.0, Cause(NOT_SELECTED))
            self.records[item.nodeid] = record = {**unselected, "gate": False}
            self._write(record)

    def record_verdict(
        self, item: pytest.Item, verdict: Verdict, seconds: float, cause: Cause | None
    ) -> None:
        """Record a verdict; of several of one test, the first that is not a pass."""
        recorded = self.records.get(item.nodeid, {}).get("verdict", Verdict.NOT_RUN)
        if recorded not in (Verdict.NOT_RUN, Verdict.PASS):
            return
        record = self._record(item, verdict, seconds, cause)
        self.records[item.nodeid] = record
        self._write(record)
        self._note_gate(record)

    def record_skip(self, item: pytest.Item, reason: str) -> None:
        """Record a skipped test: by a gate, by a machine that lacks something, or not asked for."""
        message = reason.removeprefix("Skipped: ")
        verdict = Verdict.BLOCKED if "blocked:" in message else Verdict.NOT_RUN
        if message.startswith(CANNOT_RUN):
            verdict = Verdict.SKIPPED
        self.record_verdict(item, verdict, 0.0, Cause(message))

    def failed_gate_before(self, item: pytest.Item) -> str:
        """The first gate before this test in its file that did not pass; or "".

        Other processes of the run judge gates too: their results are read first.
        """
        self._read_other_results()
        task = task_of(item.path)
        position = self._positions.get((task, short_name(item)))
        gates = {self._positions[gate]: gate[1] for gate in self._failed_gates if gate[0] == task}
        earlier = [number for number in gates if position is not None and number < position]
        return gates[min(earlier)] if earlier else ""

    def record_start(self, item: pytest.Item) -> None:
        """Write down that this test runs now."""
        self._write({"started": short_name(item)})

    def record_printed(self, item: pytest.Item, lines: Sequence[str]) -> None:
        """Write down what the app has printed while this test passed."""
        self._write({"printed": list(lines), "in": task_of(item.path)})

    def record_end(self) -> None:
        """Write down that no verdict will follow, though processes are still to be stopped."""
        self._write({"ended": True})

    def _read_other_results(self) -> None:
        for file, offset in self._other_results.items():
            with suppress(OSError):
                if file.stat().st_size > offset:
                    lines = file.read_bytes()[offset:].splitlines(keepends=True)
                    complete = [line for line in lines if line.endswith(b"\n")]
                    self._other_results[file] = offset + sum(map(len, complete))
                    for line in complete:
                        self._note_gate(json.loads(line))

    def _note_gate(self, record: dict[str, Any]) -> None:
        if is_failed_gate(record):
            self._failed_gates.append((record["task"], record["name"]))

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
        if self._results is not None:
            with self._results.open("a") as file:
                file.write(json.dumps(record) + "\n")
