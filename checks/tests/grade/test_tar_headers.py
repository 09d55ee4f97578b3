"""Headers of a tar archive that would keep the reader busy, or take its memory, are refused."""

import tarfile
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.tests.grade.test_tars import MAIN, file, read

LONG = 5000
"""More headers, one before the other, than Python has frames."""


def block(name: str, data: bytes, kind: bytes) -> bytes:
    """A header with its data, filled up to whole blocks."""
    entry = file(name, len(data))
    entry.type = kind
    return entry.tobuf(tarfile.GNU_FORMAT) + data + b"\0" * (-len(data) % tarfile.BLOCKSIZE)


def records(text: str) -> bytes:
    """A header of POSIX's pax format; `text` is `name=value`."""
    length = len(text) + 3
    while len(f"{length} {text}\n") != length:
        length += 1
    return block("pax", f"{length} {text}\n".encode(), tarfile.XHDTYPE)


HEADERS = {
    "a size far behind the end": records(f"size={'9' * 30}"),
    "a size below zero": records("size=-512"),
    "long names without end": block("long", b"name\0", tarfile.GNUTYPE_LONGNAME) * LONG,
    "records without end": records("comment=x") * LONG,
    "records of megabytes": records(f"comment={'x' * (2 << 20)}"),
    "a map of holes": records(f"GNU.sparse.map={'0,' * 1000}0"),
}


@pytest.fixture(params=HEADERS)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An archive with a file of the learner's behind the header."""
    main = block(MAIN, b"x = 1", tarfile.REGTYPE)
    path = tmp_path / "eve.tar"
    path.write_bytes(HEADERS[request.param] + main + b"\0" * (2 * tarfile.BLOCKSIZE))
    return path


def test_a_header_that_harms_the_reader_is_a_row_to_look_at(archive: Path) -> None:
    with pytest.raises(CourseError, match=r"eve\.tar is no submission"):
        read(archive)


def test_names_of_the_posix_format_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ann.tar"
    main = block("short", b"x = 1", tarfile.REGTYPE)
    path.write_bytes(records(f"path={MAIN}") + main + b"\0" * (2 * tarfile.BLOCKSIZE))

    assert read(path) == {"app/main.py": b"x = 1"}
