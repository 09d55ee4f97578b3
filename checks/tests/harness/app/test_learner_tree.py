"""The trusted side reads what stands in the learner's folder, and nothing beside it."""

from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree


@pytest.mark.parametrize("path", ["../beside.sh", "app/../../beside.sh", "{beside}"])
def test_a_path_that_leads_out_of_the_folder_is_not_read(tmp_path: Path, path: str) -> None:
    beside = tmp_path / "beside.sh"
    beside.write_text("secret", encoding="utf-8")
    tree = Tree(tmp_path / "day")
    (tmp_path / "day/app").mkdir(parents=True)

    name = path.format(beside=beside)

    assert not tree.exists(name)
    with pytest.raises(AssertionError, match="is in the folder of the day"):
        tree.text(name)


def test_a_path_may_go_up_within_the_folder(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "start.sh").write_text("exec true", encoding="utf-8")

    assert Tree(tmp_path).exists("app/../start.sh")
    assert Tree(tmp_path).text("app/../start.sh") == "exec true"
