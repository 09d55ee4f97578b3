"""Files and results lie under their hashes, so one that is damaged or cut off counts as absent."""

from pathlib import Path

import pytest

from checks.files import git_file
from checks.grade.key import hash_files
from checks.grade.scale_out.store import RESULT_LIMIT, Store, StoreError

FILES = {
    "app/main.py": git_file(b"x = 1\n", executable=False),
    "scripts/backup.sh": git_file(b"#!/bin/sh\n", executable=True),
}
ADDRESS = hash_files(FILES)
KEY = "a" * 64


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A folder, and a file system of fsspec's that is no folder."""
    return Store(f"file://{tmp_path}/s" if request.param == "file" else f"memory://{tmp_path}")


def test_a_submission_comes_back_with_its_executable_files(store: Store) -> None:
    store.put_submission(ADDRESS, FILES)

    assert store.submission(ADDRESS) == FILES


def test_what_nobody_put_there_is_absent(store: Store) -> None:
    assert store.submission(ADDRESS) is None
    assert store.result(KEY) is None
    assert (store.answered(), store.begun(), store.marks(KEY)) == (set(), set(), [])


def test_files_of_another_hash_are_not_believed(store: Store) -> None:
    store.put_submission("b" * 64, FILES)

    assert store.submission("b" * 64) is None


@pytest.mark.parametrize("kept", [0, 10, -1])
def test_an_archive_that_was_cut_off_is_absent_and_is_written_again(
    tmp_path: Path, kept: int
) -> None:
    store = Store(f"file://{tmp_path}")
    store.put_submission(ADDRESS, FILES)
    archive = tmp_path / "submissions" / f"{ADDRESS}.zip"
    archive.write_bytes(archive.read_bytes()[:kept])

    assert store.submission(ADDRESS) is None
    store.put_submission(ADDRESS, FILES)
    assert store.submission(ADDRESS) == FILES


def test_a_result_that_was_cut_off_is_absent(tmp_path: Path) -> None:
    store = Store(f"file://{tmp_path}")
    store.put_result(KEY, b"a whole result")
    (result,) = (tmp_path / "results" / KEY).iterdir()
    result.write_bytes(b"a whole")

    assert store.result(KEY) is None


def test_all_readers_take_the_same_of_two_results(store: Store) -> None:
    store.put_result(KEY, b"one")
    first = store.result(KEY)
    store.put_result(KEY, b"two")
    chosen = store.result(KEY)

    assert first == b"one"
    assert {store.result(KEY) for _ in range(3)} == {chosen}


def test_a_result_that_is_too_large_is_not_read(store: Store) -> None:
    store.put_result(KEY, b"x" * (RESULT_LIMIT + 1))

    assert store.result(KEY) is None


def test_a_cell_that_is_forgotten_has_no_result_and_no_mark(store: Store) -> None:
    store.put_result(KEY, b"one")
    store.put_mark(KEY, "1-a", "0")
    store.forget(KEY)

    assert store.result(KEY) is None
    assert store.marks(KEY) == []


def test_a_mark_can_be_changed_and_taken_away(store: Store) -> None:
    store.put_mark(KEY, "1-a", "0")
    store.put_mark(KEY, "1-a", "1")

    assert (store.begun(), store.marks(KEY), store.mark(KEY, "1-a")) == ({KEY}, ["1-a"], "1")
    store.remove_mark(KEY, "1-a")
    store.remove_mark(KEY, "1-a")
    assert (store.marks(KEY), store.mark(KEY, "1-a")) == ([], "")


@pytest.mark.parametrize("url", ["nosuch://x/y", "s3://user:secret@bucket/x"])
def test_a_url_that_cannot_be_used_is_one_sentence_without_its_password(url: str) -> None:
    with pytest.raises(StoreError, match=r"The store .* cannot be used: .*; name another") as told:
        Store(url)

    assert "secret" not in str(told.value)


def test_a_store_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="does not answer"):
        Store(f"file://{tmp_path}/file").put_result(KEY, b"x")


def test_a_file_of_more_than_a_zip_of_ours_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "submissions").mkdir()
    (tmp_path / "submissions" / f"{ADDRESS}.zip").write_bytes(b"PK\x05\x06" * 100)

    assert Store(f"file://{tmp_path}").submission(ADDRESS) is None
