"""What a test process wrote down, a JSON line a verdict, folded into the one result model."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from checks.course.course import Task
from checks.results.gates import Record, behind_gates
from checks.results.model import Cause, Results, TaskResult, TestResult, Verdict, cause_from
from checks.results.run_progress import Progress, ProgressReader

T = TypeVar("T")
COLLECTION = "collection"
"""The name of the one result of a task of which no test could be collected."""
ENDED = json.dumps({"ended": True})
"""The last line of a process that has judged all it had to, before it puts things away."""
# What says nothing of the learner's work by itself.
QUIET = frozenset({Verdict.PASS, Verdict.NOT_RUN, Verdict.BLOCKED, Verdict.SKIPPED})
REPORTABLE = re.compile(rb'"gate": true|"ended"|"verdict": "(?!pass|not_run|blocked|skipped)')
"""What there may be something to tell of. To read all that was written is dear while others run."""


def merge_records(
    tasks: Iterable[Task],
    files: Sequence[Path],
    output: str,
    lang: str,
    unjudged: Verdict = Verdict.INFRA_ERROR,
    reason: str = "",
) -> tuple[TaskResult, ...]:
    """Each task with its judged tests; `output` explains a task of which nothing was collected.

    `files` are what the run's processes wrote, one each. A test that was planned and has no verdict
    gets `unjudged`, never a pass, with the `reason`.
    """
    known = _latest(files)
    return tuple(
        TaskResult(
            task.id,
            task.key,
            task.title.in_(lang),
            task.points,
            tuple(_judged(record, unjudged, reason) for record in known.get(task.id, ()))
            or (_collection_error(task, output),),
        )
        for task in tasks
    )


def _latest(files: Iterable[Path]) -> dict[str, list[Record]]:
    """By task, what is known of each test, in the order in which they were planned."""
    latest: dict[str, dict[str, Record]] = {}
    for file in files:
        last = {(record["task"], record["name"]): record for record in _load(file)}
        for (task, name), record in last.items():
            known = latest.setdefault(task, {})
            known[name] = _prefer_judged(known.get(name), record)
    return {task: behind_gates(known.values()) for task, known in latest.items()}


@dataclass(frozen=True)
class Listener:
    """Who hears of a run before its processes have ended.

    `first_failure` gets the first test that does not pass, while the others run; `judged` gets all
    verdicts, once each is known. Then only what was started is still to be stopped. `progress` gets
    the state whenever it changes.
    """

    first_failure: Callable[[TestResult], None] = lambda _: None
    judged: Callable[[Results], None] = lambda _: None
    progress: Callable[[Progress], None] = lambda _: None


def watch_records(
    files: Sequence[Path], results: Callable[[], Results], listener: Listener
) -> Callable[[], None]:
    """Looks at what has been written; each of the two things is told once."""

    def first_failure() -> bool:
        return _notify(listener.first_failure, _first_failure(files))

    def judged() -> bool:
        return _notify(listener.judged, _complete(results()) if _all_judged(files) else None)

    waiting, seen = [first_failure, judged], dict.fromkeys(files, 0)
    reader, told = ProgressReader(), [Progress(0, 0)]

    def poll() -> None:
        new_data = b""
        for file in files:
            data = _new_lines(file, seen)
            reader.read(file, data.splitlines())
            new_data += data
        if (state := reader.progress()) != told[-1]:
            told[:] = [state]
            listener.progress(state)
        if REPORTABLE.search(new_data):
            waiting[:] = [report for report in waiting if not report()]

    return poll


def _new_lines(file: Path, seen: dict[Path, int]) -> bytes:
    """What was written since the last look; none of it while its last line is not whole."""
    with suppress(OSError):
        if file.stat().st_size > seen[file]:
            data = file.read_bytes()[seen[file] :]
            if data.endswith(b"\n"):
                seen[file] += len(data)
                return data
    return b""


def _notify(listener: Callable[[T], None], value: T | None) -> bool:
    """Whether there was something to tell."""
    if value is not None:
        listener(value)
    return value is not None


def _all_judged(files: Iterable[Path]) -> bool:
    """Whether each of the processes has said that it will judge nothing more."""
    return all(ENDED in _lines(file)[-1:] for file in files)


def _complete(results: Results) -> Results | None:
    """Results in which every test was judged; None when a process was cut short."""
    judged = (
        test.verdict is not Verdict.INFRA_ERROR for task in results.tasks for test in task.tests
    )
    return results if all(judged) else None


def _first_failure(files: Iterable[Path]) -> TestResult | None:
    """Of a task, none behind a gate that is being asked still: it may turn out to be blocked."""
    for records in _latest(files).values():
        for record in records:
            if record.get("planned") and record.get("gate"):
                break
            judged = _judged(record, Verdict.NOT_RUN)
            if judged.verdict not in QUIET:
                return judged
    return None


def _prefer_judged(known: Record | None, other: Record) -> Record:
    """Which of two processes' words on a test counts: that of the one that has judged it."""
    return other if known is None or known.get("planned") else known


def _load(file: Path) -> list[Record]:
    """The lines that a run wrote on tests; one that was cut off by a crash is left out."""
    records = []
    for line in _lines(file):
        with suppress(ValueError):
            records.append(json.loads(line))
    return [record for record in records if "task" in record]


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def _judged(record: Record, unjudged: Verdict, reason: str = "") -> TestResult:
    verdict, cause = Verdict(record["verdict"]), cause_from(record["cause"])
    if record.get("planned"):
        verdict, cause = unjudged, Cause(reason) if reason else cause
    return TestResult(record["task"], record["name"], verdict, record["seconds"], cause)


def _collection_error(task: Task, output: str) -> TestResult:
    lines = [line for line in output.splitlines() if line.strip()]
    cause = cause_from(
        {
            "message": f"no test of {task.test} could be collected",
            "statements": (),
            "frame": "",
            "log": "\n".join(lines[-20:]),
        }
    )
    return TestResult(task.id, COLLECTION, Verdict.INFRA_ERROR, 0.0, cause)
