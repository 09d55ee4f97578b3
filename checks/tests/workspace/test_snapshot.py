"""Snapshots: an undo brings back exactly what was, and loses nothing on the way."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.errors import CourseError
from checks.files import File
from checks.tests.support.tree_contents import tree_contents
from checks.tests.support.workbook import write
from checks.workspace.snapshot import (
    edited_paths,
    latest_snapshot,
    latest_undo,
    restore_snapshot,
    take_snapshot,
)
from checks.workspace.snapshot_store import Snapshot, load_snapshot, load_snapshots


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, {"app/main.py": "one\r\n", "app/run.sh": "echo"})
    (tmp_path / "app/run.sh").chmod(0o750)
    return tmp_path


class TestRestore:
    def test_changed_deleted_and_new_files_are_as_they_were(self, root: Path) -> None:
        before = tree_contents(root)
        snapshot_id = take_snapshot(
            root, ["app/main.py", "app/run.sh", "app/deep/new.py"], "reset 1.1"
        )
        write(root, {"app/main.py": "two", "app/deep/new.py": "new"})
        (root / "app/run.sh").unlink()

        restore_snapshot(root, snapshot_id)

        assert tree_contents(root) == before

    def test_the_mode_alone_is_brought_back(self, root: Path) -> None:
        snapshot_id = take_snapshot(root, ["app/run.sh"], "x")
        (root / "app/run.sh").chmod(0o644)

        restore_snapshot(root, snapshot_id)

        assert (root / "app/run.sh").stat().st_mode & 0o7777 == 0o750

    def test_a_folder_that_held_something_else_since_is_kept(self, root: Path) -> None:
        snapshot_id = take_snapshot(root, ["app/deep/new.py"], "x")
        write(root, {"app/deep/new.py": "new", "app/deep/mine.py": "mine"})

        restore_snapshot(root, snapshot_id)

        assert [path.name for path in (root / "app/deep").iterdir()] == ["mine.py"]

    def test_other_files_are_not_touched(self, root: Path) -> None:
        snapshot_id = take_snapshot(root, ["app/main.py"], "x")
        write(root, {"app/run.sh": "changed"})

        restore_snapshot(root, snapshot_id)

        assert (root / "app/run.sh").read_text() == "changed"

    def test_restoring_can_itself_be_undone(self, root: Path) -> None:
        snapshot_id = take_snapshot(root, ["app/main.py", "app/new.py"], "x")
        write(root, {"app/main.py": "later work", "app/new.py": "new"})
        after = tree_contents(root)

        back = restore_snapshot(root, snapshot_id)
        restore_snapshot(root, back)

        assert tree_contents(root) == after


class TestList:
    def test_they_are_listed_oldest_first_with_their_reason(self, root: Path) -> None:
        take_snapshot(root, ["app/main.py"], "reset 1.1")
        take_snapshot(root, ["app/run.sh"], "next 2")

        assert [each.why for each in load_snapshots(root)] == ["reset 1.1", "next 2"]

    def test_undo_after_undo_goes_further_back(self, root: Path) -> None:
        first = take_snapshot(root, ["app/main.py"], "first")
        second = take_snapshot(root, ["app/main.py"], "second")

        newest = latest_snapshot(root)
        assert newest
        restore_snapshot(root, newest.id)
        older = latest_snapshot(root)
        assert older
        restore_snapshot(root, older.id)

        assert (newest.id, older.id) == (second, first)
        assert latest_snapshot(root) is None

    def test_without_snapshots_there_is_nothing_to_undo(self, root: Path) -> None:
        assert latest_snapshot(root) is None
        assert load_snapshots(root) == ()

    def test_a_snapshot_that_was_cut_short_is_not_one(self, root: Path) -> None:
        take_snapshot(root, ["app/main.py"], "x")
        (root / ".checks/snapshots/.writing-abc").mkdir()

        assert len(load_snapshots(root)) == 1


class TestWhatCameLater:
    @pytest.fixture
    def command_snapshot(self, root: Path) -> Snapshot:
        """Of a command that changed one file and made another."""
        files = {root / "app/main.py": File(b"two"), root / "app/new.py": File(b"new")}
        snapshot_id = take_snapshot(root, files, "reset 1.1", new_files=files)
        write(root, {"app/main.py": "two", "app/new.py": "new"})
        return load_snapshot(root, snapshot_id)

    def test_what_the_command_wrote_is_nobody_s_work(
        self, root: Path, command_snapshot: Snapshot
    ) -> None:
        assert edited_paths(root, command_snapshot) == ()

    def test_a_command_that_was_cut_short_is_nobody_s_work(
        self, root: Path, command_snapshot: Snapshot
    ) -> None:
        write(root, {"app/main.py": "one\r\n"})

        assert edited_paths(root, command_snapshot) == ()

    def test_an_edit_and_a_deletion_are(self, root: Path, command_snapshot: Snapshot) -> None:
        write(root, {"app/main.py": "two and mine"})
        assert edited_paths(root, command_snapshot) == ("app/main.py",)

        (root / "app/main.py").unlink()
        assert edited_paths(root, command_snapshot) == ("app/main.py",)

    def test_where_it_is_not_known_what_the_command_wrote_it_counts_as_an_edit(
        self, root: Path
    ) -> None:
        snapshot_id = take_snapshot(root, ["app/main.py"], "x")
        write(root, {"app/main.py": "two"})

        assert edited_paths(root, load_snapshot(root, snapshot_id)) == ("app/main.py",)


class TestRedo:
    def test_each_undo_can_be_taken_back_in_turn(self, root: Path) -> None:
        texts = ["one\r\n", "two", "three"]
        command_snapshot = []
        for number, text in enumerate(texts[1:], 1):
            command_snapshot.append(take_snapshot(root, ["app/main.py"], f"reset {number}"))
            write(root, {"app/main.py": text})
        for each in reversed(command_snapshot):
            restore_snapshot(root, each)

        seen = []
        while undone := latest_undo(root):
            restore_snapshot(root, undone.id)
            seen.append((undone.why, (root / "app/main.py").read_text()))

        assert seen == [("reset 1", "two"), ("reset 2", "three")]
        newest = latest_snapshot(root)
        assert newest
        assert newest.why == "reset 2"

    def test_a_command_that_wrote_since_ends_that(self, root: Path) -> None:
        restore_snapshot(root, take_snapshot(root, ["app/main.py"], "reset 1"))
        take_snapshot(root, ["app/main.py"], "reset 2")

        assert latest_undo(root) is None


class TestRefusals:
    @pytest.mark.parametrize("path", ["../x", "/etc/passwd", ".", "app/../.."])
    def test_a_path_outside_the_workbook_is_refused(self, root: Path, path: str) -> None:
        with pytest.raises(CourseError, match="not inside"):
            take_snapshot(root, [path], "x")

    def test_a_symbolic_link_is_refused(self, root: Path) -> None:
        (root / "link").symlink_to("app/main.py")

        with pytest.raises(CourseError, match="not a plain file"):
            take_snapshot(root, ["link"], "x")

    @pytest.mark.parametrize("name", ["9999", "../..", ""])
    def test_an_unknown_snapshot_is_told(self, root: Path, name: str) -> None:
        with pytest.raises(CourseError, match="There is no snapshot"):
            restore_snapshot(root, name)

    def test_lost_bytes_are_found_before_anything_changes(self, root: Path) -> None:
        snapshot_id = take_snapshot(root, ["app/main.py", "app/run.sh"], "x")
        sha256 = load_snapshot(root, snapshot_id).entries[1].sha256
        (root / ".checks/snapshots" / snapshot_id / str(sha256)).write_bytes(b"damage")
        write(root, {"app/main.py": "two"})

        with pytest.raises(CourseError, match=r"has lost app/run\.sh; nothing was changed"):
            restore_snapshot(root, snapshot_id)

        assert (root / "app/main.py").read_text() == "two"

    def test_an_old_one_that_is_damaged_does_not_bar_the_newest(self, root: Path) -> None:
        old, new = (take_snapshot(root, ["app/main.py"], why) for why in ("old", "new"))
        (root / ".checks/snapshots" / old / "index.json").unlink()

        newest = latest_snapshot(root)
        assert newest
        assert newest.id == new
        with pytest.raises(CourseError, match="is damaged"):
            load_snapshot(root, old)

    @pytest.mark.parametrize("text", ["{", "{}", json.dumps({"entries": [{"x": 1}]})])
    def test_a_damaged_index_is_told(self, root: Path, text: str) -> None:
        snapshot_id = take_snapshot(root, ["app/main.py"], "x")
        write(root, {f".checks/snapshots/{snapshot_id}/index.json": text})

        with pytest.raises(CourseError, match="is damaged"):
            load_snapshot(root, snapshot_id)


file_sets = st.dictionaries(
    st.sampled_from(["a", "b/c", "b/d", "e/f/g"]),
    st.tuples(st.binary(max_size=4), st.sampled_from([0o644, 0o755, 0o600])),
)


@settings(max_examples=25, deadline=None)
@given(before=file_sets, after=file_sets)
def test_snapshot_change_restore_is_identity(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[str, tuple[bytes, int]],
    after: dict[str, tuple[bytes, int]],
) -> None:
    root = tmp_path_factory.mktemp("tree")
    write_files(root, before)
    start = tree_contents(root)
    snapshot_id = take_snapshot(root, ["a", "b/c", "b/d", "e/f/g"], "x")
    for path in (each for each in root.rglob("[!.]*") if each.is_file()):
        if ".checks" not in path.parts:
            path.unlink()
    write_files(root, after)

    restore_snapshot(root, snapshot_id)

    assert tree_contents(root) == start


def write_files(root: Path, files: dict[str, tuple[bytes, int]]) -> None:
    for name, (data, mode) in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
