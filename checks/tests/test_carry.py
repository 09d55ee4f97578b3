"""`checks carry`: a change of one day reaches every later day, and markers stay where they are."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import regions
from checks.carry import Report, carry
from checks.errors import CourseError
from checks.files import plain
from checks.merge import Sides, merge
from checks.tests.workbook import commit, git, solution

ONE = "solutions/day1-architecture"
TWO = "solutions/day2-database"
THREE = "solutions/day3-security"
BASE = "a\nb\nc\nd\ne\nf\ng\n"
MARKED = BASE.replace("c\n", "# region task 1.1\n#| starter\nc\n# endregion\n")
LATER = BASE.replace("f\n", "# region task 2.1\nf\n# endregion\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    solution(tmp_path, 1, {"app/main.py": MARKED})
    solution(tmp_path, 2, {"app/main.py": LATER})
    solution(tmp_path, 3, {"app/main.py": BASE})
    commit(tmp_path)
    return tmp_path


def change(root: Path, text: str | bytes | None, path: str = f"{ONE}/app/main.py") -> None:
    target = root / path
    if text is None:
        target.unlink()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode() if isinstance(text, str) else text)


def text(root: Path, path: str) -> str:
    return (root / path).read_bytes().decode()


def everything(root: Path) -> dict[str, bytes]:
    files = [path for path in (root / "solutions").rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


class TestCarrying:
    def test_a_change_reaches_every_later_day(self, root: Path) -> None:
        change(root, MARKED.replace("a\n", "A\n"))

        report = carry(root, "day1")

        assert text(root, f"{TWO}/app/main.py") == LATER.replace("a\n", "A\n")
        assert text(root, f"{THREE}/app/main.py") == BASE.replace("a\n", "A\n")
        assert (report.exit_code, report.written) == (0, True)

    def test_no_change_changes_nothing(self, root: Path) -> None:
        before = everything(root)

        report = carry(root, "1")

        assert everything(root) == before
        assert list(report.lines()) == ["no later day needs the change"]

    def test_it_is_carried_once(self, root: Path) -> None:
        change(root, MARKED.replace("f\n", "F\n"))
        carry(root, "1")
        before = everything(root)

        report = carry(root, "1")

        assert everything(root) == before
        assert report == Report((), (), written=True)

    def test_earlier_days_are_left_alone(self, root: Path) -> None:
        change(root, LATER.replace("a\n", "A\n"), f"{TWO}/app/main.py")

        carry(root, "2")

        assert text(root, f"{ONE}/app/main.py") == MARKED
        assert text(root, f"{THREE}/app/main.py") == BASE.replace("a\n", "A\n")

    def test_the_base_may_be_an_older_commit(self, root: Path) -> None:
        change(root, MARKED.replace("a\n", "A\n"))
        commit(root)

        assert not carry(root, "1").carried
        assert len(carry(root, "1", base="HEAD~1").carried) == 2

    def test_a_dry_run_tells_and_writes_nothing(self, root: Path) -> None:
        change(root, MARKED.replace("a\n", "A\n"))
        before = everything(root)

        report = carry(root, "1", dry_run=True)

        assert everything(root) == before
        assert f"would be merged: {TWO}/app/main.py" in list(report.lines())

    @pytest.mark.parametrize(
        "path", ["exercises/test_x.py", "answers/1.1.toml", "README.ru.md", "README.md"]
    )
    def test_what_belongs_to_its_day_stays(self, root: Path, path: str) -> None:
        change(root, "new\n", f"{ONE}/{path}")

        assert carry(root, "1").carried == ()

    def test_the_manifest_stays(self, root: Path) -> None:
        change(root, text(root, f"{ONE}/day.toml") + "\n# more\n", f"{ONE}/day.toml")

        assert carry(root, "1").carried == ()

    def test_a_day_that_is_not_written_is_skipped(self, root: Path) -> None:
        (root / f"{THREE}/day.toml").unlink()
        change(root, MARKED.replace("a\n", "A\n"))

        assert [each.path for each in carry(root, "1").carried] == [f"{TWO}/app/main.py"]


class TestMarkers:
    def test_the_day_s_own_markers_are_not_carried(self, root: Path) -> None:
        change(root, MARKED.replace("#| starter\n", "#| another\n").replace("c\n", "C\n"))

        carry(root, "1")

        assert text(root, f"{THREE}/app/main.py") == BASE.replace("c\n", "C\n")

    def test_a_change_of_markers_alone_is_no_change(self, root: Path) -> None:
        change(root, BASE)

        assert carry(root, "1").carried == ()

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


class TestFiles:
    def test_a_new_file_is_added_with_its_executable_bit(self, root: Path) -> None:
        change(root, "echo\n", f"{ONE}/run.sh")
        (root / f"{ONE}/run.sh").chmod(0o755)

        carry(root, "1")

        assert (root / f"{THREE}/run.sh").stat().st_mode & 0o777 == 0o755

    def test_a_new_file_that_is_there_already_is_left(self, root: Path) -> None:
        for folder in (ONE, TWO, THREE):
            change(root, "same\n", f"{folder}/new.py")

        assert carry(root, "1").carried == ()

    def test_two_different_new_files_conflict(self, root: Path) -> None:
        change(root, "one\n", f"{ONE}/new.py")
        change(root, "two\n", f"{TWO}/new.py")

        report = carry(root, "1")

        assert [each.path for each in report.conflicts] == [f"{TWO}/new.py"]

    def test_a_deleted_file_is_deleted_where_it_is_the_same(self, root: Path) -> None:
        change(root, None)

        report = carry(root, "1")

        assert not (root / f"{THREE}/app").exists()
        assert not (root / f"{TWO}/app").exists()
        assert not report.conflicts

    def test_a_deleted_file_that_a_later_day_changed_is_kept(self, root: Path) -> None:
        change(root, LATER + "more\n", f"{TWO}/app/main.py")
        change(root, None)

        report = carry(root, "1")

        assert "deleted it and it is different here" in report.conflicts[0].reason
        assert (root / f"{THREE}/app/main.py").exists()

    def test_a_changed_file_that_a_later_day_lacks_is_for_a_person(self, root: Path) -> None:
        change(root, None, f"{TWO}/app/main.py")
        change(root, MARKED.replace("a\n", "A\n"))

        (conflict,) = carry(root, "1").conflicts

        assert conflict.path == f"{TWO}/app/main.py"
        assert "there is no such file" in conflict.reason

    def test_bytes_are_replaced_where_they_are_the_same_and_never_merged(self, root: Path) -> None:
        for folder, data in ((ONE, b"\0one"), (TWO, b"\0one"), (THREE, b"\0three")):
            change(root, data, f"{folder}/logo.png")
        commit(root)
        change(root, b"\0new", f"{ONE}/logo.png")

        report = carry(root, "1", write_conflicts=True)

        assert text(root, f"{TWO}/logo.png") == "\0new"
        assert text(root, f"{THREE}/logo.png") == "\0three"
        assert "not text" in report.conflicts[0].reason

    def test_the_executable_bit_alone_is_carried(self, root: Path) -> None:
        (root / f"{ONE}/app/main.py").chmod(0o755)

        carry(root, "1")

        assert (root / f"{TWO}/app/main.py").stat().st_mode & 0o100
        assert text(root, f"{TWO}/app/main.py") == LATER


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


class TestMisuse:
    def test_an_unknown_base_is_told(self, root: Path) -> None:
        with pytest.raises(CourseError, match="name the commit"):
            carry(root, "1", base="nowhere")

    def test_outside_of_git_it_is_told(self, tmp_path: Path) -> None:
        solution(tmp_path, 1, {})

        with pytest.raises(CourseError, match="git"):
            carry(tmp_path, "1")

    def test_a_user_s_conflict_style_does_not_matter(self, root: Path) -> None:
        git(root, "config", "merge.conflictStyle", "diff3")
        change(root, BASE.replace("a\n", "two\n"), f"{TWO}/app/main.py")
        change(root, MARKED.replace("a\n", "one\n"))

        carry(root, "1", write_conflicts=True)

        assert "|||||||" not in text(root, f"{TWO}/app/main.py")


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
    marks = {at: "# region task 2.1\n#| s\n" for at in edges[: len(edges) // 2 * 2 : 2]}
    marks |= dict.fromkeys(edges[1::2], "# endregion\n")
    theirs = "".join(marks.get(n, "") + line for n, line in enumerate([*lines, ""]))
    return Case("".join(lines), "".join(ours), theirs)


@given(cases())
def test_into_a_day_that_differs_by_markers_the_change_arrives_whole(case: Case) -> None:
    base, ours, theirs = (plain(each.encode()) for each in (case.base, case.ours, case.theirs))

    merged = merge(Sides("app/main.py", base, theirs, ours), "one", "two")

    assert merged.clean
    assert merged.file
    result = merged.file.data.decode()
    assert regions.solution(result) == case.ours
    assert result.count("# region task 2.1\n#| s\n") == case.theirs.count("# region")
