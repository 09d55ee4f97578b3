"""The rows that the exporters read: a gradebook joined with the cells of its journal."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from checks.export.graded import graded_rows
from checks.grade.journal import Cell, Journal
from checks.grade.key import KeyParts
from checks.grade.texts import clean
from checks.results.model import Verdict

PARTS = KeyParts("learner", "tests", "checker", "lock", "policy")
TEST = {"task": "1.2", "name": "test_x", "verdict": "fail", "seconds": 0.5, "cause": None}
DAY = {"tasks": [{"id": "1.2", "title": "Statistics", "tests": [TEST]}]}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal with one cell."""
    journal = Journal(tmp_path)
    journal.write(Cell(PARTS.key, DAY))
    return journal


def book(*names: str, parts: KeyParts = PARTS) -> dict[str, Any]:
    """A gradebook of one task, a row for each name."""
    cells = {"day1-architecture": asdict(parts)}
    grades = {"1.2": {"points": 0}}
    row = {"points": 0, "max": 2, "look": ["\x00 see\ud800"], "tasks": grades, "cells": cells}
    tasks = [{"id": "1.2", "key": "statistics", "day": "day1-architecture", "max": 2}]
    return {"tasks": tasks, "rows": [{"name": name, **row} for name in names]}


def test_a_row_has_the_tests_of_its_cells(journal: Journal) -> None:
    (row,) = graded_rows(book("Ann"), journal)

    (task,) = row.tasks
    assert (task.id, task.title, task.max_points) == ("1.2", "Statistics", 2)
    assert [(test.name, test.verdict) for test in task.tests] == [("test_x", Verdict.FAIL)]


def test_a_task_whose_cell_is_missing_is_there_without_tests(journal: Journal) -> None:
    (row,) = graded_rows(book("Ann", parts=replace(PARTS, learner="other")), journal)

    assert [(task.id, task.title, task.tests) for task in row.tasks] == [("1.2", "statistics", ())]


def test_each_row_has_a_file_name_of_its_own_whatever_the_name(journal: Journal) -> None:
    rows = list(graded_rows(book("../Ann", "Ann", "Ann", "Аня", "///", "x" * 99), journal))

    slugs = [row.slug for row in rows]
    assert slugs == ["001-Ann", "002-Ann", "003-Ann", "004-Аня", "005-row", f"006-{'x' * 60}"]


def test_what_a_document_may_not_hold_is_replaced(journal: Journal) -> None:
    (row,) = graded_rows(book("A\x1b[31mnn"), journal)

    assert row.name == "A�[31mnn"
    assert row.review_reasons == ("� see�",)
    assert clean("tab\tand\nline stay") == "tab\tand\nline stay"


def test_a_gradebook_of_before_the_bonus_is_read(journal: Journal) -> None:
    (row,) = graded_rows(book("Ann"), journal)

    assert (row.bonus, row.bonus_tasks, row.score) == (0, (), "0/2")


def test_a_task_whose_points_are_not_known_is_told_apart(journal: Journal) -> None:
    graded = book("Ann")
    graded["rows"][0]["tasks"]["1.2"]["points"] = None

    (row,) = graded_rows(graded, journal)

    assert row.unjudged == {"1.2"}
