"""Whatever breaks while a cohort is graded: no cell is wrong, a resumed gradebook is the same.

Hypothesis chooses what breaks, and at which of the runs.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.journal import Cell, Journal
from checks.results.model import Cause, Results, TaskResult, TestResult, Verdict
from checks.runner.run import Cancelled, RunRequest
from checks.tests.grade.cohorts import (
    DAY,
    Judge,
    gradebook_bytes,
    grading,
    hand_in,
    no_progress,
    rows,
)

TEXTS = {"ann": "pass", "bob": "wrong", "carl": "hang", "dora": "crash", "eve": "pass too"}
VERDICTS = {"pass too": Verdict.PASS, "hang": Verdict.TIMEOUT, "crash": Verdict.ERROR}
INFRA = "the services are down, the admin connection is cut"
RUN_FAULTS = ("outage", "no disk for the run", "cut off")
ENDS = ("no disk for the journal", "grader killed", "cancelled")
FAULTS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(RUN_FAULTS + ENDS)), max_size=6)


class Killed(BaseException):
    """The grader ends here, as by SIGKILL: nothing of it runs any more."""


class DisturbedJudge(Judge):
    """A judge whose runs, by their number, break; and the journal that it writes to."""

    def __init__(self, faults: dict[int, str]) -> None:
        super().__init__(VERDICTS)
        self.faults = faults
        self._number, self._lock = 0, Lock()
        self.disk_is_full = False

    def __call__(self, request: RunRequest, cancelled: Event | None = None) -> Results:
        with self._lock:
            fault, self._number = self.faults.get(self._number, ""), self._number + 1
        results = super().__call__(request, cancelled)
        match fault:
            case "no disk for the run":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            case "no disk for the journal":
                self.disk_is_full = True
            case "grader killed":
                raise Killed
            case "cancelled":
                raise Cancelled
            case "outage" | "cut off":
                return _half_judged(results)
        return results


def _half_judged(results: Results) -> Results:
    """The tests of the later tasks have no verdict of the learner's."""
    half = len(results.tasks) // 2
    return replace(results, tasks=(*results.tasks[:half], *map(_unjudged, results.tasks[half:])))


def _unjudged(task: TaskResult) -> TaskResult:
    lost = (TestResult(task.id, test.name, Verdict.INFRA_ERROR) for test in task.tests)
    return replace(task, tests=tuple(replace(test, cause=Cause(INFRA)) for test in lost))


@contextmanager
def _journal_on_a_full_disk(judge: DisturbedJudge) -> Iterator[None]:
    original_write = Journal.write

    def write(journal: Journal, cell: Cell) -> None:
        if judge.disk_is_full:
            raise CourseError("No space left on device")
        original_write(journal, cell)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "write", write)
        yield


def _grade(out: Path, cohort: Path, judge: DisturbedJudge, jobs: int) -> None:
    with _journal_on_a_full_disk(judge), suppress(CourseError, Cancelled, Killed):
        grading(out, judge).grade(rows(cohort), jobs, no_progress)


def _grades(out: Path, cohort: Path) -> dict[tuple[str, str], tuple[int | None, str]]:
    book = gradebook.build_gradebook([DAY], rows(cohort), Journal(out / "cells"), contained=True)
    return {
        (row["name"], task): (grade["points"], grade["verdict"])
        for row in book["rows"]
        for task, grade in row["tasks"].items()
    }


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(faults=FAULTS, jobs=st.integers(1, 3))
def test_no_cell_is_wrong_and_the_resumed_gradebook_is_the_same(
    faults: list[tuple[int, str]], jobs: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cohort, calm, disturbed = (Path(folder) / name for name in ("s", "calm", "disturbed"))
        for name, text in TEXTS.items():
            hand_in(cohort, name, text)
        grading(calm, Judge(VERDICTS)).grade(rows(cohort), 1, no_progress)
        expected = _grades(calm, cohort)

        _grade(disturbed, cohort, DisturbedJudge(dict(faults)), jobs)

        for cell, (points, verdict) in _grades(disturbed, cohort).items():
            assert points is None or (points, verdict) == expected[cell], cell
        _grade(disturbed, cohort, DisturbedJudge({}), jobs)
        assert gradebook_bytes(disturbed, cohort) == gradebook_bytes(calm, cohort)
