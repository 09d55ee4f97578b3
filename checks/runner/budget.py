"""The budget of a run: CPU time of the app's side, and a bound on wall time for what hangs.

A run that goes beyond its budget is cut off. Whose fault that is decides the verdict of the tests
that had none by then: the learner's is `timeout`, the machine's or the checker's `infra_error`.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from checks.results.model import Verdict
from checks.runner.tree_usage import TreeUsage

SAMPLE_SECONDS = 0.5
PAUSE_SECONDS = 5.0
"""A watch that was not asked for so long was stopped itself, and its run most likely with it: by
SIGSTOP, `docker pause`, a debugger. That time is nobody's."""
BUSY_SHARE = 0.5
"""A run that waited for a CPU for more than this share of its time was slowed by the machine.

An app cannot reach it with its own processes: while one waits, the others use up the budget.
"""
SILENT_SHARE = 0.5
"""The checker hangs that judges no test for this share of the bound: all that a test does with the
app has a timeout far below it."""


@dataclass(frozen=True)
class Budget:
    """Seconds of CPU for everything that the test processes start, and of wall time for the run.

    `alone`: no other run of this command is going on. A run among others is never cut off at the
    learner's expense.
    """

    cpu_seconds: float = 600
    wall_seconds: float = 600
    alone: bool = True


RUN_BUDGET = Budget()
"""What a run has that somebody waits for."""


@dataclass(frozen=True)
class Overrun:
    """Why a run was cut off, in a sentence, and the verdict of its tests without a verdict."""

    reason: str
    verdict: Verdict


@dataclass
class BudgetWatch:
    """Watches one run from the moment it is made; `files` is where its verdicts are written."""

    budget: Budget
    usage: TreeUsage
    files: Sequence[Path]
    started: float = field(default_factory=time.monotonic)
    sampled: float = 0.0
    asked: float = field(default_factory=time.monotonic)
    paused: float = 0.0

    def overrun(self) -> Overrun | None:
        """Whether the run is beyond its budget; asked many times a second."""
        now = time.monotonic()
        gap, self.asked = now - self.asked, now
        self.paused += gap if gap > PAUSE_SECONDS else 0.0
        elapsed, budget = now - self.started - self.paused, self.budget
        if now - self.sampled >= SAMPLE_SECONDS or elapsed >= budget.wall_seconds:
            self.sampled = now
            self.usage.sample()
        if self.usage.cpu_seconds >= budget.cpu_seconds:
            return _beyond_cpu(budget)
        if elapsed >= budget.wall_seconds:
            return beyond_wall(budget, elapsed, self.usage.wait_seconds, self._silence())
        return None

    def _silence(self) -> float:
        """The seconds since a verdict was written."""
        times = []
        for file in self.files:
            with suppress(OSError):
                times.append(file.stat().st_mtime)
        return time.time() - max(times, default=0.0)


def _beyond_cpu(budget: Budget) -> Overrun:
    used = f"the app's processes used up {budget.cpu_seconds:g} s of CPU time"
    if budget.alone:
        return Overrun(used, Verdict.TIMEOUT)
    return Overrun(f"{used} while other submissions were graded", Verdict.INFRA_ERROR)


def beyond_wall(budget: Budget, elapsed: float, wait: float, silence: float) -> Overrun:
    """The bound on wall time is reached: the learner's fault only where nothing else explains it.

    `wait`: for how long the run's processes waited for a CPU; `silence`: since the last verdict.
    """
    cut = f"the tests did not end within {budget.wall_seconds:g} s"
    if wait > BUSY_SHARE * elapsed:
        return Overrun(
            f"{cut} and waited {wait:.0f} s for a CPU: the machine is busy", Verdict.INFRA_ERROR
        )
    if silence > SILENT_SHARE * budget.wall_seconds:
        return Overrun(f"{cut}, and none had a verdict for {silence:.0f} s", Verdict.INFRA_ERROR)
    if not budget.alone:
        return Overrun(f"{cut} while other submissions were graded", Verdict.INFRA_ERROR)
    return Overrun(cut, Verdict.TIMEOUT)
