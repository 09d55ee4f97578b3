"""Merging into a later day: its markers stay, conflicts are told and written as git does."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.advance.merge import Sides, merge
from checks.authoring.carry import carry
from checks.course import regions
from checks.errors import CourseError
from checks.files import git_file
from checks.tests.support.workbook import (
    BASE,
    MARKED,
    ONE,
    THREE,
    TWO,
    change,
    commit,
    everything,
    text,
    three_days,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return three_days(tmp_path)


class TestMarkers:
    def test_the_day_s_own_markers_are_not_carried(self, root: Path) -> None:
        change(root, MARKED.replace("#| starter\n", "#| another\n").replace("c\n", "C\n"))

        carry(root, "1")

        assert text(root, f"{THREE}/app/main.py") == BASE.replace("c\n", "C\n")

    def test_a_change_of_markers_alone_is_no_change(self, root: Path) -> None:
        change(root, None, f"{TWO}/app/main.py")
        change(root, BASE)

        assert list(carry(root, "1").lines()) == ["no later day needs the change"]

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("e\n", "E\n# region task 2.1\nf\n# endregion\n"),
            ("f\n", "e\n# region task 2.1\nF\n# endregion\n"),
        ],
    )
    def test_a_change_beside_a_later_marker_is_no_conflict(
        self, root: Path, line: str, expected: str
    ) -> None:
        change(root, MARKED.replace(line, line.upper()))

        report = carry(root, "1")

        assert not report.conflicts
        assert expected in text(root, f"{TWO}/app/main.py")

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("e\n", "e\nnew\n", "e\nnew\n# region task 2.1\nf\n# endregion\ng\n"),
            ("f\n", "f\nnew\n", "e\n# region task 2.1\nf\n# endregion\nnew\ng\n"),
        ],
    )
    def test_lines_added_at_a_later_marker_stay_outside_its_answer(
        self, root: Path, old: str, new: str, expected: str
    ) -> None:
        change(root, MARKED.replace(old, new))

        carry(root, "1")

        assert expected in text(root, f"{TWO}/app/main.py")

    def test_an_answer_that_the_change_deletes_leaves_an_empty_region(self, root: Path) -> None:
        change(root, MARKED.replace("f\n", ""))

        carry(root, "1")

        assert "e\n# region task 2.1\n# endregion\ng\n" in text(root, f"{TWO}/app/main.py")

    def test_a_block_rewritten_across_a_later_marker_is_for_a_person(self, root: Path) -> None:
        change(root, MARKED.replace("e\nf\n", "x\ny\nz\n"))

        report = carry(root, "1")

        assert [each.path for each in report.conflicts] == [f"{TWO}/app/main.py"]

    def test_a_file_that_is_one_region_arrives_without_markers(self, root: Path) -> None:
        change(root, "# region task 1.1\nnew\n# endregion\n", f"{ONE}/app/new.py")

        carry(root, "1")

        assert text(root, f"{TWO}/app/new.py") == "new\n"

    def test_markers_in_files_without_regions_are_only_text(self, root: Path) -> None:
        change(root, "#| a\n# endregion\n", f"{ONE}/app/notes.md")

        carry(root, "1")

        assert text(root, f"{TWO}/app/notes.md") == "#| a\n# endregion\n"

    def test_broken_markers_stop_it_before_anything_is_written(self, root: Path) -> None:
        change(root, MARKED.replace("# endregion\n", ""))
        before = everything(root)

        with pytest.raises(CourseError, match="is not closed"):
            carry(root, "1")

        assert everything(root) == before


class TestConflicts:
    @pytest.fixture
    def conflict(self, root: Path) -> Path:
        change(root, BASE.replace("a\n", "two\n"), f"{TWO}/app/main.py")
        commit(root)
        change(root, MARKED.replace("a\n", "one\n"))
        return root

    def test_nothing_is_written_not_even_what_is_clean(self, conflict: Path) -> None:
        before = everything(conflict)

        report = carry(conflict, "1")

        assert everything(conflict) == before
        assert (report.exit_code, report.written) == (1, False)
        assert f"CONFLICT: {TWO}/app/main.py: 1 conflict" in list(report.lines())

    def test_they_are_written_as_git_does_when_asked(self, conflict: Path) -> None:
        report = carry(conflict, "1", write_conflicts=True)

        assert text(conflict, f"{TWO}/app/main.py").startswith(
            f"<<<<<<< {TWO}/app/main.py\ntwo\n=======\none\n>>>>>>> day1-architecture\nb\n"
        )
        assert text(conflict, f"{THREE}/app/main.py").startswith("one\n")
        assert report.exit_code == 1

    def test_a_dry_run_wins_over_writing(self, conflict: Path) -> None:
        before = everything(conflict)

        carry(conflict, "1", dry_run=True, write_conflicts=True)

        assert everything(conflict) == before


@dataclass(frozen=True)
class Case:
    """A program of distinct lines, its changed form, and it again with a later day's markers."""

    base: str
    ours: str
    theirs: str


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Changes touch single lines that are not neighbours, so that no marker is in their midst."""
    count = draw(st.integers(2, 12))
    lines = [f"line {number}\n" for number in range(count)]
    touched = draw(st.sets(st.integers(0, count - 1).map(lambda n: n // 2 * 2), max_size=4))
    ours = [
        draw(st.sampled_from([line.upper(), line + f"added {n}\n", ""])) if n in touched else line
        for n, line in enumerate(lines)
        if n < count
    ]
    edges = sorted(draw(st.sets(st.integers(0, count), max_size=4)))
    marks = dict.fromkeys(edges[: len(edges) // 2 * 2 : 2], "# region task 2.1\n#| s\n")
    marks |= dict.fromkeys(edges[1::2], "# endregion\n")
    theirs = "".join(marks.get(n, "") + line for n, line in enumerate([*lines, ""]))
    return Case("".join(lines), "".join(ours), theirs)


@settings(max_examples=50, deadline=None)
@given(cases())
def test_into_a_day_that_differs_by_markers_the_change_arrives_whole(case: Case) -> None:
    base, ours, theirs = (git_file(each.encode()) for each in (case.base, case.ours, case.theirs))

    merged = merge(Sides("app/main.py", base, theirs, ours), "one", "two")

    assert merged.clean
    assert merged.file
    result = merged.file.data.decode()
    assert regions.solution(result) == case.ours
    assert result.count("# region task 2.1\n#| s\n") == case.theirs.count("# region")
