"""Snapshots: an undo brings back exactly what was, and loses nothing on the way."""

from pathlib import Path

import pytest

from checks.files import File
from checks.tests.support.snapshot_tree import root
from checks.tests.support.tree_contents import tree_contents
from checks.tests.support.workbook import write
from checks.workspace.snapshot import (
    edited_paths,
    latest_snapshot,
    latest_undo,
    restore_snapshot,
    take_snapshot,
)
from checks.workspace.snapshot_store import Snapshot, load_snapshot, snapshot_ids

__all__ = ["root"]  # a fixture


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

        reasons = [load_snapshot(root, each).why for each in snapshot_ids(root)]
        assert reasons == ["reset 1.1", "next 2"]

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
        assert snapshot_ids(root) == []

    def test_a_snapshot_that_was_cut_short_is_not_one(self, root: Path) -> None:
        take_snapshot(root, ["app/main.py"], "x")
        (root / ".checks/snapshots/.writing-abc").mkdir()

        assert len(snapshot_ids(root)) == 1


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
