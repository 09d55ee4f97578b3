"""The differences between two gradebooks, row by row, which a regrade shows before it writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.errors import CourseError
from checks.grade.gradebook import Gradebook
from checks.grade.lateness import Number

REASONS = {
    "learner": "the files are others",
    "tests": "the day's tests or manifest have changed",
    "checker": "the checker has changed",
    "lock": "the libraries have changed",
    "policy": "the sandbox or a limit of the run is another",
}


@dataclass(frozen=True)
class Change:
    """One row that is new, gone or changed; points are None where they are unknown."""

    name: str
    kind: str
    before: Number | None
    after: Number | None
    tasks: tuple[str, ...]
    reasons: tuple[str, ...]
    bonus_lost: bool = False

    @property
    def sentence(self) -> str:
        """For a person: the points, the tasks, the reasons."""
        before, after = _points(self.before), _points(self.after)
        if self.kind == "new":
            return f"{self.name}: new, {after}"
        if self.kind == "gone":
            return f"{self.name}: no longer among the submissions, had {before}"
        reasons = "; ".join(self.reasons) or "the same question was answered otherwise"
        return f"{self.name}: {before} → {after} ({', '.join(self.tasks)}): {reasons}"

    @property
    def loses(self) -> bool:
        """Whether points are lost, bonus points too, or somebody had some and is gone."""
        return self.bonus_lost or (self.after or 0) < (self.before or 0)


def _points(points: Number | None) -> str:
    return "unknown" if points is None else f"{points} points"


def changes(before: Gradebook | None, after: Gradebook) -> tuple[Change, ...]:
    """Every row whose points have changed, by name."""
    old = {row["name"]: row for row in (before["rows"] if before else ())}
    new = {row["name"]: row for row in after["rows"]}
    return tuple(
        change
        for name in sorted(old.keys() | new.keys())
        if (change := _change(name, old.get(name), new.get(name))) is not None
    )


def replace_rows(before: Gradebook, part: Gradebook) -> tuple[Gradebook, tuple[Change, ...]]:
    """The former gradebook with the rows of `part` in it, by name, and what that changes.

    Raises CourseError when both have not the same columns.
    """
    if any(
        before.get(column) != part.get(column)
        for column in ("tasks", "contained", "due", "late_policy")
    ):
        message = "The gradebook has other tasks, containment or late policy than these rows"
        raise CourseError(f"{message}; regrade without --only and --skip")
    rows = {row["name"]: row for row in (*before["rows"], *part["rows"])}
    book = {**part, "rows": [rows[name] for name in sorted(rows)]}
    return book, changes(before, book)


Row = Mapping[str, Any]  # Any: JSON


def _change(name: str, old: Row | None, new: Row | None) -> Change | None:
    if old is None or new is None:
        before, after = (old["points"] if old else None), (new["points"] if new else None)
        return Change(name, "gone" if old else "new", before, after, (), ())
    tasks = tuple(_tasks(old, new))
    if not tasks:
        return _late_change(name, old, new)
    bonus_lost = (new.get("bonus") or 0) < (old.get("bonus") or 0)
    reasons = tuple(_reasons(old, new))
    return Change(name, "changed", old["points"], new["points"], tasks, reasons, bonus_lost)


def _late_change(name: str, old: Row, new: Row) -> Change | None:
    """The change of a row whose points are as they were, and the adjusted ones are not."""
    before, after = (row.get("adjusted", row["points"]) for row in (old, new))
    if before == after:
        return None
    return Change(name, "changed", before, after, ("late",), ("it is late otherwise than before",))


def _tasks(old: Row, new: Row) -> Iterator[str]:
    for task in sorted(old["tasks"].keys() | new["tasks"].keys()):
        points = [each["tasks"].get(task, {}).get("points", 0) for each in (old, new)]
        if points[0] != points[1]:
            yield task


def _reasons(old: Row, new: Row) -> Iterator[str]:
    common_days = old["cells"].keys() & new["cells"].keys()
    for part, reason in REASONS.items():
        if any(old["cells"][day].get(part) != new["cells"][day].get(part) for day in common_days):
            yield reason
    if old["cells"].keys() != new["cells"].keys():
        yield "a day was handed in, or is gone"
