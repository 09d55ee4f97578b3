"""The JUnit XML report of a learner's own pytest, read as data.

The learner's process writes the report, so it may hold anything. It is evidence of what the suite
does with one app, and worth something only next to a report of another app.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from checks.harness.app.own_paths import own_paths
from checks.sandbox.learner_files import LearnerFolder

SIZE_LIMIT = 4 << 20
BAD_OUTCOMES = ("failed", "error")
NO_FIXTURE = 'failed on setup with "file '
"""How pytest begins where a fixture is missing; the test's code follows, and the name far below."""


@dataclass(frozen=True)
class ReportedTest:
    """One test of the learner's: `outcome` is passed, failed, error or skipped."""

    name: str
    outcome: str
    message: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.outcome}" + (f" ({self.message})" if self.message else "")


def read_report(folder: LearnerFolder, name: str) -> tuple[ReportedTest, ...]:
    """The tests of a report, in order; () for one that is absent, huge, odd or not XML."""
    try:
        # decoded here: another encoding could hide from the next line what the parser sees
        data = folder.read_bytes(name, SIZE_LIMIT).decode("utf-8")
        # entities are never needed here, and are how a small file becomes a huge one
        if "<!DOCTYPE" in data or "<!ENTITY" in data:
            return ()
        # S314: there is no entity left to expand, and the size is bounded
        document = ET.fromstring(data)  # noqa: S314
    except (OSError, ET.ParseError, ValueError):
        return ()
    return tuple(_reported_test(case) for case in document.iter("testcase"))


def _reported_test(case: ET.Element) -> ReportedTest:
    name = f"{case.get('classname', '')}::{case.get('name', '')}"
    for kind, outcome in (("error", "error"), ("failure", "failed"), ("skipped", "skipped")):
        element = case.find(kind)
        if element is not None:
            return ReportedTest(name, outcome, _sentence(element))
    return ReportedTest(name, "passed")


def _sentence(element: ET.Element) -> str:
    """The exception in one line; a failed collection and a missing fixture name it in the body."""
    message = element.get("message", "")
    errors = [line[1:].strip() for line in (element.text or "").splitlines() if line[:2] == "E "]
    if errors and (message in ("collection failure", "") or message.startswith(NO_FIXTURE)):
        message = errors[-1]
    return " ".join(own_paths(message).split())[:300]
