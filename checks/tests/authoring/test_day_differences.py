"""The comparison of two days: files that begin or end, `learner` paths, lines of brackets."""

from pathlib import Path

import pytest

from checks.authoring.carry import carry
from checks.authoring.difference_record import FOLDER, record_all, unrecorded
from checks.tests.support.recorded_days import root, sentences
from checks.tests.support.workbook import (
    ONE,
    THREE,
    TWO,
    change,
    commit,
    day_toml,
    text,
)

__all__ = ["root"]  # a fixture

NEW = "app/new.py"


@pytest.fixture
def begun(root: Path) -> Path:
    """The days with a file that begins in day 2, recorded and committed."""
    for folder in (TWO, THREE):
        change(root, "new\n", f"{folder}/{NEW}")
    record_all(root)
    commit(root)
    return root


def learner(number: int, *patterns: str) -> str:
    """A manifest whose learner owns those paths, one a line."""
    listed = "".join(f'    "{pattern}",\n' for pattern in patterns)
    return day_toml(number).replace('["app/**"]', f"[\n{listed}]")


class TestFilesThatBegin:
    def test_a_new_file_is_reported_until_it_is_recorded(self, root: Path) -> None:
        for folder in (TWO, THREE):
            change(root, "new\n", f"{folder}/{NEW}")

        (sentence,) = sentences(root)
        record_all(root)

        assert sentence.startswith(f"{TWO}/{NEW} exists and {ONE}/{NEW} does not, and no record")
        assert sentences(root) == []
        assert f"begins: {NEW}" in text(root, f"{FOLDER}/day1-day2.txt").splitlines()

    def test_a_file_that_one_day_deletes_and_later_days_keep_is_reported(self, begun: Path) -> None:
        change(begun, None, f"{TWO}/{NEW}")

        (sentence,) = sentences(begun)

        assert sentence.startswith(f"{THREE}/{NEW} exists and {TWO}/{NEW} does not")
        assert "`checks carry day2`, or" in sentence

    def test_the_carry_of_a_deletion_is_clean(self, begun: Path) -> None:
        change(begun, None, f"{TWO}/{NEW}")

        carry(begun, "day2")

        assert sentences(begun) == []
        assert "begins: " not in text(begun, f"{FOLDER}/day1-day2.txt")

    def test_a_recorded_beginning_ends_with_its_day(self, begun: Path) -> None:
        change(begun, None, f"{THREE}/{NEW}")

        (sentence,) = sentences(begun)

        assert sentence.startswith(f"{TWO}/{NEW} exists and {THREE}/{NEW} does not")

    def test_a_carry_records_the_new_file_of_its_day(self, root: Path) -> None:
        change(root, "new\n", f"{TWO}/{NEW}")

        report = carry(root, "day2")

        assert sentences(root) == []
        assert f"recorded: {TWO}/{NEW} begins in day2" in list(report.lines())

    def test_a_file_that_git_ignores_is_no_difference(self, root: Path) -> None:
        change(root, "*.log\n", ".gitignore")
        change(root, "noise\n", f"{TWO}/app/app.log")

        assert sentences(root) == []


class TestLearnerPaths:
    def test_an_added_path_is_reported_until_it_is_recorded(self, root: Path) -> None:
        for number, folder in ((2, TWO), (3, THREE)):
            change(root, learner(number, "app/**", "tests/**"), f"{folder}/day.toml")

        (sentence,) = sentences(root)
        new = record_all(root)

        places = f"{ONE}/day.toml and {TWO}/day.toml"
        assert sentence.startswith(f"{places} differ in `learner`: +tests/**, and no record")
        assert (len(new), sentences(root)) == (1, [])

    def test_a_removed_path_is_reported_too(self, root: Path) -> None:
        change(root, learner(3, "tests/**"), f"{THREE}/day.toml")

        assert [each.difference.key for each in unrecorded(root)] == [
            "learner -app/**",
            "learner +tests/**",
        ]

    def test_the_form_of_the_list_and_the_tasks_belong_to_their_day(self, root: Path) -> None:
        change(root, learner(2, "app/**") + "\n# a comment\n", f"{TWO}/day.toml")

        assert sentences(root) == []


class TestLinesWithoutLetters:
    @pytest.mark.parametrize(
        "changed", ["x = f(\n    1\n),\n", "x = f(\n    1\n", "x = f(\n    1\n)\n)\n"]
    )
    def test_a_bracket_of_one_day_alone_is_reported(self, root: Path, changed: str) -> None:
        for folder in (ONE, TWO, THREE):
            change(root, "x = f(\n    1\n)\n", f"{folder}/{NEW}")
        change(root, changed, f"{THREE}/{NEW}")

        assert len(sentences(root)) == 1

    def test_blank_lines_are_set_aside(self, root: Path) -> None:
        for folder in (ONE, TWO, THREE):
            change(root, "a\n)\n", f"{folder}/{NEW}")
        change(root, "a\n\n  \n)\n\n", f"{THREE}/{NEW}")

        assert sentences(root) == []
