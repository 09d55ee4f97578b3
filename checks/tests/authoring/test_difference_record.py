"""The repeats of two days agree, or a record says that they differ."""

from pathlib import Path

import pytest

from checks.authoring.carry import carry
from checks.authoring.difference_record import FOLDER, record_all, unrecorded
from checks.errors import CourseError
from checks.tests.support.recorded_days import PROGRAM, root, sentences
from checks.tests.support.workbook import (
    LATER,
    MARKED,
    ONE,
    THREE,
    TWO,
    change,
    commit,
    text,
)

__all__ = ["root"]  # a fixture


class TestCheck:
    def test_recorded_differences_and_markers_are_set_aside(self, root: Path) -> None:
        assert sentences(root) == []

    def test_a_fix_of_one_day_is_reported_with_files_lines_and_command(self, root: Path) -> None:
        change(root, f"own\n{LATER}".replace("e\n", "E\n"), f"{TWO}/{PROGRAM}")

        earlier, later = sentences(root)

        assert earlier.startswith(f"{ONE}/{PROGRAM}:8 and {TWO}/{PROGRAM}:6 differ")
        assert later.startswith(f"{TWO}/{PROGRAM}:6 and {THREE}/{PROGRAM}:6 differ")
        assert "`checks carry day2`, or `checks carry --record` if it is on purpose" in later

    def test_a_fix_that_stops_a_day_too_early_is_reported(self, root: Path) -> None:
        change(root, MARKED.replace("b\n", "B\n"))
        change(root, f"own\n{LATER}".replace("b\n", "B\n"), f"{TWO}/{PROGRAM}")

        (sentence,) = sentences(root)

        assert sentence.startswith(f"{TWO}/{PROGRAM}:3 and {THREE}/{PROGRAM}:3 differ")

    @pytest.mark.parametrize("fixed", ["b\n\ninserted\n", ""], ids=["inserted", "deleted"])
    def test_a_line_that_one_day_alone_gets_or_loses_is_reported(
        self, root: Path, fixed: str
    ) -> None:
        change(root, MARKED.replace("b\n", fixed))

        assert len(sentences(root)) == 1

    def test_a_fix_inside_an_answer_is_reported(self, root: Path) -> None:
        change(root, MARKED.replace("\nc\n", "\nC\n"))

        assert sentences(root)

    def test_a_starter_line_is_its_day_s_own(self, root: Path) -> None:
        change(root, MARKED.replace("#| starter", "#| another starter"))

        assert sentences(root) == []

    def test_a_file_that_a_day_alone_has_is_reported_until_it_is_recorded(self, root: Path) -> None:
        change(root, "new\n", f"{ONE}/app/new.py")

        assert len(sentences(root)) == 1
        record_all(root)
        change(root, "more\n", f"{ONE}/app/new.py")
        assert sentences(root) == []

    @pytest.mark.parametrize("path", ["exercises/test_x.py", "README.ru.md", "day.toml.md"])
    def test_only_what_is_carried_is_compared(self, root: Path, path: str) -> None:
        change(root, "new\n", f"{ONE}/{path}")

        assert bool(sentences(root)) == (path == "day.toml.md")

    def test_bytes_and_an_executable_bit_are_compared(self, root: Path) -> None:
        for folder, data in ((ONE, b"\0\xff1"), (TWO, b"\0\xff2"), (THREE, b"\0\xff2")):
            change(root, data, f"{folder}/logo.png")
        (root / f"{TWO}/logo.png").chmod(0o755)

        assert len(sentences(root)) == 3
        record_all(root)
        assert sentences(root) == []


class TestCarry:
    def test_a_carried_fix_is_clean(self, root: Path) -> None:
        change(root, MARKED.replace("e\n", "E\n"))
        assert sentences(root)

        carry(root, "day1")

        assert sentences(root) == []

    def test_what_begins_in_a_day_is_recorded_by_its_carry(self, root: Path) -> None:
        change(root, f"own\nanswer\n{LATER}", f"{TWO}/{PROGRAM}")

        report = carry(root, "day2")

        assert sentences(root) == []
        assert (report.undecided, report.exit_code) == ((), 0)
        recorded = f"recorded: {TWO}/{PROGRAM}:1-2 differs from {ONE}/{PROGRAM}:1 on purpose"
        assert recorded in list(report.lines())

    def test_a_fix_that_begins_too_late_is_left_to_a_person(self, root: Path) -> None:
        change(root, f"own\n{LATER}".replace("e\n", "E\n"), f"{TWO}/{PROGRAM}")

        report = carry(root, "day2")

        assert "mend day1 and carry from there" in "".join(report.lines())
        assert report.exit_code == 1
        assert len(sentences(root)) == 1
        record_all(root)
        assert sentences(root) == []

    def test_a_carry_records_nothing_about_another_file(self, root: Path) -> None:
        for folder in (ONE, TWO, THREE):
            change(root, "same\n", f"{folder}/app/other.py")
        commit(root)
        change(root, "same\nmore\n", f"{TWO}/app/other.py")
        commit(root)
        change(root, f"own\nanswer\n{LATER}", f"{TWO}/{PROGRAM}")

        carry(root, "day2")

        assert {each.difference.path for each in unrecorded(root)} == {"app/other.py"}


class TestRecord:
    def test_a_hunk_is_a_line_that_a_person_can_review(self, root: Path) -> None:
        assert text(root, f"{FOLDER}/day1-day2.txt").splitlines()[-1].endswith("  own")

    def test_a_difference_that_is_gone_is_removed(self, root: Path) -> None:
        change(root, f"own\n{MARKED}")

        record_all(root)

        assert PROGRAM not in text(root, f"{FOLDER}/day1-day2.txt")

    def test_conflict_markers_are_refused_and_written_anew(self, root: Path) -> None:
        change(root, "<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n", f"{FOLDER}/day1-day2.txt")

        with pytest.raises(CourseError, match="conflict markers stand here"):
            unrecorded(root)
        record_all(root)
        assert sentences(root) == []
