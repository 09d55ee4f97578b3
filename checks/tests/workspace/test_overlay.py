"""A submission laid over the day: whatever it links to stays where it is."""

import errno
import os
import shutil
import socket
from pathlib import Path

import pytest

from checks.course.course import Day, load_course
from checks.errors import CourseError
from checks.tests.support.deep_folders import shaft
from checks.workspace import overlay

DAY: Day = load_course(Path(__file__).parents[3], tree="solutions").day("1")


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path, Path]:
    """The pristine day, a submission and the place where they come together."""
    pristine, submission = tmp_path / "pristine", tmp_path / "submission"
    for tree in (pristine, submission):
        (tree / "app").mkdir(parents=True)
        (tree / "app/main.py").write_text(f"# {tree.name}\n")
    (tmp_path / "secret").mkdir(mode=0o700)
    (tmp_path / "secret/key.py").write_text("secret")
    return pristine, submission, tmp_path / "target"


def test_the_learners_files_take_the_place_of_the_days(trees: tuple[Path, Path, Path]) -> None:
    pristine, submission, target = trees

    overlay.write_overlay(pristine, submission, DAY, target)

    assert (target / "app/main.py").read_text() == "# submission\n"


def test_links_and_special_files_do_not_come_along(trees: tuple[Path, Path, Path]) -> None:
    pristine, submission, target = trees
    secret = submission.parent / "secret"
    (submission / "app/key.py").symlink_to(secret / "key.py")
    (submission / "app/folder").symlink_to(secret)
    os.mkfifo(submission / "app/pipe.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(submission / "app/socket.py"))

        overlay.write_overlay(pristine, submission, DAY, target)

    assert [path.name for path in (target / "app").iterdir()] == ["main.py"]


def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere(
    trees: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pristine, submission, target = trees
    (submission / "app/key.py").write_text("mine")
    real = overlay._read

    def swapped(path: Path, folder: int) -> tuple[bytes, int] | None:
        if not path.parent.is_symlink():
            path.parent.rename(submission / "away")
            path.parent.symlink_to(submission.parent / "secret")
        return real(path, folder)

    monkeypatch.setattr(overlay, "_read", swapped)

    overlay.write_overlay(pristine, submission, DAY, target)

    assert (target / "app/key.py").read_text() == "mine"


def test_a_file_stays_executable_and_none_becomes_so(trees: tuple[Path, Path, Path]) -> None:
    pristine, submission, target = trees
    for name, mode in (("hook", 0o755), ("own.py", 0o600), ("odd.py", 0o4711)):
        (submission / "app" / name).write_text("")
        (submission / "app" / name).chmod(mode)

    overlay.write_overlay(pristine, submission, DAY, target)

    modes = {path.name: path.stat().st_mode & 0o7777 for path in (target / "app").iterdir()}
    assert (modes["hook"], modes["own.py"], modes["odd.py"]) == (0o755, 0o644, 0o755)


def test_folders_without_end_are_not_entered(trees: tuple[Path, Path, Path]) -> None:
    pristine, submission, target = trees

    with shaft(submission / "app"):
        overlay.write_overlay(pristine, submission, DAY, target)

    assert (target / "app/main.py").read_text() == "# submission\n"


def test_a_link_of_the_days_own_keeps_its_target_as_it_is(trees: tuple[Path, Path, Path]) -> None:
    pristine, submission, target = trees
    (pristine / "link").symlink_to(submission.parent / "secret")

    overlay.write_overlay(pristine, submission, DAY, target)

    assert (submission.parent / "secret").stat().st_mode & 0o777 == 0o700


def test_more_than_it_may_be_together_is_refused(
    trees: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pristine, submission, target = trees
    monkeypatch.setattr(overlay, "TOTAL_LIMIT", 5)

    with pytest.raises(CourseError, match="remove what is not yours"):
        overlay.write_overlay(pristine, submission, DAY, target)


def test_a_file_may_stand_where_the_day_has_a_folder(trees: tuple[Path, Path, Path]) -> None:
    pristine, submission, target = trees
    (pristine / "app/api/events").mkdir(parents=True)
    (pristine / "app/api/events/read.py").write_text("")
    (submission / "app/api").write_text("mine")

    overlay.write_overlay(pristine, submission, DAY, target)

    assert (target / "app/api").read_text() == "mine"


def test_a_file_in_the_place_of_a_folder_that_is_not_theirs_is_refused(
    trees: tuple[Path, Path, Path],
) -> None:
    pristine, submission, target = trees
    (pristine / "app/api").mkdir()
    (pristine / "app/api/link").symlink_to("nowhere")  # no file, so not the learner's
    (submission / "app/api").write_text("mine")

    with pytest.raises(overlay.UnfitSubmissionError, match="app/api cannot take its place"):
        overlay.write_overlay(pristine, submission, DAY, target)


def test_a_full_disk_is_not_the_submissions_fault(
    trees: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pristine, submission, target = trees

    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)

    with pytest.raises(OSError, match="No space left"):
        overlay.write_overlay(pristine, submission, DAY, target)


def test_a_disk_that_is_full_under_the_day_is_one_sentence(
    trees: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pristine, submission, target = trees
    (pristine / "second.py").write_text("")

    def full(source: os.PathLike[str], *_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fspath(source))

    monkeypatch.setattr(shutil, "copyfile", full)

    with pytest.raises(OSError, match=r"^\[Errno 28\] No space left on device: '[^']*'$"):
        overlay.write_overlay(pristine, submission, DAY, target)
