"""Snapshots that are refused: paths outside the workbook, unknown names, damage."""

import json
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.tests.support.snapshot_tree import root
from checks.tests.support.workbook import write
from checks.workspace.snapshot import (
    latest_snapshot,
    restore_snapshot,
    take_snapshot,
)
from checks.workspace.snapshot_store import load_snapshot

__all__ = ["root"]  # a fixture


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
