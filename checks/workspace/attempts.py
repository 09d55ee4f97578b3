"""Attempts: one line for each judged run of a task, in `.checks/attempts.jsonl`.

They stay on the learner's machine. The file keeps the newest ones: beyond a size the older half
goes.
"""

import fcntl
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from checks.files import read_file, write_file
from checks.results.model import Results, TaskResult, Verdict

PATH = Path(".checks/attempts.jsonl")
SIZE_LIMIT = 1 << 20  # bytes: about 6,000 attempts


@dataclass(frozen=True)
class Attempt:
    """A judged run of a task: when (UTC, ISO 8601), and its first test that did not pass.

    `task` is the task's key. The field names are the keys of a line.
    """

    at: str
    task: str
    verdict: str
    passed: int
    total: int
    failure: str = ""


def record_attempts(root: Path, results: Iterable[Results]) -> None:
    """Append the tasks of these results; a run that judged nothing is no attempt."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    attempts = [_attempt(task, now) for result in results for task in result.tasks]
    judged = [each for each in attempts if each.verdict != Verdict.INFRA_ERROR]
    if not judged:
        return
    path = root / PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / "attempts.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lines = _lines(path) + [json.dumps(asdict(each)) for each in judged]
        write_file(path, _fitting(lines))


def read_attempts(root: Path) -> list[Attempt]:
    """The attempts, the oldest first; a line that is damaged is left out."""
    attempts = []
    for line in _lines(root / PATH):
        with suppress(ValueError, TypeError):
            attempts.append(Attempt(**json.loads(line)))
    return attempts


def delete_attempts(root: Path) -> None:
    """Delete every attempt."""
    (root / PATH).unlink(missing_ok=True)


def _attempt(task: TaskResult, at: str) -> Attempt:
    first = task.first_failure
    failure = first.name.rsplit("::", 1)[-1] if first else ""
    return Attempt(at, task.key, task.verdict.value, task.passed, len(task.tests), failure)


def _lines(path: Path) -> list[str]:
    file = read_file(path)
    return file.data.decode("utf-8", "replace").splitlines() if file else []


def _fitting(lines: list[str]) -> bytes:
    data = "".join(f"{line}\n" for line in lines).encode()
    if len(data) <= SIZE_LIMIT:
        return data
    return _fitting(lines[len(lines) // 2 :])
