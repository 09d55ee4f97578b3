"""JUnit XML, as Jenkins' xunit schema has it: a suite for each person, a case for each test.

The tests of bonus tasks stand in a suite of their own, which is there where one was begun. A wrong
answer is a `failure`; a crash, a timeout or an error of the checker an `error` with its
kind; a blocked test is `skipped`. Points stand in the suite's properties.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping

from checks.export.graded import GradedRow
from checks.grade.texts import clean
from checks.results.model import TaskResult, TestResult, Verdict

ELEMENTS = {
    Verdict.FAIL: "failure",
    Verdict.BLOCKED: "skipped",
    Verdict.NOT_RUN: "skipped",
    Verdict.SKIPPED: "skipped",
}


def junit(rows: Iterable[GradedRow]) -> bytes:
    """The whole cohort as one document."""
    suites = ET.Element("testsuites")
    for row in rows:
        suites.append(_suite(row))
        if any(test.verdict is Verdict.PASS for task in row.bonus_tasks for test in task.tests):
            suites.append(_bonus_suite(row))
    ET.indent(suites)
    document: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suite(row: GradedRow) -> ET.Element:
    points = "" if row.points is None else str(row.points)
    look = "; ".join(row.review_reasons)
    properties = {"points": points, "max": str(row.max), "look": look}
    suite = _suite_of(row.name, row.required, properties)
    if not row.is_settled and suite.get("errors") == "0":
        _add_unjudged(suite, row)
    return suite


def _bonus_suite(row: GradedRow) -> ET.Element:
    points = "" if row.bonus is None else str(row.bonus)
    return _suite_of(f"{row.name}: bonus", row.bonus_tasks, {"bonus": points})


def _suite_of(name: str, tasks: Iterable[TaskResult], properties: Mapping[str, str]) -> ET.Element:
    tests = [test for task in tasks for test in task.tests]
    kinds = [_element(test.verdict) for test in tests]
    suite = ET.Element("testsuite", name=name, tests=str(len(tests)), time=_time(tests))
    for count, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(kinds.count(kind)))
    element = ET.SubElement(suite, "properties")
    for key, value in properties.items():
        ET.SubElement(element, "property", name=key, value=value)
    suite.extend(map(_case, tests))
    return suite


def _add_unjudged(suite: ET.Element, row: GradedRow) -> None:
    """Add an error where nothing else says that the row could not be judged: no green suite."""
    case = ET.SubElement(suite, "testcase", classname="grading", name="judged", time="0.000")
    message = "; ".join(row.review_reasons) or "not handed in"
    element = ET.SubElement(case, "error" if row.handed_in else "skipped", message=message)
    element.set("type", "infra_error" if row.handed_in else "not_run")
    element.text = message
    counted = "errors" if row.handed_in else "skipped"
    for name in ("tests", counted):
        suite.set(name, str(int(suite.get(name, "0")) + 1))


def _case(test: TestResult) -> ET.Element:
    case = ET.Element("testcase", classname=test.task, name=clean(test.name), time=_time([test]))
    kind = _element(test.verdict)
    if kind is not None:
        message = clean(test.cause.message) if test.cause else str(test.verdict)
        element = ET.SubElement(case, kind, message=message.split("\n", 1)[0])
        if kind != "skipped":
            element.set("type", test.verdict)
            element.text = message
    return case


def _element(verdict: Verdict) -> str | None:
    return None if verdict is Verdict.PASS else ELEMENTS.get(verdict, "error")


def _time(tests: Iterable[TestResult]) -> str:
    return f"{sum(test.seconds for test in tests):.3f}"
