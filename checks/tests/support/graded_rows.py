"""Rows of a graded cohort, whose every text is hostile."""

from dataclasses import replace

from checks.export.graded import GradedRow
from checks.results.model import Cause, Exchange, TaskResult, TestResult, Verdict

HOSTILE = "<script>alert(1)</script>\x00\x1b[31m\ud800 ]]> & \"'"


def row(*verdicts: Verdict, name: str = "Ann", review_reasons: tuple[str, ...] = ()) -> GradedRow:
    """One task with a test for each verdict, all of them with hostile words."""
    exchange = Exchange("GET", "/api", HOSTILE, 500, HOSTILE)
    tests = tuple(
        TestResult("1.2", f"test_{number}", verdict, 0.25, Cause(HOSTILE, exchange))
        for number, verdict in enumerate(verdicts)
    )
    task = TaskResult("1.2", "statistics", "Statistics", 2, tests)
    points = None if review_reasons else task.points
    return GradedRow(name, "001-Ann", points, 2, review_reasons, (task,))


def row_with_bonus(bonus: Verdict) -> GradedRow:
    """A task that passes, and a bonus task of 3 points with one test of this verdict."""
    ann = row(Verdict.PASS)
    cause = None if bonus is Verdict.PASS else Cause("no")
    tests = (TestResult("B1", "test_bonus", bonus, 0.25, cause),)
    task = TaskResult("B1", "prometheus", "Prometheus", 3, tests)
    return replace(ann, tasks=(*ann.tasks, task), bonus=task.points)
