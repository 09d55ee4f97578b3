"""A cell in doubt is graded again, alone, and is empty with a reason before it is wrong."""

import errno
import os
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.cell_events import CellEvent, Finished, Planned, Postponed, Started
from checks.grade.journal import Cell, Journal
from checks.results.model import Results, Verdict
from checks.runner.run import RunRequest
from checks.tests.grade.cohorts import DAY, Judge, grading, hand_in, no_progress, rows


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    for name, text in {"ann": "pass", "bob": "slow", "carl": "wrong"}.items():
        hand_in(tmp_path / "s", name, text)
    return tmp_path / "s"


def row_of(name: str, cohort: Path, out: Path) -> dict[str, Any]:
    """A row of the gradebook that the journal gives."""
    book = gradebook.build_gradebook([DAY], rows(cohort), Journal(out / "cells"), contained=True)
    return next(row for row in book["rows"] if row["name"] == name)


class TestAlone:
    @pytest.mark.parametrize("verdict", [Verdict.INFRA_ERROR, Verdict.TIMEOUT])
    def test_a_cell_in_doubt_is_graded_again_after_all_others(
        self, cohort: Path, tmp_path: Path, verdict: Verdict
    ) -> None:
        judge = Judge({"slow": Verdict.PASS}, crowded={"slow": verdict})

        grading(tmp_path, judge).grade(rows(cohort), 3, no_progress)

        assert judge.judged[-1:] == judge.alone == ["slow"]
        assert row_of("bob", cohort, tmp_path)["points"] == sum(task.points for task in DAY.tasks)

    def test_a_hang_is_still_one_when_it_is_alone(self, cohort: Path, tmp_path: Path) -> None:
        grading(tmp_path, Judge({"slow": Verdict.TIMEOUT})).grade(rows(cohort), 3, no_progress)

        row = row_of("bob", cohort, tmp_path)
        assert (row["points"], row["look"]) == (0, [])
        assert grading(tmp_path, Judge()).pending(rows(cohort)) == []

    def test_one_at_a_time_needs_no_second_run(self, cohort: Path, tmp_path: Path) -> None:
        judge = Judge({"slow": Verdict.TIMEOUT})

        grading(tmp_path, judge).grade(rows(cohort), 1, no_progress)

        assert judge.judged.count("slow") == 1

    def test_a_grader_that_ends_before_has_settled_nothing(
        self, cohort: Path, tmp_path: Path
    ) -> None:
        judge = Judge(crowded={"slow": Verdict.TIMEOUT})

        def end_in_the_second_run(text: str) -> None:
            if "slow" in judge.judged and text == "slow":
                raise KeyboardInterrupt

        judge.before_verdict = end_in_the_second_run
        with pytest.raises(KeyboardInterrupt):
            grading(tmp_path, judge).grade(rows(cohort), 3, no_progress)

        pending = grading(tmp_path, Judge()).pending(rows(cohort))
        assert [request.submission.name for request in pending] == ["bob"]


def test_each_cell_is_told_of_once_it_is_settled(cohort: Path, tmp_path: Path) -> None:
    told: list[CellEvent] = []
    judge = Judge(crowded={"slow": Verdict.TIMEOUT})

    grading(tmp_path, judge).grade(rows(cohort), 3, told.append)

    kinds = [type(event) for event in told if not isinstance(event, Planned)]
    assert isinstance(told[0], Planned)
    assert [kinds.count(kind) for kind in (Started, Postponed, Finished)] == [
        len(told[0].cells) + 1,
        1,
        len(told[0].cells),
    ]
    assert isinstance(told[-1], Finished)
    assert told[-1].cell.name == "bob"


class TestReason:
    def test_a_run_that_cannot_start_is_an_empty_cell_that_says_why(
        self, cohort: Path, tmp_path: Path
    ) -> None:
        def full_disk(request: RunRequest, cancelled: Event) -> Results:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        grader = grading(tmp_path, Judge())
        object.__setattr__(grader, "judge", full_disk)
        grader.grade(rows(cohort), 2, no_progress)

        row = row_of("ann", cohort, tmp_path)
        assert row["points"] is None
        assert "No space left on device" in row["look"][0]

    def test_a_day_without_a_result_is_no_zero(self, cohort: Path, tmp_path: Path) -> None:
        row = row_of("ann", cohort, tmp_path)

        assert row["points"] is None
        assert row["tasks"]["1.1"]["points"] is None

    def test_a_day_that_was_not_handed_in_is(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "ann", "", path="no_learners_file.txt")

        assert row_of("ann", tmp_path / "s", tmp_path)["points"] == 0


class TestFullDisk:
    def test_a_cell_that_cannot_be_written_is_told_and_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        journal = Journal(tmp_path)
        monkeypatch.setattr(os, "fsync", full)

        with pytest.raises(CourseError, match=r"No space left on device.*run the same command"):
            journal.write(Cell("key", {"tasks": []}))

        assert list(tmp_path.iterdir()) == []


class TestAgain:
    def test_a_final_row_is_graded_again_by_name(self, cohort: Path, tmp_path: Path) -> None:
        grading(tmp_path, Judge()).grade(rows(cohort), 1, no_progress)
        judge = Judge({"slow": Verdict.PASS})

        grading(tmp_path, judge, again=["bob"]).grade(rows(cohort), 1, no_progress)

        assert judge.judged == ["slow"]
        assert row_of("bob", cohort, tmp_path)["points"] > 0
