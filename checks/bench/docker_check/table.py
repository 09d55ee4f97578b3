"""The steps that were seen, and the table of them."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from checks.errors import CourseError

STEP_WIDTH, SEEN_WIDTH = 46, 66
VERDICTS = {True: "held", False: "NOT HELD", None: "not asked"}


@dataclass(frozen=True)
class Seen:
    """What a step has shown: a sentence, and whether it held. None: this machine cannot show it."""

    text: str
    held: bool | None


@dataclass(frozen=True)
class Row:
    """One line of the table; `seconds` is wall time."""

    step: str
    seen: Seen
    seconds: float


@dataclass
class Report:
    """The rows so far. Each is also told on stderr at once, because a run takes minutes."""

    rows: list[Row] = field(default_factory=list)

    def ask(self, step: str, action: Callable[[], Seen], *, refuses: bool = False) -> bool:
        """Run one step; whether it held, or could not be asked.

        A CourseError is what the step has shown; of one that `refuses` it ends the check.
        """
        print(f"{step} …", file=sys.stderr, flush=True)
        started = time.monotonic()
        try:
            seen = action()
        except CourseError as error:
            if refuses:
                raise
            seen = Seen(str(error), held=False)
        row = Row(step, seen, time.monotonic() - started)
        self.rows.append(row)
        print(f"  {VERDICTS[row.seen.held]}: {row.seen.text}", file=sys.stderr, flush=True)
        return row.seen.held is not False


def shortened(text: str, width: int) -> str:
    """The text in one line of at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def as_table(rows: Sequence[Row]) -> str:
    """Step, what was seen, seconds, held or not; then one line that counts them."""
    lines = [
        f"{shortened(row.step, STEP_WIDTH):<{STEP_WIDTH}}  "
        f"{shortened(row.seen.text, SEEN_WIDTH):<{SEEN_WIDTH}}  "
        f"{row.seconds:6.1f} s  {VERDICTS[row.seen.held]}"
        for row in rows
    ]
    counts = [sum(row.seen.held is held for row in rows) for held in VERDICTS]
    words = [f"{number} {word}" for number, word in zip(counts, VERDICTS.values(), strict=True)]
    return "\n".join([*lines, "", ", ".join(words)])


def exit_code(rows: Sequence[Row]) -> int:
    """0 when every step that could be asked has held, 1 otherwise."""
    return 1 if any(row.seen.held is False for row in rows) else 0
