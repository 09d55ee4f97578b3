"""A run over the mutants of some tasks, several at a time, with a sample where one is asked for."""

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from threading import Lock

from checks.authoring.claims import Fault
from checks.authoring.verify import Progress, Selection
from checks.course.course import Course, Day, Task
from checks.mutation.equivalents import load_equivalents, without_mutant
from checks.mutation.generate import task_mutants
from checks.mutation.mutant import Mutant
from checks.mutation.report import MutationReport
from checks.mutation.trial import Outcome, TaskTrials, Trials


class MutationRun:
    """The mutants of the chosen tasks; with `sample`, that many of each task, by the seed."""

    def __init__(
        self, course: Course, selection: Selection, trials: Trials, sample: int = 0, seed: int = 0
    ) -> None:
        self.trials, self._course = trials, course
        self._sample, self._random = sample, random.Random(seed)  # noqa: S311 - no secret
        self.reports: dict[str, MutationReport] = {}
        self._chosen: list[tuple[Day, Task, list[Mutant]]] = [
            (day, task, self._mutants(day, task)) for day, tasks in selection for task in tasks
        ]
        self._lock = Lock()

    def _mutants(self, day: Day, task: Task) -> list[Mutant]:
        mutants = task_mutants(self._course.root / "solutions" / day.folder, task)
        entries = load_equivalents(task.id)
        stale = [f"no mutant fits {e}; delete this entry" for e in without_mutant(entries, mutants)]
        self.reports[task.id] = MutationReport(task.id, len(mutants), entries, stale)
        if 0 < self._sample < len(mutants):
            return self._random.sample(mutants, self._sample)
        return mutants

    def run(self, jobs: int, progress: Progress) -> list[MutationReport]:
        """Judge all mutants, `jobs` at a time.

        Raises CourseError for a solution that its own tests refuse, and KeyboardInterrupt.
        """
        progress.begin({mutant.id: 1 for _, _, mutants in self._chosen for mutant in mutants})
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for day, task, mutants in self._chosen:
                    self._run_task(pool, self.trials.of_task(day, task), mutants, progress)
            except BaseException:
                self.trials.cancelled.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        return list(self.reports.values())

    def _run_task(
        self,
        pool: ThreadPoolExecutor,
        trials: TaskTrials,
        mutants: Sequence[Mutant],
        progress: Progress,
    ) -> None:
        trials.check_solution()
        judge = partial(self._judge, trials, progress)
        for future in as_completed([pool.submit(judge, mutant) for mutant in mutants]):
            future.result()

    def _judge(self, trials: TaskTrials, progress: Progress, mutant: Mutant) -> None:
        began = time.monotonic()
        judgement = trials.judge(mutant)
        report = self.reports[mutant.task]
        is_open = judgement.outcome is Outcome.SURVIVED and report.reason(mutant) is None
        faults = [Fault(mutant.id, "no test notices it")] if is_open else []
        with self._lock:
            report.judged.append((mutant, judgement))
            progress.end(mutant.id, faults, time.monotonic() - began)
