"""The log of a cohort, beside its gradebook: a line for each event, appended.

It says when each cell was begun and ended, and by whom; no verdict depends on it. So a log that
cannot be written, as on a full disk, keeps nobody from grading.
"""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from checks.grade.cell_events import CellEvent, Finished, Lost, Planned, Started
from checks.grade.texts import printable

LOG = "grading.log"


def append(out: Path, event: CellEvent, at: datetime | None = None) -> None:
    """Write the event's line with its time in UTC."""
    time = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with suppress(OSError), (out / LOG).open("a", encoding="utf-8") as stream:
        stream.write(f"{time} {printable(line(event))}\n")


def line(event: CellEvent) -> str:
    """The event in one line: what, whose, which day, how long, what came out."""
    if isinstance(event, Planned):
        return f"planned {len(event.cells)} cells"
    cell = f"{event.cell.name} {event.cell.day}"
    key = event.cell.key[:12]
    if isinstance(event, Started):
        return f"started {cell} {key}{f' by {event.by}' if event.by else ''}"
    if isinstance(event, Finished):
        points = "not judged" if event.points is None else f"{event.points}/{event.max} points"
        return f"finished {cell} {key} {event.seconds:.1f} s {points}"
    kind = "lost" if isinstance(event, Lost) else "postponed"
    return f"{kind} {cell} {key} {event.seconds:.1f} s"
