"""Each cell is graded once, also after a crash; a failure of the checker is no 0."""

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest

from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.journal import Cell, Journal
from checks.results.model import Results, Verdict
from checks.runner.run import Cancelled, RunRequest
from checks.tests.grade.cohorts import (
    CONTEXT,
    DAY,
    Judge,
    gradebook_bytes,
    grading,
    hand_in,
    no_progress,
    rows,
)


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    for name, text in {"ann": "pass", "bob": "wrong", "carl": "wrong", "dora": "pass too"}.items():
        hand_in(tmp_path / "s", name, text)
    return tmp_path / "s"


class TestOnce:
    def test_the_same_work_of_two_people_is_graded_once(self, cohort: Path, tmp_path: Path) -> None:
        judge = Judge()

        grading(tmp_path, judge).grade(rows(cohort), 2, no_progress)

        assert sorted(judge.judged) == ["pass", "pass too", "wrong"]

    def test_a_second_run_asks_nothing(self, cohort: Path, tmp_path: Path) -> None:
        grading(tmp_path, Judge()).grade(rows(cohort), 2, no_progress)
        judge = Judge()

        grading(tmp_path, judge).grade(rows(cohort), 2, no_progress)

        assert judge.judged == []

    def test_only_what_changed_is_asked_again(self, cohort: Path, tmp_path: Path) -> None:
        grading(tmp_path, Judge()).grade(rows(cohort), 2, no_progress)
        hand_in(cohort, "bob", "better")
        judge = Judge()

        grading(tmp_path, judge).grade(rows(cohort), 2, no_progress)

        assert judge.judged == ["better"]

    @pytest.mark.parametrize("part", ["checker", "lock", "policy", "tests"])
    def test_whatever_decides_is_part_of_the_question(
        self, cohort: Path, tmp_path: Path, part: str
    ) -> None:
        grading(tmp_path, Judge()).grade(rows(cohort), 2, no_progress)
        value: object = {DAY.number: "other"} if part == "tests" else "other"
        context = replace(CONTEXT, **{part: value})  # type: ignore[arg-type]  # one of two kinds

        assert len(grading(tmp_path, Judge()).pending(rows(cohort, context))) == 3


def test_cells_that_are_graded_at_once_have_servers_of_their_own(
    cohort: Path, tmp_path: Path
) -> None:
    homes: SimpleQueue[Path] = SimpleQueue()
    for name in ("one", "two"):
        homes.put(Path(name))
    in_use: Counter[Path | None] = Counter()
    most: Counter[Path | None] = Counter()
    judge = Judge()

    def judge_in_a_home(request: RunRequest, cancelled: Event) -> Results:
        in_use[request.home] += 1
        most[request.home] = max(most[request.home], in_use[request.home])
        results = judge(request, cancelled)
        in_use[request.home] -= 1
        return results

    grader = replace(grading(tmp_path, judge), judge=judge_in_a_home, homes=homes)
    grader.grade(rows(cohort), 2, no_progress)

    assert most == {Path("one"): 1, Path("two"): 1}
    assert homes.qsize() == 2


class TestInterrupted:
    @pytest.mark.parametrize("after", [0, 1, 2])
    def test_what_was_graded_before_is_kept_and_the_book_is_the_same(
        self, cohort: Path, tmp_path: Path, after: int
    ) -> None:
        complete, interrupted = tmp_path / "whole", tmp_path / "broken"
        grading(complete, Judge()).grade(rows(cohort), 1, no_progress)
        judge = Judge()

        def cancel(text: str) -> None:
            if len(judge.judged) == after:
                raise Cancelled

        judge.before_verdict = cancel
        with pytest.raises(Cancelled):
            grading(interrupted, judge).grade(rows(cohort), 1, no_progress)
        second_judge = Judge()
        grading(interrupted, second_judge).grade(rows(cohort), 1, no_progress)

        assert len(second_judge.judged) == 3 - after
        assert gradebook_bytes(interrupted, cohort) == gradebook_bytes(complete, cohort)

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
        grading(tmp_path, Judge()).grade(rows(cohort), 2, no_progress)
        cell = min((tmp_path / "cells").glob("*.json"))
        cell.write_text(cell.read_text()[:40])

        assert len(grading(tmp_path, Judge()).pending(rows(cohort))) == 1

    def test_a_course_that_changes_during_a_run_gives_that_cell_no_result(
        self, cohort: Path, tmp_path: Path
    ) -> None:
        current = iter([True, False])
        grader = replace(grading(tmp_path, Judge()), is_current=lambda: next(current))

        with pytest.raises(CourseError, match="has changed while a cell was graded; run the same"):
            grader.grade(rows(cohort), 1, no_progress)

        assert len(list((tmp_path / "cells").glob("*.json"))) == 1

    @pytest.mark.parametrize("content", ["changed", None])
    def test_a_submission_that_changes_or_goes_is_one_to_look_at_and_ends_no_cohort(
        self, cohort: Path, tmp_path: Path, content: str | None
    ) -> None:
        before = rows(cohort)
        shutil.rmtree(cohort / "ann")
        if content:
            hand_in(cohort, "ann", content)

        grading(tmp_path, Judge()).grade(before, 1, no_progress)

        journal = Journal(tmp_path / "cells")
        book = gradebook.build_gradebook([DAY], before, journal, contained=True)
        looks = {row["name"]: row["look"] for row in book["rows"]}
        assert "ann has changed while it was being graded; run the same" in looks.pop("ann")[0]
        assert not any(looks.values())


class TestOurFailure:
    def test_it_is_tried_twice_and_then_left_open(self, cohort: Path, tmp_path: Path) -> None:
        judge = Judge({"wrong": Verdict.INFRA_ERROR})

        grading(tmp_path, judge).grade(rows(cohort), 1, no_progress)

        assert judge.judged.count("wrong") == 2
        book = gradebook.build_gradebook(
            [DAY], rows(cohort), Journal(tmp_path / "cells"), contained=True
        )
        bob = next(row for row in book["rows"] if row["name"] == "bob")
        assert bob["points"] is None, "a failure of ours is no 0"
        assert "the checker itself failed" in bob["look"][0]

    def test_the_next_run_tries_again(self, cohort: Path, tmp_path: Path) -> None:
        grading(tmp_path, Judge({"wrong": Verdict.INFRA_ERROR})).grade(rows(cohort), 1, no_progress)
        judge = Judge()

        grading(tmp_path, judge).grade(rows(cohort), 1, no_progress)

        assert judge.judged == ["wrong"]

    def test_a_flaky_verdict_is_not_settled_either(self) -> None:
        day = {"tasks": [{"tests": [{"verdict": "flaky"}]}]}

        assert not Cell("key", day).is_final
