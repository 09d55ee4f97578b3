"""What a learner's own pytest reports, read as data: JUnit XML, from a file that they could write.

The report says what the learner's process says. It is evidence of what their suite does with one
app, and worth something only next to what it does with another.
"""

import os
import stat
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

SIZE_LIMIT = 4 << 20
BAD_OUTCOMES = ("failed", "error")


@dataclass(frozen=True)
class Ran:
    """One test of the learner's: `outcome` is passed, failed, error or skipped."""

    name: str
    outcome: str
    said: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.outcome}" + (f" ({self.said})" if self.said else "")


def read_report(path: Path) -> tuple[Ran, ...]:
    """The tests of a report, in order; () for one that is absent, huge, odd or not XML."""
    try:
        # text: its own encoding could hide from us what the parser sees
        data = read_bytes(path).decode("utf-8")
        # entities are never needed here, and are how a small file becomes a huge one
        if "<!DOCTYPE" in data or "<!ENTITY" in data:
            return ()
        # S314: there is no entity left to expand, and the size is bounded
        document = ET.fromstring(data)  # noqa: S314
    except (OSError, ET.ParseError, ValueError):
        return ()
    return tuple(_ran(case) for case in document.iter("testcase"))


def _ran(case: ET.Element) -> Ran:
    name = f"{case.get('classname', '')}::{case.get('name', '')}"
    for kind, outcome in (("error", "error"), ("failure", "failed"), ("skipped", "skipped")):
        found = case.find(kind)
        if found is not None:
            return Ran(name, outcome, _sentence(found))
    return Ran(name, "passed")


def _sentence(found: ET.Element) -> str:
    """The exception in one line; a failed collection keeps its reason in the body."""
    said = found.get("message", "")
    errors = [line[1:].strip() for line in (found.text or "").splitlines() if line[:2] == "E "]
    if said in ("collection failure", "") and errors:
        said = errors[-1]
    return " ".join(said.split())[:300]


def read_bytes(path: Path) -> bytes:
    """A plain file's bytes. Raises OSError for a link, a device, or a file beyond the limit."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a plain file")
        data = stream.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        raise OSError("too large")
    return data
