"""What a log says in one situation and in no other: a learner's own prints say it in both."""

import re

VARYING = re.compile(r"[\w.+-]+@[\w.-]+|0x[0-9a-f]+|[0-9a-f]{8,}|\d+")
"""What is another one in each request: addresses, ids, times, counts."""


def unusual_lines(log: str, usual: str) -> list[str]:
    """The lines of a log that are not in the usual one, but for what varies."""
    known = set(map(_shape, usual.splitlines()))
    return [line for line in log.splitlines() if line.strip() and _shape(line) not in known]


def _shape(line: str) -> str:
    return VARYING.sub("…", line).strip()
