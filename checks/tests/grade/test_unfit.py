"""A submission that does not fit the day is a row to look at; the others are graded."""

from pathlib import Path

from checks.grade import gradebook
from checks.grade.journal import Journal
from checks.tests.grade.cohorts import DAY, Judge, grading, hand_in, no_progress, rows
from checks.workspace.overlay import UnfitSubmissionError


def test_the_others_are_graded_and_its_row_says_why(tmp_path: Path) -> None:
    cohort, judge = tmp_path / "s", Judge()
    for name, text in {"ann": "pass", "bob": "unfit", "eve": "wrong"}.items():
        hand_in(cohort, name, text)

    def refuse(text: str) -> None:
        if text == "unfit":
            raise UnfitSubmissionError("app/api cannot take its place")

    judge.before_verdict = refuse

    grading(tmp_path, judge).grade(rows(cohort), 1, no_progress)

    journal = Journal(tmp_path / "cells")
    book = gradebook.build_gradebook([DAY], rows(cohort), journal, contained=True)
    ann, bob, eve = book["rows"]
    assert ann["points"] > eve["points"] == 0
    assert bob["points"] is None
    assert "app/api cannot take its place" in bob["look"][0]
