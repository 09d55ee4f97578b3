"""Workers and a queue in this process: a judge that runs nothing, a list instead of a broker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

from checks.grade.cell_run import CPU_SECONDS, CellRun, Judge
from checks.grade.key import KeyContext
from checks.grade.scale_out.cell_worker import CellWorker
from checks.grade.scale_out.dispatch import Dispatch
from checks.grade.scale_out.machine_lock import MachineLock
from checks.grade.scale_out.marks import MarkWatch, Timing
from checks.grade.scale_out.store import Store
from checks.tests.grade.cohorts import CONTEXT, COURSE, grading
from checks.tests.grade.cohorts import Judge as TextJudge

TIMING = Timing(beat=60.0, dead=30.0, look=0.0)
"""No mark changes by itself in a test, and none is waited for."""


def make_worker(
    folder: Path,
    judge: Judge,
    name: str = "one",
    context: Callable[[float], KeyContext] = lambda seconds: CONTEXT,
) -> CellWorker:
    """A worker on the store in `folder` that never waits for a mark."""
    cancelled = Event()
    runs = CellRun(COURSE, contained=True, judge=judge, cancelled=cancelled)
    folder.mkdir(exist_ok=True)
    lock = MachineLock(folder, cancelled)
    no_wait = Timing(beat=0.001, dead=0.001)
    return CellWorker(
        runs, store_in(folder), lock, context, context(CPU_SECONDS), name, timing=no_wait
    )


def store_in(folder: Path) -> Store:
    return Store(f"file://{folder}/store")


@dataclass
class ListQueue:
    """Messages in the order in which they were sent; `work` hands the first one to a worker."""

    messages: list[Mapping[str, Any]] = field(default_factory=list)
    sent: int = 0

    def send(self, document: Mapping[str, Any]) -> None:
        self.sent += 1
        self.messages.append(document)

    def waiting(self) -> int:
        return len(self.messages)

    def work(self, *workers: CellWorker) -> None:
        """The workers take turns until nothing waits."""
        for number in range(len(self.messages)):
            workers[number % len(workers)].handle(self.messages.pop(0))


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def dispatch(
    out: Path,
    folder: Path,
    queue: ListQueue,
    between_looks: Callable[[], None],
    clock: Clock | None = None,
    again: tuple[str, ...] = (),
    cpu_seconds: float = CPU_SECONDS,
) -> Dispatch:
    """The grader's side; `between_looks` is where a test's workers work."""
    watch = MarkWatch(TIMING, clock or Clock())
    grader = replace(grading(out, TextJudge(), again), cpu_seconds=cpu_seconds)
    return Dispatch(grader, store_in(folder), queue, watch, between_looks)
