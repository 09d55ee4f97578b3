"""The cells of a cohort are graded by workers: `checks grade --queue`."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from checks.cli.grading_progress import shown_progress
from checks.cli.queue_options import QueueOptions, default_store
from checks.errors import CourseError
from checks.grade.cell_run import CPU_SECONDS
from checks.grade.cohort import Row
from checks.grade.grading import Grading
from checks.grade.key import key_context
from checks.grade.scale_out.cell_queue import CellQueue
from checks.grade.scale_out.dispatch import Dispatch
from checks.grade.scale_out.marks import MarkWatch, Timing
from checks.grade.scale_out.store import Store
from checks.grade.scale_out.version import parts_of, version_of
from checks.grade.texts import printable
from checks.messages.scale_out import NO_WORKER, OTHER_VERSION, STOPPED, WORKERS
from checks.runner.run import Cancelled
from checks.terminal.console import open_console

ANSWER_SECONDS = 2.0
ANNOUNCE_AGAIN_SECONDS = 30.0


def grade_on_workers(
    grading: Grading, rows: Sequence[Row], options: QueueOptions, out: Path, lang: str
) -> None:
    """Send each cell that the journal lacks, and wait until all have a result.

    Raises CourseError when the broker or the store fail, and for Ctrl-C.
    """
    console, watch = open_console(stderr=True), MarkWatch(Timing())
    context = key_context(grading.course, contained=grading.contained, cpu_seconds=CPU_SECONDS)
    version = version_of(context)
    queue, store = CellQueue(options.queue, version), Store(options.store or default_store())
    queue.connect()
    if grading.pending(rows):
        _tell_workers(console, queue.announce(parts_of(context), ANSWER_SECONDS), version, lang)
    heard = _Announcements(queue, parts_of(context))
    try:
        with shown_progress(console, out, lang) as progress:
            Dispatch(grading, store, queue, watch, heard.repeat).grade(rows, progress)
    except (KeyboardInterrupt, Cancelled):
        raise CourseError(STOPPED) from None


def _tell_workers(
    console: Console, answers: Sequence[Mapping[str, Any]], version: str, lang: str
) -> None:
    """Say who takes the cells, and who has another version."""
    takers = sorted(printable(str(each["worker"])) for each in answers if not each.get("differs"))
    text = WORKERS.in_(lang) if takers else NO_WORKER.in_(lang)
    values = {"number": len(takers), "names": ", ".join(takers), "version": version}
    console.print(text.format(**values), style="dim", markup=False, soft_wrap=True)
    for each in answers:
        if differs := each.get("differs"):
            words = {"worker": str(each["worker"]), "differs": ", ".join(map(str, differs))}
            line = OTHER_VERSION.in_(lang).format(**{k: printable(v) for k, v in words.items()})
            console.print(line, style="dim", markup=False, soft_wrap=True)


@dataclass
class _Announcements:
    """The version is announced again now and then: a worker that starts later hears it, too."""

    queue: CellQueue
    parts: Mapping[str, Any]
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.last = self.clock()

    def repeat(self) -> None:
        if self.clock() - self.last >= ANNOUNCE_AGAIN_SECONDS:
            self.last = self.clock()
            self.queue.announce(self.parts, 0)
