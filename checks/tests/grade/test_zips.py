"""Hostile zip archives: each is refused in a sentence, and costs no more than its bounds."""

import io
import stat
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade import submission_files, tree
from checks.grade.intake import find_submissions
from checks.grade.submission_files import learner_files
from checks.submission.archive import COUNT_LIMIT
from checks.tests.grade.cohorts import DAY
from checks.tests.grade.packed import DAY_PATH, below, written, zip_bytes

MAIN = f"{DAY_PATH}app/main.py"


def read(folder: Path, data: bytes) -> dict[str, bytes]:
    submission = find_submissions([written(folder / "eve.zip", data)])[0]
    return {name: file.data for name, file in learner_files(submission, DAY).items()}


def with_kind(name: str, kind: int, data: bytes) -> bytes:
    """A zip of an honest file and of an entry that is a link, a pipe or a device."""
    stream = io.BytesIO(zip_bytes({MAIN: b"mine"}))
    with zipfile.ZipFile(stream, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, (kind | 0o777) << 16
        archive.writestr(info, data)
    return stream.getvalue()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_special_files_do_not_come_along(tmp_path: Path, kind: int) -> None:
    data = with_kind(f"{DAY_PATH}app/key.py", kind, b"/etc/passwd")

    assert read(tmp_path, data) == {"app/main.py": b"mine"}


def test_a_link_in_the_place_of_a_folder_leads_nowhere(tmp_path: Path) -> None:
    data = with_kind("days", stat.S_IFLNK, b"/etc")

    assert read(tmp_path, data) == {"app/main.py": b"mine"}


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../out", f"{DAY_PATH}app/../../x", "..\\out", "C:\\out", "\\\\host\\out"],
)
def test_a_path_that_leads_out_speaks_against_all_of_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(CourseError, match="leads out of it"):
        read(tmp_path, zip_bytes({MAIN: b"mine", name: b"x"}))


def test_a_bomb_costs_what_a_file_may_have(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"main\.py is larger than 1 MiB"):
        read(tmp_path, zip_bytes({MAIN: b"0" * (8 << 20)}))


def test_a_size_that_is_a_lie_is_found_out(tmp_path: Path) -> None:
    data = zip_bytes({MAIN: b"0" * (8 << 20)})
    lie = data.replace(struct.pack("<L", 8 << 20), struct.pack("<L", 4))

    with pytest.raises(CourseError, match="is no submission: "):
        read(tmp_path, lie)


def test_many_files_are_refused(tmp_path: Path) -> None:
    names = {f"{DAY_PATH}app/{number}.py": b"" for number in range(COUNT_LIMIT + 1)}

    with pytest.raises(CourseError, match=f"more than {COUNT_LIMIT} files or 32 MiB"):
        read(tmp_path, zip_bytes(names))


def test_many_bytes_are_refused(tmp_path: Path) -> None:
    names = {f"{DAY_PATH}app/{number}.py": b"0" * (1 << 20) for number in range(33)}

    with pytest.raises(CourseError, match="more than 1000 files or 32 MiB"):
        read(tmp_path, zip_bytes(names))


def test_a_directory_without_end_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MEMBER_LIMIT", 3)

    with pytest.raises(CourseError, match="it holds more than 3 entries"):
        read(tmp_path, zip_bytes({str(number): b"" for number in range(4)}))


@pytest.mark.parametrize("place", ["where the locator says", "where zipfile looks"])
def test_zip64_cannot_hide_a_long_directory(tmp_path: Path, place: str) -> None:
    data = zip_bytes({MAIN: b"mine"})
    head, end = data[:-22], data[-22:]
    records = {
        True: struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 9, 9, 1 << 40, 0),
        False: bytes(56),
    }
    said, near = place == "where the locator says", place == "where zipfile looks"
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(head), 1)
    hostile = head + records[said] + records[near] + locator + end

    with pytest.raises(CourseError, match="it holds more than 50000 entries"):
        read(tmp_path, hostile)


def test_a_name_that_stands_in_it_twice_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(MAIN, b"one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(MAIN, b"two")

    with pytest.raises(CourseError, match=r"app/main\.py is in it twice"):
        read(tmp_path, stream.getvalue())


def test_names_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    work = {"app/Main.py": b"one", "app/main.py": b"two"}

    with pytest.raises(CourseError, match=r"app/Main\.py and app/main\.py differ only in upper"):
        read(tmp_path, zip_bytes(below(DAY_PATH, work)))


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    work = {"app/core": b"one", "app/core/errors.py": b"two"}

    with pytest.raises(CourseError, match="app/core is a file in it, and a folder"):
        read(tmp_path, zip_bytes(below(DAY_PATH, work)))


def test_an_encrypted_archive_is_told_as_such(tmp_path: Path) -> None:
    data = bytearray(zip_bytes({MAIN: b"mine"}))
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(CourseError, match="it is encrypted"):
        read(tmp_path, bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_every_system_packs_is_unpacked(tmp_path: Path, method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr(MAIN, b"mine")

    with pytest.raises(CourseError, match=r"main\.py is compressed in an unusual way"):
        read(tmp_path, stream.getvalue())


@pytest.mark.parametrize("position", range(0, 240, 7))
def test_a_damaged_archive_is_a_sentence_or_the_honest_files(tmp_path: Path, position: int) -> None:
    data = bytearray(zip_bytes({MAIN: b"mine"}))
    data[position % len(data)] ^= 0xFF

    with suppress(CourseError):
        assert set(read(tmp_path, bytes(data)).values()) <= {b"mine"}


def test_archives_in_archives_end(tmp_path: Path) -> None:
    data = zip_bytes({MAIN: b"mine"})
    for _ in range(3):
        data = zip_bytes({"more.zip": data})

    with pytest.raises(CourseError, match=r"in it, more\.zip|it holds no days"):
        read(tmp_path, data)


def test_archives_in_one_are_bounded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = zip_bytes({MAIN: b"mine"})
    monkeypatch.setattr(submission_files, "ARCHIVE_LIMIT", len(inner) + 9)

    with pytest.raises(CourseError, match="the archives in it are larger than"):
        read(tmp_path, zip_bytes({f"x/day{number}.zip": inner for number in range(2)}))


def test_many_archives_in_one_are_refused(tmp_path: Path) -> None:
    inner = zip_bytes({MAIN: b"mine"})

    with pytest.raises(CourseError, match="it holds more than 8 archives"):
        read(tmp_path, zip_bytes({f"x/day{number}.zip": inner for number in range(9)}))
