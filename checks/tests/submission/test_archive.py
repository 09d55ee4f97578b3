"""The archive: the same bytes for the same files, and nothing believed when it is read."""

import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks.files import File, git_file
from checks.submission.archive import COUNT_LIMIT, FILE_LIMIT, BadArchive, is_safe, pack, unpack

names = st.from_regex(r"[a-zé .]{1,6}(/[a-z_.]{1,6}){0,2}", fullmatch=True).filter(is_safe)
file_trees = st.dictionaries(names, st.builds(git_file, st.binary(max_size=40)), max_size=5).filter(
    lambda files: not any(other.startswith(f"{one}/") for one in files for other in files)
)
ONE = pack({"a/b.py": File(b"x = 1\n")})


def zip_of(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip with these entries, by whatever name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return stream.getvalue()


@given(files=file_trees)
def test_what_is_packed_comes_out(files: dict[str, File]) -> None:
    assert unpack(pack(files)) == {name: file.data for name, file in files.items()}


@given(files=file_trees)
def test_the_order_of_the_files_decides_nothing(files: dict[str, File]) -> None:
    assert pack(dict(reversed(files.items()))) == pack(files)


def test_of_the_permissions_only_the_executable_bit_decides() -> None:
    assert pack({"a": File(b"", 0o664)}) == pack({"a": File(b"", 0o600)})
    assert pack({"a": File(b"", 0o755)}) != pack({"a": File(b"", 0o644)})


@given(at=st.integers(0, len(ONE) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_refused_or_changes_no_file(at: int, bit: int) -> None:
    data = bytearray(ONE)
    data[at] ^= 1 << bit

    try:
        entries = unpack(bytes(data))
    except BadArchive:
        return

    assert set(entries.values()) == {b"x = 1\n"}
    assert all(is_safe(name) for name in entries)


@given(data=st.binary(max_size=200), cut=st.integers(0, len(ONE)))
@example(data=b"", cut=0)
def test_any_other_bytes_are_refused(data: bytes, cut: int) -> None:
    for each in (data, data + ONE[cut + 1 :], ONE[:cut] + ONE[cut + 1 :]):
        if each != ONE:
            with pytest.raises(BadArchive):
                unpack(each)


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/", "C:x", "a\\..\\b", "a\nb"),
        *("a" * 256, "/".join(["abcdefgh"] * 60)),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert not is_safe(name)
    with pytest.raises(BadArchive):
        unpack(zip_of((name, b"")))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (zip_of(("a", b"0" * 1000), method=zipfile.ZIP_DEFLATED), "packed otherwise"),
        (
            zip_of(("a", b"aaaaa"), method=zipfile.ZIP_DEFLATED),
            "packed otherwise",
        ),  # as long as it was
        (zip_of(("a", bytes(FILE_LIMIT + 1))), "larger than 1 MiB"),
        (zip_of(*((f"f{n}", b"") for n in range(COUNT_LIMIT + 2))), "more than 1000 files"),
        (zip_of(("a", b"1"), ("a/b", b"2")), "where a folder is"),
        (ONE + b"comment", "no archive"),
        (ONE[:-2] + b"\1\0", "no archive"),
    ],
)
def test_what_we_would_not_have_packed_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(BadArchive, match=says):
        unpack(data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(BadArchive, match="twice"):
        unpack(zip_of(("a", b"1"), ("a", b"2")))


def test_a_directory_larger_than_its_count_is_refused() -> None:
    """The count in the end record may lie; zipfile would read on to the directory's end."""
    data = bytearray(zip_of(*((f"{n:0300}", b"") for n in range(3000))))
    data[-14:-10] = (1).to_bytes(2, "little") * 2

    with pytest.raises(BadArchive, match="more than 1000 files"):
        unpack(bytes(data))
