"""Whatever a learner has written: reset and undo lose nothing, also when they are killed."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.course.course import Course, load_course
from checks.course.generated import generate
from checks.tests.support.killed_changes import (
    assert_killed_change_is_undone,
    assert_killed_undo_is_finished,
)
from checks.tests.support.learner_trees import Edit, copy, edits, kept
from checks.tests.support.two_days import MINE, pass_task, two_days
from checks.workspace import reset, starters

TASKS = ("1.1", "1.2")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small days as a clone has them, with a verdict that a reset takes away."""
    root = two_days(tmp_path_factory.mktemp("two") / "days")
    pass_task(root, "one")
    return root


@pytest.fixture(autouse=True)
def without_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the loss of power needs it, and a disk takes its time for it."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(autouse=True)
def made_once(pristine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The starters of solutions/, which no test here changes, are made once."""
    files = generate(pristine)
    monkeypatch.setattr(starters, "generate", lambda _: files)


@pytest.fixture
def edited(pristine: Path) -> Course:
    """A learner who has written in both regions, beside them, and in a file of their own."""
    root = copy(pristine, pristine.parent / "edited")
    for kind in ("solve", "append"):
        Edit(MINE, kind, b"mine").apply(root)
    return load_course(root)


@settings(max_examples=250, deadline=None)
@given(edits=edits, tasks=st.lists(st.sampled_from(TASKS), min_size=1, max_size=3))
def test_undoing_every_reset_gives_the_same_tree(
    pristine: Path, edits: list[Edit], tasks: list[str]
) -> None:
    root = copy(pristine, pristine.parent / "tree")
    course = load_course(root)
    for edit in edits:
        edit.apply(root)
    before = kept(root)

    taken = [reset.reset_task(course, course.task(task)) for task in tasks]
    after = kept(root)
    for _ in filter(None, taken):
        reset.undo_change(course)

    assert (after != before) == any(taken)
    assert kept(root) == before


def test_a_reset_that_is_killed_at_any_write_is_undone_exactly(edited: Course) -> None:
    assert_killed_change_is_undone(edited, lambda: reset.reset_task(edited, edited.task("1.2")))


def test_an_undo_that_is_killed_at_any_write_is_finished_by_the_next_one(edited: Course) -> None:
    assert_killed_undo_is_finished(
        edited, lambda: reset.reset_task(edited, edited.task("1.2")), MINE
    )
