"""What a learner's app has dug can be cleared away."""

from pathlib import Path

from checks.files import remove_tree
from checks.tests.support.deep_folders import dig


def test_a_folder_deeper_than_recursion_goes_is_removed(tmp_path: Path) -> None:
    dug = tmp_path / "dug"
    dug.mkdir()
    dig(dug)

    remove_tree(dug)

    assert not dug.exists()


def test_what_a_link_leads_to_stays(tmp_path: Path) -> None:
    dug, kept = tmp_path / "dug", tmp_path / "kept"
    dug.mkdir()
    kept.mkdir()
    (kept / "file").touch()
    (dug / "link").symlink_to(kept)

    remove_tree(dug)

    assert not dug.exists()
    assert (kept / "file").exists()
