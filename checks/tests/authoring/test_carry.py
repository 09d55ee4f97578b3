"""`checks carry`: a change of one day reaches every later day, and markers stay where they are."""

from pathlib import Path

import pytest

from checks.authoring.carry import Report, carry
from checks.errors import CourseError
from checks.tests.support.workbook import (
    BASE,
    LATER,
    MARKED,
    ONE,
    THREE,
    TWO,
    change,
    commit,
    everything,
    solution,
    text,
    three_days,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return three_days(tmp_path)


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
        "path", ["exercises/test_x.py", "README.ru.md", "README.md", "day.toml"]
    )
    def test_what_belongs_to_its_day_stays(self, root: Path, path: str) -> None:
        change(root, "new\n", f"{ONE}/{path}")

        assert carry(root, "1").carried == ()

    def test_a_day_that_is_not_written_is_skipped(self, root: Path) -> None:
        (root / f"{THREE}/day.toml").unlink()
        change(root, MARKED.replace("a\n", "A\n"))

        assert [each.path for each in carry(root, "1").carried] == [f"{TWO}/app/main.py"]


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

    def test_an_executable_bit_that_did_not_change_is_not_carried(self, root: Path) -> None:
        (root / f"{ONE}/app/main.py").chmod(0o755)
        commit(root)
        change(root, MARKED.replace("a\n", "A\n"))

        carry(root, "1")

        assert not (root / f"{TWO}/app/main.py").stat().st_mode & 0o100


class TestMisuse:
    def test_an_unknown_base_is_told(self, root: Path) -> None:
        with pytest.raises(CourseError, match="name the commit"):
            carry(root, "1", base="nowhere")

    def test_outside_of_git_it_is_told(self, tmp_path: Path) -> None:
        solution(tmp_path, 1, {})

        with pytest.raises(CourseError, match="git"):
            carry(tmp_path, "1")

    def test_a_user_s_conflict_style_does_not_matter(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(root)
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "merge.conflictStyle")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", "diff3")
        change(root, BASE.replace("a\n", "two\n"), f"{TWO}/app/main.py")
        change(root, MARKED.replace("a\n", "one\n"))

        carry(root, "1", write_conflicts=True)

        assert "|||||||" not in text(root, f"{TWO}/app/main.py")
