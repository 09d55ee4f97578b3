"""A task's starter put back into a shared file: its own regions, and no byte beside them."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.course.course import find_root
from checks.course.regions import may_hold_regions, parse, starter
from checks.workspace.restore_region import restore_regions

SOLUTIONS = find_root(Path(__file__)) / "solutions"
STARTER = "a\n# region task 1.1\none()\n# endregion\nb\n# region task 1.2\n# endregion\nc\n"


def shared_starters() -> list[tuple[str, str]]:
    """Every starter that holds regions of two tasks: its path and its text."""
    starters = []
    for path in sorted(SOLUTIONS.glob("*/app/**/*")):
        name = path.relative_to(SOLUTIONS).as_posix()
        if path.is_file() and may_hold_regions(name):
            text = starter(path.read_text(encoding="utf-8"), name) or ""
            if len(set(re.findall(r"# region task (\S+)", text))) > 1:
                starters.append((name, text))
    return starters


SHARED = shared_starters()
LINES = st.sampled_from(
    ["x = 1\n", "    return y\n", "\n", "# a note\n", "é\r\n", "\x0c\n", "#| z\n"]
)
WRITTEN_LINES = st.lists(LINES, max_size=4).map("".join)


@st.composite
def edited_starters(draw: st.DrawFn) -> tuple[str, str, str]:
    """A starter, the same with anything written in and around its regions, and one task."""
    _, text = draw(st.sampled_from(SHARED))
    parts = parse(text, "x")
    learner = draw(WRITTEN_LINES)
    for part in parts:
        lines = [line.text for line in part.lines]
        inner = draw(st.one_of(st.just("".join(lines[1:-1])), WRITTEN_LINES))
        learner += "".join(lines) if part.task is None else lines[0] + inner + lines[-1]
        learner += draw(WRITTEN_LINES)
    task = draw(st.sampled_from(sorted({part.task for part in parts if part.task})))
    return text, learner, task


def without(text: str, task: str) -> list[str]:
    """Everything but what stands in a task's regions; its markers are in."""
    return [
        line.text
        for part in parse(text.replace("#| z", "# z"), "x")
        for line in (part.lines if part.task != task else (part.lines[0], part.lines[-1]))
    ]


def within(text: str, task: str) -> list[list[str]]:
    parts = parse(text.replace("#| z", "# z"), "x")
    return [[line.text for line in part.lines[1:-1]] for part in parts if part.task == task]


def test_files_are_shared_at_all() -> None:
    assert len(SHARED) > 5


@given(edited_starters())
@settings(max_examples=60, deadline=None)
def test_one_task_s_regions_change_and_no_other_byte(case: tuple[str, str, str]) -> None:
    text, learner, task = case

    restored = restore_regions(learner, text, task)

    assert restored is not None
    assert without(restored, task) == without(learner, task)
    assert within(restored, task) == within(text, task)
    assert restore_regions(restored, text, task) == restored


@pytest.mark.parametrize(
    "learner",
    [
        STARTER.replace("# region task 1.1\n", ""),
        STARTER.replace("one()\n# endregion\n", "mine()\n"),
        STARTER.replace("# region task 1.1", "#region task 1.1"),
        STARTER.replace("# endregion\nb", "#endregion\nb"),
        STARTER.replace("one()\n", "# region helpers\nmine()\n# endregion\n"),
        STARTER + "# region task 1.1\n# endregion\n",
        STARTER.replace("# region task 1.1\none()\n# endregion\n", "") + "# region task 1.1\nx\n",
        "",
    ],
    ids=["no start", "no end", "bent start", "bent end", "a fold in it", "two", "open", "empty"],
)
def test_where_its_markers_are_not_the_starter_s_it_cannot_be_told(learner: str) -> None:
    assert restore_regions(learner, STARTER, "1.1") is None


def test_the_other_task_s_markers_may_be_damaged() -> None:
    learner = STARTER.replace("one()", "mine()").replace("# endregion\nc", "two()\nc")

    assert restore_regions(learner, STARTER, "1.1") == learner.replace("mine()", "one()")


def test_a_task_without_markers_in_the_starter_cannot_be_told() -> None:
    assert restore_regions(STARTER, STARTER, "1.3") is None


def test_lines_end_as_the_learner_s_marker_does() -> None:
    learner = STARTER.replace("one()\n", "").replace("\n", "\r\n")

    assert restore_regions(learner, STARTER, "1.1") == STARTER.replace("\n", "\r\n")
