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


@dataclass(frozen=True)
class TaskState:
    """One task: how many hints were shown, the last verdict, and when (UTC, ISO 8601)."""

    hints: int = 0
    verdict: str | None = None
    at: str | None = None


@dataclass(frozen=True)
class State:
    """Everything remembered, by task key. A task that was never touched has the empty state."""

    tasks: Mapping[str, TaskState] = field(default_factory=dict)

    def of(self, key: str) -> TaskState:
        """What is known of a task."""
        return self.tasks.get(key, TaskState())

    def with_hint(self, key: str, shown: int) -> "State":
        """The first `shown` hints of a task were shown; the number never goes down."""
        now = self.of(key)
        return self._with(key, replace(now, hints=max(now.hints, shown)))

    def with_verdict(self, key: str, verdict: str, at: datetime | None = None) -> "State":
        """A run of a task ended so; `at` is now unless given."""
        instant = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        return self._with(key, replace(self.of(key), verdict=str(verdict), at=instant))

    def without_verdict(self, key: str) -> "State":
        """What was found out of a task no longer holds; the hints that were shown stay so."""
        known = self.of(key)
        return self if known.verdict is None else self._with(key, TaskState(known.hints))

    def _with(self, key: str, task: TaskState) -> "State":
        return State({**self.tasks, key: task})


def load_state(root: Path) -> State:
    """What `.checks/state.json` holds; the backup when that is damaged; empty when there is none.

    Raises CourseError when both are damaged, and for a state that a newer checker wrote.
    """
    path = root / _PATH
    broken = []
    for each in (path, _backup(path)):
        file = read_file(each)
        if file is None:
            continue
        try:
            return _parse(file.data, each)
        except (ValueError, TypeError, KeyError, AttributeError):
            broken.append(each)
    if broken:
        names = " and ".join(str(each) for each in broken)
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
    old = read_file(path)
    if old is not None and _readable(old.data, path):
        write_file(_backup(path), old.data)
    tasks = {key: asdict(task) for key, task in sorted(state.tasks.items())}
    text = json.dumps({"version": _VERSION, "tasks": tasks}, indent=1)
    write_file(path, (text + "\n").encode())


def _backup(path: Path) -> Path:
    return path.with_name(path.name + ".bak")


def _readable(data: bytes, path: Path) -> bool:
    try:
        _parse(data, path)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True


def _parse(data: bytes, path: Path) -> State:
    stored = json.loads(data.decode("utf-8"))
    if stored["version"] != _VERSION:
        raise CourseError(f"{path} was written by a newer checker; update the workbook")
    return State({key: _task(task) for key, task in stored["tasks"].items()})


def _task(stored: dict[str, object]) -> TaskState:
    hints, verdict, at = stored["hints"], stored["verdict"], stored["at"]
    if not isinstance(hints, int):
        raise TypeError(hints)
    if isinstance(verdict, str | None) and isinstance(at, str | None):
        return TaskState(hints, verdict and Verdict(verdict).value, at)
    raise TypeError(stored)
