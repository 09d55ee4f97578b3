"""Each question is asked once, whatever happens to the grader; our failures are no zeros."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.journal import Cell, Journal
from checks.results.model import Verdict
from checks.runner.run import Cancelled
from checks.tests.grade.cohorts import AROUND, DAY, Judge, grading, hand_in, rows, silent


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    for name, text in {"ann": "pass", "bob": "wrong", "carl": "wrong", "dora": "pass too"}.items():
        hand_in(tmp_path / "s", name, text)
    return tmp_path / "s"


class TestOnce:
    def test_the_same_work_of_two_people_is_graded_once(self, cohort: Path, tmp_path: Path) -> None:
        judge = Judge()

        grading(tmp_path, judge).grade(rows(cohort), 2, silent)

        assert sorted(judge.asked) == ["pass", "pass too", "wrong"]

    def test_a_second_run_asks_nothing(self, cohort: Path, tmp_path: Path) -> None:
        grading(tmp_path, Judge()).grade(rows(cohort), 2, silent)
        judge = Judge()

        grading(tmp_path, judge).grade(rows(cohort), 2, silent)

        assert judge.asked == []

    def test_only_what_changed_is_asked_again(self, cohort: Path, tmp_path: Path) -> None:
        grading(tmp_path, Judge()).grade(rows(cohort), 2, silent)
        hand_in(cohort, "bob", "better")
        judge = Judge()

        grading(tmp_path, judge).grade(rows(cohort), 2, silent)

        assert judge.asked == ["better"]

    @pytest.mark.parametrize("part", ["checker", "lock", "policy", "tests"])
    def test_whatever_decides_is_part_of_the_question(
        self, cohort: Path, tmp_path: Path, part: str
    ) -> None:
        grading(tmp_path, Judge()).grade(rows(cohort), 2, silent)
        value: object = {DAY.number: "other"} if part == "tests" else "other"
        around = replace(AROUND, **{part: value})  # type: ignore[arg-type]  # one of two kinds

        assert len(grading(tmp_path, Judge()).todo(rows(cohort, around))) == 3


class TestInterrupted:
    @pytest.mark.parametrize("after", [0, 1, 2])
    def test_what_was_graded_before_is_kept_and_the_book_is_the_same(
        self, cohort: Path, tmp_path: Path, after: int
    ) -> None:
        whole, broken = tmp_path / "whole", tmp_path / "broken"
        grading(whole, Judge()).grade(rows(cohort), 1, silent)
        dying = Judge()

        def die(text: str) -> None:
            if len(dying.asked) == after:
                raise Cancelled

        dying.before = die
        with pytest.raises(Cancelled):
            grading(broken, dying).grade(rows(cohort), 1, silent)
        second = Judge()
        grading(broken, second).grade(rows(cohort), 1, silent)

        assert len(second.asked) == 3 - after
        assert written(broken, cohort) == written(whole, cohort)

    def test_a_grader_that_is_killed_leaves_whole_cells(self, tmp_path: Path) -> None:
        source = """
import itertools, sys
from pathlib import Path
from checks.grade.journal import Cell, Journal
journal = Journal(Path(sys.argv[1]))
for number in itertools.count():
    journal.write(Cell(str(number % 3), {"tasks": [], "filler": "x" * 100_000}))
    print(number, flush=True)
"""
        argv = [sys.executable, "-c", source, str(tmp_path)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            for _ in range(20):
                writer.stdout.readline()
            os.kill(writer.pid, signal.SIGKILL)

        journal = Journal(tmp_path)
        assert all(journal.read(path.stem) for path in tmp_path.glob("[0-9].json"))

    def test_a_damaged_cell_is_asked_again(self, cohort: Path, tmp_path: Path) -> None:
        grading(tmp_path, Judge()).grade(rows(cohort), 2, silent)
        cell = min((tmp_path / "cells").glob("*.json"))
        cell.write_text(cell.read_text()[:40])

        assert len(grading(tmp_path, Judge()).todo(rows(cohort))) == 1

    def test_a_submission_that_changes_under_way_is_named(
        self, cohort: Path, tmp_path: Path
    ) -> None:
        before = rows(cohort)
        hand_in(cohort, "ann", "changed")

        with pytest.raises(CourseError, match="ann has changed while it was being graded"):
            grading(tmp_path, Judge()).grade(before, 1, silent)


class TestOurFailure:
    def test_it_is_tried_twice_and_then_left_open(self, cohort: Path, tmp_path: Path) -> None:
        judge = Judge({"wrong": Verdict.INFRA_ERROR})

        grading(tmp_path, judge).grade(rows(cohort), 1, silent)

        assert judge.asked.count("wrong") == 2
        book = gradebook.book([DAY], rows(cohort), Journal(tmp_path / "cells"), contained=True)
        bob = next(row for row in book["rows"] if row["name"] == "bob")
        assert bob["points"] is None, "a failure of ours is no 0"
        assert "the checker itself failed" in bob["look"][0]

    def test_the_next_run_tries_again(self, cohort: Path, tmp_path: Path) -> None:
        grading(tmp_path, Judge({"wrong": Verdict.INFRA_ERROR})).grade(rows(cohort), 1, silent)
        judge = Judge()

        grading(tmp_path, judge).grade(rows(cohort), 1, silent)

        assert judge.asked == ["wrong"]

    def test_a_flaky_verdict_is_not_settled_either(self) -> None:
        day = {"tasks": [{"tests": [{"verdict": "flaky"}]}]}

        assert not Cell("key", day).settled


def written(out: Path, cohort: Path) -> tuple[bytes, bytes]:
    """The gradebook's bytes."""
    made = gradebook.book([DAY], rows(cohort), Journal(out / "cells"), contained=True)
    gradebook.write(made, out)
    return (out / gradebook.JSON).read_bytes(), (out / gradebook.CSV).read_bytes()
