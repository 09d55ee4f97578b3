"""Removing a folder tree of any depth, without following its links."""

import os
from pathlib import Path

import pytest

from checks.sandbox.tree_removal import remove_tree
from checks.tests.support.deep_folders import dig
from checks.tests.support.link_swaps import contents


def test_a_folder_deeper_than_recursion_goes_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "dug"
    folder.mkdir()
    dig(folder)

    remove_tree(folder)

    assert not folder.exists()


def test_what_a_link_leads_to_stays(tmp_path: Path) -> None:
    folder, target = tmp_path / "dug", tmp_path / "kept"
    folder.mkdir()
    target.mkdir()
    (target / "file").touch()
    (folder / "link").symlink_to(target)

    remove_tree(folder)

    assert not folder.exists()
    assert (target / "file").exists()


def test_a_link_that_takes_the_place_of_a_folder_at_the_last_moment_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder has been found, and becomes a link before it is moved."""
    folder, target = tmp_path / "dug", tmp_path / "kept"
    (folder / "inner").mkdir(parents=True)
    target.mkdir(mode=0o755)
    (target / "file").write_bytes(b"kept")
    before = contents(target)
    rename = os.rename

    def swap_and_rename(source: str, goal: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        (folder / "inner").rmdir()
        (folder / "inner").symlink_to(target)
        rename(source, goal, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "rename", swap_and_rename)
    remove_tree(folder)

    assert contents(target) == before
    assert not folder.exists()


def test_folders_without_permissions_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "dug"
    (folder / "closed" / "inner").mkdir(parents=True)
    (folder / "closed" / "inner").chmod(0)
    (folder / "closed").chmod(0)

    remove_tree(folder)

    assert not folder.exists()
