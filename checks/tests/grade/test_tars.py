"""Tar archives: the files that are read from them, and the attacks that are refused."""

import io
import tarfile
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade import tars, tree
from checks.grade.intake import find_submissions
from checks.grade.submission_files import learner_files
from checks.tests.grade.cohorts import DAY, hand_in

MAIN = f"days/{DAY.folder}/app/main.py"


def archive_of(path: Path, *entries: tarfile.TarInfo, mode: str = "w") -> Path:
    """An archive of these entries; each plain file holds as many bytes as it says."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # a str as given
        for entry in entries:
            archive.addfile(entry, io.BytesIO(b"#" * entry.size) if entry.isreg() else None)
    return path


def file(name: str, size: int = 4) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def read(path: Path) -> dict[str, bytes]:
    return {
        name: each.data for name, each in learner_files(find_submissions([path])[0], DAY).items()
    }


@pytest.mark.parametrize("ending", ["tar:", "tar.gz:gz", "tgz:gz", "tar.xz:xz"])
@pytest.mark.parametrize("above", ["", "./", "ann/", "days/", "a/workbook/days/"])
def test_the_days_are_found_wherever_they_lie(tmp_path: Path, ending: str, above: str) -> None:
    suffix, _, mode = ending.partition(":")
    inner = MAIN if "days" not in above else MAIN.removeprefix("days/")

    path = archive_of(tmp_path / f"ann.{suffix}", file(above + inner), mode=f"w:{mode}")

    assert read(path) == {"app/main.py": b"####"}


def test_a_packed_clone_gives_what_the_clone_gives(tmp_path: Path) -> None:
    clone = hand_in(tmp_path, "ann", "mine")
    hand_in(tmp_path, "ann", "forged", path="exercises/test_1_2_statistics.py")
    with tarfile.open(tmp_path / "packed.tar.gz", "w:gz") as archive:
        archive.add(clone, "ann")

    assert learner_files(find_submissions([tmp_path / "packed.tar.gz"])[0], DAY) == learner_files(
        find_submissions([clone])[0], DAY
    )


def test_the_finished_days_beside_them_are_not_the_learners(tmp_path: Path) -> None:
    other = file(MAIN.replace("days/", "solutions/"), 9)

    assert read(archive_of(tmp_path / "ann.tar", other, file(MAIN))) == {"app/main.py": b"####"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_special_files_do_not_come_along(tmp_path: Path, kind: bytes) -> None:
    entry = link(f"days/{DAY.folder}/app/key.py", "/etc/passwd", kind)

    assert list(read(archive_of(tmp_path / "eve.tar", file(MAIN), entry))) == ["app/main.py"]


@pytest.mark.parametrize("name", ["/etc/passwd", "../out", f"days/{DAY.folder}/app/../../x"])
def test_a_path_that_leads_out_speaks_against_all_of_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(CourseError, match="leads out of it"):
        read(archive_of(tmp_path / "eve.tar", file(MAIN), file(name)))


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CourseError, match=r"main\.py is larger than 1 MiB"):
        read(archive_of(tmp_path / "large.tar", file(MAIN, (1 << 20) + 1)))
    monkeypatch.setattr(tars, "UNPACKED_LIMIT", 1 << 20)
    monkeypatch.setattr(tree, "MEMBER_LIMIT", 3)
    with pytest.raises(CourseError, match="it unpacks to more than 1 MiB"):
        read(archive_of(tmp_path / "bomb.tgz", file("zeros", 8 << 20), mode="w:gz"))
    with pytest.raises(CourseError, match="it holds more than 3 entries"):
        read(archive_of(tmp_path / "many.tar", *(file(f"{number}") for number in range(4))))


def test_days_in_two_places_are_nobody_knows_which(tmp_path: Path) -> None:
    path = archive_of(tmp_path / "eve.tar", file(f"a/{MAIN}"), file(f"b/{MAIN}"))

    with pytest.raises(CourseError, match="it holds days in 2 places: a/days, b/days"):
        read(path)


@pytest.mark.parametrize("name", ["eve.tar", "eve.tgz", "eve.tar.xz"])
@pytest.mark.parametrize("data", [b"", b"no archive at all" * 100])
def test_what_is_no_archive_is_said_in_a_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)

    with pytest.raises(CourseError, match="is no submission: it"):
        read(tmp_path / name)
