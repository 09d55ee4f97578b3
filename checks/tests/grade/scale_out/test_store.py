"""Files and results lie under their hashes, so one that is damaged or cut off counts as absent."""

from collections.abc import Callable
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

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


def test_a_cell_that_is_asked_again_has_no_result_and_keeps_the_marks_of_workers(
    store: Store,
) -> None:
    store.put_result(KEY, b"one")
    store.put_mark(KEY, "1-a", "0")
    store.forget_results(KEY)

    assert store.result(KEY) is None
    assert store.marks(KEY) == ["1-a"]


def test_a_store_knows_the_graders_that_use_it(store: Store) -> None:
    store.put_sender("5" * 32)

    assert store.has_sender("5" * 32)
    assert not store.has_sender("6" * 32)
    assert not store.has_sender("")


def test_a_mark_can_be_changed_and_taken_away(store: Store) -> None:
    store.put_mark(KEY, "1-a", "0")
    store.put_mark(KEY, "1-a", "1")

    assert (store.begun(), store.marks(KEY), store.mark(KEY, "1-a")) == ({KEY}, ["1-a"], "1")
    store.remove_mark(KEY, "1-a")
    store.remove_mark(KEY, "1-a")
    assert (store.marks(KEY), store.mark(KEY, "1-a")) == ([], "")


@pytest.mark.parametrize(
    "url",
    [
        *("nosuch://x/y", "s3://user:secret@bucket/x", "simplecache::s3://user:secret@bucket/x"),
        *("nosuch://bucket/x?sig=secret", "nosuch://secret@bucket", "nosuch://[secret@x"),
    ],
)
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


class BackendError(Exception):
    """What a backend raises that knows nothing of OSError, as botocore and paramiko do."""


class BrokenFileSystem(MemoryFileSystem):  # type: ignore[misc]  # fsspec ships no types
    """A server that refuses everything, and repeats the URL in its message."""

    protocol = "broken"

    def refuse(self, *_: object, **__: object) -> None:
        raise BackendError("403 Forbidden for\nbroken://user:secret@host/x?sig=s3cr3t+sig")

    ls = cat_file = pipe_file = makedirs = rm_file = refuse


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.put_submission(ADDRESS, FILES),
        lambda store: store.submission(ADDRESS),
        lambda store: store.put_result(KEY, b"x"),
        lambda store: store.result(KEY),
        lambda store: store.put_mark(KEY, "1-a", "0"),
        lambda store: store.mark(KEY, "1-a"),
        lambda store: store.remove_mark(KEY, "1-a"),
        lambda store: store.forget_results(KEY),
        lambda store: store.answered(),
        lambda store: store.has_sender("5" * 32),
    ],
)
def test_whatever_a_backend_raises_is_one_sentence_without_a_password(
    use: Callable[[Store], object],
) -> None:
    fsspec.register_implementation("broken", BrokenFileSystem, clobber=True)

    with pytest.raises(StoreError) as told:
        use(Store("broken://user:secret@host/x?sig=s3cr3t+sig"))

    sentence = str(told.value)
    assert sentence == (
        "The store broken://**@host/x?** does not answer "
        "(403 Forbidden for broken://**@host/x?**); see that it can be read and written from here"
    )


def test_a_backend_that_cannot_be_started_is_one_sentence() -> None:
    def fail(*_: object, **__: object) -> None:
        raise BackendError

    backend = type("Unstarted", (MemoryFileSystem,), {"__init__": fail})
    fsspec.register_implementation("unstarted", backend, clobber=True)

    with pytest.raises(StoreError, match="cannot be used: BackendError; name another --store"):
        Store("unstarted://host/x")
