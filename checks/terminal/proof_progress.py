"""How `checks verify` and `checks mutate` look while they go on.

They show done of total, the time left, what failed, what was slow.

On a terminal a bar moves. Elsewhere, and on one without escape sequences (TERM=dumb), a line is
printed now and then, so that a log shows life. With `--json` each claim is a line of its own.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from checks.terminal.console import can_rewrite

LINE_SECONDS = 60.0
RUN_SECONDS = 0.2
"""What took less was remembered, and says nothing about the time that the others take."""
SLOWEST = 5
WIDE_ENOUGH_FOR_A_BAR = 60
"""Columns; below it the numbers take all the room there is."""
CLAIM_SCHEMA = "eventure/verify-claim/v1"


class Fault(Protocol):
    """A claim that did not hold, as one sentence."""

    def __str__(self) -> str: ...


@dataclass
class ProofProgress:
    """Prints to `screen`; use it as a context, so that the bar goes away at the end."""

    screen: Console
    as_lines: bool = False
    noun: str = "claims"
    failing: str = "failed"
    schema: str = CLAIM_SCHEMA
    weights: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)
    _printed: float = 0.0
    _bar: Progress | None = None

    def begin(self, weights: Mapping[str, int]) -> None:
        """These claims are going to be tested; a weight is a cost, relative to the others."""
        self.weights, self._began, self._printed = weights, time.monotonic(), time.monotonic()
        if can_rewrite(self.screen) and not self.as_lines:
            bar = (BarColumn(),) if self.screen.width >= WIDE_ENOUGH_FOR_A_BAR else ()
            columns = (TextColumn("{task.description}"), *bar, MofNCompleteColumn())
            self._bar = Progress(*columns, TextColumn("{task.fields[left]}"), console=self.screen)
            self._bar.add_task(self.noun, total=len(weights), left="")
            self._bar.start()

    def end(self, claim: str, faults: Sequence[Fault], seconds: float) -> None:
        """A claim was tested: a fault is printed at once."""
        self.seconds[claim] = seconds
        self.failed += bool(faults)
        if self.as_lines:
            messages = [str(fault) for fault in faults]
            line = {"schema": self.schema, "claim": claim, "seconds": round(seconds, 2)}
            print(json.dumps({**line, "faults": messages}, ensure_ascii=False), flush=True)
        for fault in faults:
            self.screen.print(f"  {fault}", markup=False)
        self._show(now=bool(faults))

    def close(self) -> None:
        """Take the bar away and name the slowest claims."""
        if self._bar is not None:
            self._bar.stop()
        slow = sorted(self.seconds.items(), key=lambda each: -each[1])[:SLOWEST]
        if slow and slow[0][1] > 1:
            named = ", ".join(f"{claim} {seconds:.0f} s" for claim, seconds in slow)
            self.screen.print(f"slowest: {named}", markup=False)

    def _show(self, *, now: bool) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=len(self.seconds), left=self._left())
        elif now or time.monotonic() - self._printed >= LINE_SECONDS:
            self._printed = time.monotonic()
            failed = f", {self.failed} {self.failing}" if self.failed else ""
            done = f"{len(self.seconds)} of {len(self.weights)} {self.noun}{failed}"
            self.screen.print(f"{done}, {self._left()}", markup=False)

    def _left(self) -> str:
        """The time left if a weight to come takes what those took that were run.

        Where some were remembered it is the most: of those to come some may be remembered too.
        """
        weight = self.weights.get
        run = sum(weight(each, 1) for each, took in self.seconds.items() if took >= RUN_SECONDS)
        rest = sum(weight(claim, 1) for claim in self.weights if claim not in self.seconds)
        if rest and not run:
            return "time left not known yet"
        left = (time.monotonic() - self._began) / max(run, 1) * rest
        most = "at most " if min(self.seconds.values(), default=RUN_SECONDS) < RUN_SECONDS else ""
        time_left = f"{left / 60:.0f} min" if left >= 90 else f"{left:.0f} s"
        return f"{most}about {time_left} left"
