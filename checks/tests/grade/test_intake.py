"""The submissions in an instructor's sources, and the learner's files in each."""

from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.files import git_file
from checks.grade.intake import find_submissions
from checks.grade.submission_files import learner_files
from checks.submission.bundle import Bundle
from checks.tests.grade.cohorts import DAY, hand_in
from checks.tests.support.deep_folders import shaft


def names(*sources: Path) -> list[str]:
    return [each.name for each in find_submissions(sources)]


class TestFind:
    def test_a_folder_of_clones_is_a_row_for_each(self, tmp_path: Path) -> None:
        hand_in(tmp_path, "bob", "")
        hand_in(tmp_path, "ann", "")

        assert names(tmp_path) == ["ann", "bob"]

    def test_a_clone_is_one_row(self, tmp_path: Path) -> None:
        assert names(hand_in(tmp_path, "ann", "")) == ["ann"]

    def test_a_folder_of_days_is_one_row(self, tmp_path: Path) -> None:
        assert names(hand_in(tmp_path, "ann", "") / "days") == ["days"]

    def test_an_archive_is_called_like_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "Анна К.zip").write_bytes(b"")

        assert names(tmp_path / "Анна К.zip") == names(tmp_path) == ["Анна К"]

    def test_two_of_one_name_are_both_kept_and_told(self, tmp_path: Path) -> None:
        first, second = hand_in(tmp_path / "a", "ann", ""), hand_in(tmp_path / "b", "ann", "")
        messages: list[str] = []

        submissions = find_submissions(
            [first, second, hand_in(tmp_path / "b", "bob", "")], report=messages.append
        )

        assert [each.name for each in submissions] == ["a/ann", "b/ann", "bob"]
        assert messages == [
            f"'ann' is the name of 2: {first} is called 'a/ann'",
            f"'ann' is the name of 2: {second} is called 'b/ann'",
        ]

    def test_an_archive_and_a_clone_of_one_name_differ_by_their_endings(
        self, tmp_path: Path
    ) -> None:
        hand_in(tmp_path / "s", "ann", "")
        (tmp_path / "s" / "ann.zip").write_bytes(b"")

        assert names(tmp_path / "s") == ["s/ann", "s/ann.zip"]

    def test_what_is_named_twice_is_one_row(self, tmp_path: Path) -> None:
        clone = hand_in(tmp_path, "ann", "")

        assert names(tmp_path, clone) == ["ann"]

    @pytest.mark.parametrize("ending", ["ZIP", "tar", "tar.gz", "tgz", "tar.xz", "TGZ"])
    def test_every_kind_of_archive_is_a_row(self, tmp_path: Path, ending: str) -> None:
        (tmp_path / f"eve.{ending}").write_bytes(b"")

        assert names(tmp_path) == ["eve"]

    def test_whatever_is_none_is_told_and_nothing_is_skipped(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", ".ann", "")
        hand_in(tmp_path / "s", "bob", "")
        (tmp_path / "s" / ".git").mkdir()
        (tmp_path / "s" / "eve").symlink_to(hand_in(tmp_path, "elsewhere", ""))
        (tmp_path / "s" / "notes.txt").write_text("")
        messages: list[str] = []

        submissions = find_submissions([tmp_path / "s"], report=messages.append)

        assert [each.name for each in submissions] == [".ann", "bob"]
        assert messages == [
            f"{tmp_path}/s/.git is left out: its name begins with a dot and it holds no days",
            f"{tmp_path}/s/eve is left out: it is a link; name what it leads to",
            f"{tmp_path}/s/notes.txt is left out: it is neither an archive nor a folder",
        ]

    def test_an_empty_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CourseError, match="holds no submission"):
            find_submissions([tmp_path])

    def test_a_name_with_control_characters_is_shown_without(self, tmp_path: Path) -> None:
        hand_in(tmp_path, "a\x1b[31mnn", "")

        assert names(tmp_path) == ["a�[31mnn"]


class TestFiles:
    def test_only_the_learners_own_are_read(self, tmp_path: Path) -> None:
        clone = hand_in(tmp_path, "ann", "mine")
        hand_in(tmp_path, "ann", "forged", path="exercises/test_1_2_statistics.py")

        assert list(learner_files(find_submissions([clone])[0], DAY)) == ["app/main.py"]

    def test_an_archive_gives_what_its_clone_gives(self, tmp_path: Path) -> None:
        clone = hand_in(tmp_path, "ann", "mine")
        packed = {f"days/{DAY.folder}/app/main.py": git_file(b"mine")}
        (tmp_path / "packed.zip").write_bytes(Bundle("1", "x", packed, {}).data)

        archive = find_submissions([tmp_path / "packed.zip"])[0]

        assert learner_files(archive, DAY) == learner_files(find_submissions([clone])[0], DAY)

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        clone = hand_in(tmp_path, "ann", "mine")
        (tmp_path / "secret").write_text("the instructor's")
        (clone / "days" / DAY.folder / "app" / "linked.py").symlink_to(tmp_path / "secret")
        (clone / "days" / DAY.folder / "app" / "folder").symlink_to(tmp_path)

        assert list(learner_files(find_submissions([clone])[0], DAY)) == ["app/main.py"]

    def test_a_day_that_is_a_link_is_refused(self, tmp_path: Path) -> None:
        other = hand_in(tmp_path, "bob", "theirs") / "days" / DAY.folder
        (tmp_path / "eve" / "days").mkdir(parents=True)
        (tmp_path / "eve" / "days" / DAY.folder).symlink_to(other)

        with pytest.raises(CourseError, match="is a link"):
            learner_files(find_submissions([tmp_path / "eve"])[0], DAY)

    def test_a_huge_file_is_refused_with_its_name(self, tmp_path: Path) -> None:
        clone = hand_in(tmp_path, "eve", "x" * ((1 << 20) + 1))

        with pytest.raises(CourseError, match=r"main\.py is larger than 1 MiB"):
            learner_files(find_submissions([clone])[0], DAY)

    def test_folders_without_end_are_not_entered(self, tmp_path: Path) -> None:
        clone = hand_in(tmp_path, "eve", "mine")

        with shaft(clone / "days" / DAY.folder / "app"):
            assert list(learner_files(find_submissions([clone])[0], DAY)) == ["app/main.py"]

    def test_a_day_that_was_not_begun_has_no_files(self, tmp_path: Path) -> None:
        (tmp_path / "ann" / "days" / "day2-database").mkdir(parents=True)

        assert learner_files(find_submissions([tmp_path / "ann"])[0], DAY) == {}
