"""What the chapters measure is what a run prints today."""

from pathlib import Path

import pytest

from checks.course.course import find_root
from checks.errors import CourseError
from checks.site.measurements import FOLDER, main, measure, sections

ROOT = find_root(Path(__file__))
DAYS = sorted(path.stem.removeprefix("day") for path in (ROOT / FOLDER).glob("day*.py"))


@pytest.mark.parametrize("day", DAYS)
def test_the_numbers_of_a_chapter_are_those_of_a_run(day: str) -> None:
    assert main([day]) == 0, "run `python -m checks.site.measurements --write`"


@pytest.mark.parametrize("arguments", [["9"], [DAYS[0], "day1"], ["--wirte"]])
def test_a_day_that_is_not_there_is_one_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"docs/measurements measures nothing for {arguments[-1]}: name")
    assert captured.err.count("\n") == 1


def test_a_section_has_its_name_and_its_code() -> None:
    text = "import os\n\n# %% first\nprint(1)\n\n# %% second\nprint(2)\n"

    assert sections(text) == {"first": "print(1)", "second": "print(2)"}


def test_the_output_is_cut_at_the_same_names(tmp_path: Path) -> None:
    printed = measure("x = 1\n# %% first\nprint(x)\n# %% second\nprint(x + 1)\n", tmp_path)

    assert sections(printed) == {"first": "1", "second": "2"}


def test_a_program_that_fails_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="it failed: AssertionError: no rows"):
        measure("assert False, 'no rows'\n", tmp_path)
