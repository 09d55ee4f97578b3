"""What the checker remembers of a learner: `.checks/state.json`.

Tasks are keyed by their `key`, which never changes, so a renumbered course loses nothing. The
file is replaced atomically, and the one before it stays beside it as `state.json.bak`.
"""

import fcntl
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from checks.errors import CourseError
from checks.files import read_file, write_file
from checks.results.model import Verdict

_PATH = Path(".checks/state.json")
_VERSION = 1
_MAX_JUDGED = 40  # contents that are remembered of one task: the newest


@dataclass(frozen=True)
class TaskState:
    """One task: how many hints were shown, the last verdict, and when (UTC, ISO 8601).

    `judged` are the verdicts by the content that they were given for, the newest last.
    """

    hints: int = 0
    verdict: str | None = None
    at: str | None = None
    judged: Mapping[str, str] = field(default_factory=dict)

    def with_judged(self, content: str, verdict: str) -> "TaskState":
        """The state that knows this verdict of this content, as its newest one."""
        others = {known: said for known, said in self.judged.items() if known != content}
        newest = list({**others, content: verdict}.items())[-_MAX_JUDGED:]
        return replace(self, judged=dict(newest))


@dataclass(frozen=True)
class State:
    """Everything remembered, by task key. A task that was never touched has the empty state."""

    tasks: Mapping[str, TaskState] = field(default_factory=dict)

    def task(self, key: str) -> TaskState:
        """The state of one task."""
        return self.tasks.get(key, TaskState())

    def with_hint(self, key: str, shown: int) -> "State":
        """The state after the first `shown` hints of the task; the number never goes down."""
        task = self.task(key)
        return self._with(key, replace(task, hints=max(task.hints, shown)))

    def with_verdict(
        self, key: str, verdict: str, at: datetime | None = None, content: str = ""
    ) -> "State":
        """The state after a run of the task; `at` is now unless given.

        `content` is the hash of what was judged; "" when it has changed during the run.
        """
        timestamp = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        task = replace(self.task(key), verdict=str(verdict), at=timestamp)
        return self._with(key, task.with_judged(content, str(verdict)) if content else task)

    def with_content(self, key: str, content: str) -> "State":
        """The state that remembers the task's present verdict as that of this content."""
        task = self.task(key)
        return (
            self
            if task.verdict is None
            else self._with(key, task.with_judged(content, task.verdict))
        )

    def at_content(self, key: str, content: str) -> "State":
        """The state once a command has written this content: its verdict if known, else none."""
        task = self.task(key)
        if task == TaskState(task.hints):
            return self
        return self._with(key, replace(task, verdict=task.judged.get(content)))

    def _with(self, key: str, task: TaskState) -> "State":
        return State({**self.tasks, key: task})


def load_state(root: Path) -> State:
    """What `.checks/state.json` holds; the backup when that is damaged; empty when there is none.

    Raises CourseError when both are damaged, and for a state that a newer checker wrote.
    """
    path = root / _PATH
    damaged = []
    for candidate in (path, _backup_path(path)):
        file = read_file(candidate)
        if file is None:
            continue
        try:
            return _parse(file.data, candidate)
        except (ValueError, TypeError, KeyError, AttributeError):
            damaged.append(candidate)
    if damaged:
        names = " and ".join(str(candidate) for candidate in damaged)
        raise CourseError(f"{names} cannot be read; delete what is named, your code is not in it")
    return State()


def update_state(root: Path, change: Callable[[State], State]) -> State:
    """Read, change and write the state while no other process does; the new state.

    Raises CourseError as `load_state` does; nothing is written then.
    """
    path = root / _PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / "state.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = load_state(root)
        after = change(before)
        if after != before:
            _save(path, after)
    return after


def _save(path: Path, state: State) -> None:
    """The backup is the last state that could be read, never a damaged one."""
    previous = read_file(path)
    if previous is not None and _is_readable(previous.data, path):
        write_file(_backup_path(path), previous.data)
    tasks = {key: asdict(task) for key, task in sorted(state.tasks.items())}
    text = json.dumps({"version": _VERSION, "tasks": tasks}, indent=1)
    write_file(path, (text + "\n").encode())


def _backup_path(path: Path) -> Path:
    return path.with_name(path.name + ".bak")


def _is_readable(data: bytes, path: Path) -> bool:
    try:
        _parse(data, path)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True


def _parse(data: bytes, path: Path) -> State:
    stored = json.loads(data.decode("utf-8"))
    if stored["version"] != _VERSION:
        raise CourseError(f"{path} was written by a newer checker; update the workbook")
    return State({key: _parse_task(task) for key, task in stored["tasks"].items()})


def _parse_task(stored: dict[str, object]) -> TaskState:
    hints, verdict, at = stored["hints"], stored["verdict"], stored["at"]
    if not isinstance(hints, int):
        raise TypeError(hints)
    if isinstance(verdict, str | None) and isinstance(at, str | None):
        return TaskState(
            hints, verdict and Verdict(verdict).value, at, _parse_judged(stored.get("judged", {}))
        )
    raise TypeError(stored)


def _parse_judged(stored: object) -> dict[str, str]:
    if not isinstance(stored, dict):
        raise TypeError(stored)
    return {str(content): Verdict(verdict).value for content, verdict in stored.items()}
