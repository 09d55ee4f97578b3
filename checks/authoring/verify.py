"""Does every exercise still teach: starter fails, solution passes, mistakes are caught.

Each claim is tested by running: the same tests, the same harness, on copies of the solution. All
claims share one pool of workers; the costly ones begin first, so that no worker idles at the end.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Protocol

from checks.authoring.claim_tests import ClaimTests, Mode
from checks.authoring.claims import Fault, TaskReport
from checks.authoring.verify_cache import VerifyCache
from checks.course.course import Course, Day, Task
from checks.results.catalogue import cases


class Progress(Protocol):
    """Hears of a proof while it goes on; called by one thread at a time."""

    def begin(self, weights: Mapping[str, int]) -> None:
        """These claims are going to be tested; a weight is a cost, relative to the others."""

    def end(self, claim: str, faults: Sequence[Fault], seconds: float) -> None:
        """A claim was tested; without faults it holds."""


@dataclass(frozen=True)
class Claim:
    """One claim to be tested: `test` gives its faults; `weight` is its cost, roughly."""

    id: str
    test: Callable[[], list[Fault]]
    weight: int


Selection = Sequence[tuple[Day, Sequence[Task]]]


class Proof:
    """The claims about some tasks, and what is seen of each.

    With `strict`, the progress hears of a claim that held only at the second try as of a fault.
    """

    def __init__(
        self,
        course: Course,
        selection: Selection,
        cache: VerifyCache,
        mode: Mode,
        *,
        strict: bool = False,
    ) -> None:
        self._strict = strict
        self.reports = {task.id: TaskReport(task.id) for _, tasks in selection for task in tasks}
        self._course, self._selection, self.cache, self._mode = course, selection, cache, mode
        self._tests = ClaimTests(course, self.reports, cache, mode)
        self._lock = Lock()

    def run(self, jobs: int, progress: Progress) -> list[TaskReport]:
        """Test all claims, `jobs` at a time.

        Raises KeyboardInterrupt when it is interrupted; what was seen to hold is kept by then.
        Raises CourseError when a run has written to a file that other claims share.
        """
        claims = sorted(self.claims(), key=lambda claim: -claim.weight)
        progress.begin({claim.id: claim.weight for claim in claims})
        with closing(self._tests.copies), ThreadPoolExecutor(jobs) as pool:
            timed = partial(self._timed, progress=progress)
            futures = [pool.submit(timed, claim) for claim in claims]
            try:
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                self.cache.cancelled.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        for report in self.reports.values():
            report.unsteady += [f for f in self.cache.unsteady.values() if f.task == report.id]
        return list(self.reports.values())

    def claims(self) -> Iterator[Claim]:
        """Every claim about the chosen tasks."""
        for day, tasks in self._selection:
            yield from self._day_claims(day, tasks)
            for task in tasks:
                yield from self._case_claims(day, task)

    def _day_claims(self, day: Day, tasks: Sequence[Task]) -> Iterator[Claim]:
        number, first = len(tasks), tasks[0].id
        yield Claim(f"{first}/starter", partial(self._tests.starter, day, tasks), number)
        yield Claim(f"{first}/solution", partial(self._tests.solution, day, tasks), 5 * number)
        for earlier in (each for each in self._course.days if each.number < day.number):
            name = f"{first}/solution keeps {earlier.folder}"
            test = partial(self._tests.earlier_day, day, first, earlier)
            yield Claim(name, test, 5 * len(earlier.tasks))
        if self._mode.contained:
            test = partial(self._tests.contained, day, tasks)
            yield Claim(f"{first}/contained", test, 10 * number)

    def _case_claims(self, day: Day, task: Task) -> Iterator[Claim]:
        mistakes, alternatives = cases(task.id, "mistakes"), cases(task.id, "alternatives")
        if len(mistakes) < 4:
            self.reports[task.id].problems.append(
                f"{task.id} has fewer than four mistakes in the catalogue"
            )
        if not alternatives:
            self.reports[task.id].problems.append(f"{task.id} has no alternative in the catalogue")
        for case in (*alternatives, *mistakes):
            weight = 3 if case.kind == "alternatives" else 1
            yield Claim(case.id, partial(self._tests.case, day, task, case), weight)

    def _timed(self, claim: Claim, progress: Progress) -> None:
        """Test one claim, and tell of it."""
        began = time.monotonic()
        faults = claim.test()
        unsteady = self.cache.take_unsteady()
        if self._strict:
            faults += [Fault(f.id, f"held only at the second try: {f.message}") for f in unsteady]
        with self._lock:
            progress.end(claim.id, faults, time.monotonic() - began)
