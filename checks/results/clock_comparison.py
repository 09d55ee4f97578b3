"""The explanation of a wait that gave up: `assert 23178.92 < 23178.91`.

The two are moments of `time.monotonic()`. They say nothing to a learner: the sentence before them
says for how long it was waited.
"""

import re

MOMENTS = re.compile(r"(?:assert )?\d+\.\d+ <=? \d+\.\d+(?:\n.*)?", re.DOTALL)


def is_clock_comparison(explanation: str) -> bool:
    """Whether an assertion's explanation only compares two moments."""
    return MOMENTS.fullmatch(explanation) is not None
