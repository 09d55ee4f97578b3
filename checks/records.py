"""What a test process wrote down, a JSON line a verdict, folded into the one result model."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from checks.course import Task
from checks.results import TaskResult, TestResult, Verdict, cause_from

Record = dict[str, Any]
Told = Callable[[TestResult], None]
# What says nothing of the learner's work by itself.
QUIET = frozenset({Verdict.PASS, Verdict.NOT_RUN, Verdict.BLOCKED, Verdict.SKIPPED})


def fold(
    tasks: Iterable[Task],
    files: Sequence[Path],
    output: str,
    lang: str,
    unjudged: Verdict = Verdict.INFRA_ERROR,
) -> tuple[TaskResult, ...]:
    """Each task with its judged tests; `output` explains a task of which nothing was collected.

    `files` are what the run's processes wrote, one each. A test that was planned and has no verdict
    gets `unjudged`: never a pass.
    """
    latest: dict[tuple[str, str], Record] = {}
    for file in files:
        last = {(record["task"], record["name"]): record for record in _load(file)}
        latest |= {key: _worse(latest.get(key), record) for key, record in last.items()}
    return tuple(
        TaskResult(
            task.id,
            task.key,
            task.title.in_(lang),
            task.points,
            tuple(_judged(r, unjudged) for (owner, _), r in latest.items() if owner == task.id)
            or (_nothing(task, output),),
        )
        for task in tasks
    )


def teller(files: Sequence[Path], told: Told) -> Callable[[], None]:
    """Looks whether a test of a run that still goes on has not passed, and tells of it once."""
    waiting = [told]

    def look() -> None:
        if waiting and (found := _first_failure(files)) is not None:
            waiting.pop()(found)

    return look


def _first_failure(files: Iterable[Path]) -> TestResult | None:
    for record in (record for file in files for record in _load(file)):
        judged = _judged(record, Verdict.NOT_RUN)
        if judged.verdict not in QUIET:
            return judged
    return None


def _worse(known: Record | None, other: Record) -> Record:
    """Which of two processes' words on a test counts: a verdict, and of two the one that fails."""
    if known is None or known.get("planned"):
        return other
    passed = known["verdict"] == Verdict.PASS
    return other if passed and not other.get("planned") else known


def _load(file: Path) -> list[Record]:
    """The lines that a run wrote; a line that was cut off by a crash is left out."""
    records = []
    for line in file.read_text().splitlines() if file.exists() else []:
        try:
            records.append(json.loads(line))
        except ValueError:
            continue
    return records


def _judged(record: Record, unjudged: Verdict) -> TestResult:
    verdict = Verdict(record["verdict"])
    if record.get("planned"):
        verdict = unjudged
    cause = cause_from(record["cause"])
    return TestResult(record["task"], record["name"], verdict, record["seconds"], cause)


def _nothing(task: Task, output: str) -> TestResult:
    lines = [line for line in output.splitlines() if line.strip()]
    said = cause_from(
        {
            "message": f"no test of {task.test} could be collected",
            "statements": (),
            "frame": "",
            "log": "\n".join(lines[-20:]),
        }
    )
    return TestResult(task.id, "collection", Verdict.INFRA_ERROR, 0.0, said)
