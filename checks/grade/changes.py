"""What a new gradebook changes for whom, and why: shown before anything is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.grade.gradebook import Book

REASONS = {
    "learner": "the files are others",
    "tests": "the day's tests or manifest have changed",
    "checker": "the checker has changed",
    "lock": "the libraries have changed",
    "policy": "the app is contained otherwise",
}


@dataclass(frozen=True)
class Change:
    """One row that is new, gone or other than it was; points are None where they are unknown."""

    name: str
    kind: str
    before: int | None
    after: int | None
    tasks: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """For a person: the points, the tasks, the reasons."""
        before, after = _points(self.before), _points(self.after)
        if self.kind == "new":
            return f"{self.name}: new, {after}"
        if self.kind == "gone":
            return f"{self.name}: no longer among the submissions, had {before}"
        why = "; ".join(self.reasons) or "the same question was answered otherwise"
        return f"{self.name}: {before} → {after} ({', '.join(self.tasks)}): {why}"

    @property
    def loses(self) -> bool:
        """Whether points are lost, or somebody had some and is gone."""
        return (self.after or 0) < (self.before or 0)


def _points(points: int | None) -> str:
    return "unknown" if points is None else f"{points} points"


def changes(before: Book | None, after: Book) -> tuple[Change, ...]:
    """Every row whose points are others, by name."""
    old = {row["name"]: row for row in (before["rows"] if before else ())}
    new = {row["name"]: row for row in after["rows"]}
    return tuple(
        change
        for name in sorted(old.keys() | new.keys())
        if (change := _change(name, old.get(name), new.get(name))) is not None
    )


Row = Mapping[str, Any]  # Any: JSON


def _change(name: str, old: Row | None, new: Row | None) -> Change | None:
    if old is None or new is None:
        before, after = (old["points"] if old else None), (new["points"] if new else None)
        return Change(name, "gone" if old else "new", before, after, (), ())
    tasks = tuple(_tasks(old, new))
    if not tasks:
        return None
    return Change(name, "changed", old["points"], new["points"], tasks, tuple(_reasons(old, new)))


def _tasks(old: Row, new: Row) -> Iterator[str]:
    for task in sorted(old["tasks"].keys() | new["tasks"].keys()):
        points = [each["tasks"].get(task, {}).get("points", 0) for each in (old, new)]
        if points[0] != points[1]:
            yield task


def _reasons(old: Row, new: Row) -> Iterator[str]:
    shared = old["cells"].keys() & new["cells"].keys()
    for part, reason in REASONS.items():
        if any(old["cells"][day].get(part) != new["cells"][day].get(part) for day in shared):
            yield reason
    if old["cells"].keys() != new["cells"].keys():
        yield "a day was handed in, or is gone"
