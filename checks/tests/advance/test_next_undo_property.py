"""Whatever a learner has written: next and undo lose nothing, also when they are killed."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.advance.advance import Choices, plan_carry, write_plan
from checks.course.course import Course, load_course
from checks.tests.support.killed_changes import (
    assert_killed_change_is_undone,
    assert_killed_undo_is_finished,
)
from checks.tests.support.learner_trees import DAY_ONE, Edit, copy, edits, kept
from checks.tests.support.two_days import MINE, NEXT, pass_task, two_days
from checks.workspace import reset


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small days as a clone has them; both tasks of the first one pass."""
    root = two_days(tmp_path_factory.mktemp("two") / "days")
    for key in ("one", "two"):
        pass_task(root, key)
    return root


@pytest.fixture(autouse=True)
def without_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the loss of power needs it, and a disk takes its time for it."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def edited(pristine: Path) -> Course:
    """A learner who has written in day 1 and has a file of their own there."""
    root = copy(pristine, pristine.parent / "edited")
    for edit in (Edit(MINE, "append", b"mine"), Edit(f"{DAY_ONE}/app/own/mine.py", "bytes", b"1")):
        edit.apply(root)
    return load_course(root)


def carry(course: Course, *, conflicts: bool = False) -> bool:
    """Carry day 1 into day 2; whether there was anything to write."""
    chosen = frozenset({"app/main.py"}) if conflicts else frozenset[str]()
    days = course.day("1"), course.day("2")
    plan = plan_carry(course, *days, Choices(conflicts=chosen))
    if plan.changes:
        write_plan(course, plan)
    return bool(plan.changes)


@settings(max_examples=250, deadline=None)
@given(edits=edits, again=edits, conflicts=st.booleans())
def test_undoing_every_carry_gives_the_same_tree(
    pristine: Path, edits: list[Edit], again: list[Edit], conflicts: bool
) -> None:
    root = copy(pristine, pristine.parent / "tree")
    course = load_course(root)
    for edit in edits:
        edit.apply(root)
    first = kept(root)
    written = carry(course, conflicts=conflicts and (root / MINE).is_file())
    day_one = {path: file for path, file in first.items() if path.startswith(DAY_ONE)}
    assert day_one.items() <= kept(root).items()
    second = kept(root)

    if written:
        reset.undo_change(course)
        assert kept(root) == first
    for edit in again:
        edit.apply(root)
    third = kept(root)
    if carry(course):
        reset.undo_change(course)

    assert kept(root) == third
    assert second.keys() >= day_one.keys()


def test_a_carry_that_is_killed_at_any_write_is_undone_exactly(edited: Course) -> None:
    assert_killed_change_is_undone(edited, lambda: carry(edited))


def test_its_undo_that_is_killed_at_any_write_is_finished_by_the_next_one(edited: Course) -> None:
    assert_killed_undo_is_finished(edited, lambda: carry(edited), NEXT)
