"""The debrief of a task: its question and its accepted designs, sealed in a learners' copy."""

from dataclasses import replace
from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.diagnosis.debrief import SEALED_DEBRIEFS, debrief_of, sealed_debriefs
from checks.tests.support.repository import ROOT

COURSE = load_course(ROOT, tree="solutions")


@pytest.mark.parametrize("task", COURSE.tasks, ids=lambda task: task.id)
def test_every_task_has_a_question_and_another_design(task: object) -> None:
    found = debrief_of(COURSE, COURSE.task(getattr(task, "id", "")))

    assert found.question is not None
    assert found.designs


def test_what_was_sealed_is_the_same_without_the_patches(tmp_path: Path) -> None:
    task, other = COURSE.task("1.2"), COURSE.task("1.3")
    whole = debrief_of(COURSE, task)
    (tmp_path / SEALED_DEBRIEFS).write_bytes(sealed_debriefs(COURSE, [task, other]))

    sealed = debrief_of(COURSE, task, tmp_path)

    assert all(each.patch for each in whole.designs)
    assert sealed == replace(whole, designs=tuple(replace(d, patch="") for d in whole.designs))


def test_no_place_says_which_option_is_right() -> None:
    questions = [debrief_of(COURSE, task).question for task in COURSE.tasks]
    places = {
        [option.is_right for option in question.shown].index(True)
        for question in questions
        if question is not None
    }

    assert places >= {0, 1, 2}
