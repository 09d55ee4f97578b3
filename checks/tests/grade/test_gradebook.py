"""The gradebook: its CSV, and the changes that a regrade shows before it writes."""

import csv
import io
import os
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from checks.course.course import Course
from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.changes import changes, replace_rows
from checks.grade.cohort import plan
from checks.grade.gradebook import Gradebook
from checks.grade.intake import find_submissions
from checks.grade.key import KeyContext
from checks.results.model import Results, Verdict
from checks.runner.run import RunRequest
from checks.tests.grade.cohorts import (
    CONTEXT,
    COURSE,
    DAY,
    Judge,
    grading,
    hand_in,
    no_progress,
    results_with,
    rows,
)

POINTS = sum(task.points for task in DAY.tasks)


def graded(
    folder: Path, out: Path, judge: Judge | None = None, context: KeyContext = CONTEXT
) -> Gradebook:
    """The gradebook of a folder of submissions."""
    grading_run = grading(out, judge or Judge())
    grading_run.grade(rows(folder, context), 1, no_progress)
    return gradebook.build_gradebook(
        [DAY], rows(folder, context), grading_run.journal, contained=True
    )


def sheet(book: Gradebook) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gradebook.as_csv(book))))


class TestCsv:
    def test_a_row_has_its_points_by_task(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "ann", "pass")

        row = sheet(graded(tmp_path / "s", tmp_path))[0]

        assert (row["name"], row["points"], row["max"]) == ("ann", str(POINTS), str(POINTS))
        assert row["1.2"] == "1"

    @pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x"])
    def test_a_name_is_no_formula(self, tmp_path: Path, name: str) -> None:
        hand_in(tmp_path / "s", name, "")

        assert sheet(graded(tmp_path / "s", tmp_path))[0]["name"] == f"'{name}"

    @pytest.mark.parametrize("name", ['a,"b', "a;b", "Ёжик в тумане"])
    def test_a_name_comes_back_as_it_was(self, tmp_path: Path, name: str) -> None:
        hand_in(tmp_path / "s", name, "")

        assert sheet(graded(tmp_path / "s", tmp_path))[0]["name"] == name

    def test_work_that_cannot_be_read_is_no_zero(self, tmp_path: Path) -> None:
        (tmp_path / "s").mkdir()
        (tmp_path / "s" / "eve.zip").write_bytes(b"junk")

        row = sheet(graded(tmp_path / "s", tmp_path))[0]

        assert row["points"] == row["1.1"] == ""
        assert "is no submission" in row["look"]

    def test_a_name_that_is_no_text_does_not_keep_the_others_from_their_book(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "s").mkdir()
        Path(tmp_path, "s", os.fsdecode(b"e\xffe.zip")).write_bytes(b"junk")
        hand_in(tmp_path / "s", "ann", "pass")

        gradebook.write(graded(tmp_path / "s", tmp_path), tmp_path / "out")

        names = [row["name"] for row in (gradebook.load(tmp_path / "out") or {})["rows"]]
        assert names == ["ann", "e�e"]


class BonusJudge(Judge):
    """A judge that passes the day's tasks, and the bonus as the text of main.py says."""

    def __call__(self, request: RunRequest, cancelled: Event | None = None) -> Results:
        verdict = Verdict((request.tree / "app" / "main.py").read_text())
        required, all_tasks = (results_with(request, each) for each in (Verdict.PASS, verdict))
        tasks = zip(required.tasks, all_tasks.tasks, strict=True)
        return replace(required, tasks=tuple(b if b.is_bonus else r for r, b in tasks))


class TestBonus:
    DAY = replace(DAY, tasks=(*DAY.tasks, replace(DAY.tasks[0], id="B1", key="bonus", points=3)))

    def graded(self, folder: Path, verdict: Verdict) -> Gradebook:
        """The gradebook of one row whose bonus task has that verdict."""
        hand_in(folder / "s", "ann", verdict)
        cohort = plan([self.DAY], find_submissions([folder / "s"]), CONTEXT)
        course = Course(COURSE.root, (self.DAY,))
        grading_run = replace(grading(folder, BonusJudge()), course=course)
        grading_run.grade(cohort, 1, no_progress)
        return gradebook.build_gradebook([self.DAY], cohort, grading_run.journal, contained=True)

    @pytest.mark.parametrize(("verdict", "bonus"), [(Verdict.PASS, 3), (Verdict.FAIL, 0)])
    def test_its_points_are_no_part_of_the_sum(
        self, tmp_path: Path, verdict: Verdict, bonus: int
    ) -> None:
        (row,) = sheet(self.graded(tmp_path, verdict))

        assert (row["points"], row["max"]) == (str(POINTS), str(POINTS))
        assert (row["bonus"], row["B1"]) == (str(bonus), str(bonus))

    def test_the_sum_is_known_when_only_the_bonus_is_not(self, tmp_path: Path) -> None:
        (row,) = sheet(self.graded(tmp_path, Verdict.INFRA_ERROR))

        assert (row["points"], row["bonus"]) == (str(POINTS), "")
        assert "B1" in row["look"]

    def test_a_sheet_without_bonus_tasks_has_no_column_for_them(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "ann", "pass")

        assert "bonus" not in sheet(graded(tmp_path / "s", tmp_path))[0]

    def test_a_bonus_that_is_lost_is_a_loss(self, tmp_path: Path) -> None:
        before = self.graded(tmp_path, Verdict.PASS)

        (change,) = changes(before, self.graded(tmp_path, Verdict.FAIL))
        assert change.loses
        assert change.tasks == ("B1",)


class TestChanges:
    def test_nothing_changes_when_nothing_did(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "ann", "pass")
        before = graded(tmp_path / "s", tmp_path)

        assert changes(before, graded(tmp_path / "s", tmp_path)) == ()

    def test_other_files_are_the_reason(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "ann", "pass")
        before = graded(tmp_path / "s", tmp_path)
        hand_in(tmp_path / "s", "ann", "broken")

        (change,) = changes(before, graded(tmp_path / "s", tmp_path))

        assert change.loses
        assert change.sentence == (
            f"ann: {POINTS} points → 0 points (1.1, 1.2, 1.3, 1.4): the files are others"
        )

    def test_a_changed_checker_is_the_reason(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "ann", "stricter")
        before = graded(tmp_path / "s", tmp_path, Judge({"stricter": Verdict.PASS}))

        after = graded(tmp_path / "s", tmp_path, context=replace(CONTEXT, checker="other"))

        assert changes(before, after)[0].reasons == ("the checker has changed",)

    def test_who_is_new_and_who_is_gone_is_said(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "ann", "pass")
        before = graded(tmp_path / "s", tmp_path)
        (tmp_path / "s" / "ann").rename(tmp_path / "s" / "bob")

        differences = changes(before, graded(tmp_path / "s", tmp_path))

        assert [change.kind for change in differences] == ["gone", "new"]


class TestLoad:
    def test_no_gradebook_is_none(self, tmp_path: Path) -> None:
        assert gradebook.load(tmp_path) is None

    @pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": "other"}', "\x00"])
    def test_something_else_is_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / gradebook.JSON).write_text(text)

        with pytest.raises(CourseError, match=r"gradebook\.json is no gradebook of this checker"):
            gradebook.load(tmp_path)


class TestPart:
    """`regrade --only`: some rows are new, the others stay."""

    def test_the_other_rows_stay(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "ann", "pass")
        hand_in(tmp_path / "s", "bob", "pass")
        before = graded(tmp_path / "s", tmp_path)
        hand_in(tmp_path / "part", "bob", "worse")

        book, row_changes = replace_rows(before, graded(tmp_path / "part", tmp_path))

        assert {row["name"]: row["points"] for row in book["rows"]} == {"ann": POINTS, "bob": 0}
        assert [change.name for change in row_changes] == ["bob"]

    def test_the_same_rows_give_the_same_bytes(self, tmp_path: Path) -> None:
        for name in ("ann", "bob"):
            hand_in(tmp_path / "s", name, "pass")
        hand_in(tmp_path / "part", "bob", "pass")
        before = graded(tmp_path / "s", tmp_path)

        book, row_changes = replace_rows(before, graded(tmp_path / "part", tmp_path))

        assert (book, row_changes) == (before, ())

    def test_other_columns_are_refused(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "ann", "pass")
        book = graded(tmp_path / "s", tmp_path)

        with pytest.raises(CourseError, match="regrade without --only and --skip"):
            replace_rows({**book, "contained": False}, book)
