"""Removing a folder tree of any depth, without following its links."""

from pathlib import Path

from checks.sandbox.tree_removal import remove_tree
from checks.tests.support.deep_folders import dig


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
