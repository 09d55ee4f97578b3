"""`checks submit`: one file with all of a learner's work, and nothing else is overwritten."""

import json
from pathlib import Path

import pytest

from checks.submission.archive import FILE_LIMIT
from checks.submission.bundle import NAME, read_submission
from checks.tests.support.command_line import checks
from checks.tests.support.handed_in import DAY, MAIN, collected, root
from checks.tests.support.tree_contents import tree_contents

__all__ = ["root"]


def test_it_says_where_the_file_is_and_what_to_do(root: Path) -> None:
    result = checks(root, "submit")

    assert result.returncode == 0
    assert f"3 files, 2 KiB: {root / NAME}" in result.stdout
    assert "Hand in this one file" in result.stdout
    assert read_submission(root / NAME) == collected(root)


def test_nothing_of_the_learner_is_written(root: Path) -> None:
    before = tree_contents(root / "days")

    checks(root, "submit")

    assert tree_contents(root / "days") == before


def test_an_earlier_submission_is_replaced(root: Path) -> None:
    checks(root, "submit")
    (root / MAIN).write_text("x = 9\n")

    assert checks(root, "submit").returncode == 0
    assert read_submission(root / NAME).files[MAIN].data == b"x = 9\n"


@pytest.mark.parametrize("place", ["README.md", f"{DAY}/app/mine.zip", "days"])
def test_nothing_else_is_replaced(root: Path, place: str) -> None:
    (root / "README.md").write_text("mine")
    before = tree_contents(root)

    result = checks(root, "submit", "--out", place)

    assert result.returncode == 2
    assert "choose another --out" in result.stderr
    assert tree_contents(root) == before


def test_what_was_left_out_is_said_and_is_not_all_well(root: Path) -> None:
    (root / DAY / "app/large.bin").write_bytes(bytes(FILE_LIMIT + 1))

    result = checks(root, "submit", "--lang", "ru")

    assert result.returncode == 1
    assert f"Не вошли, предел — 1000 файлов по 1 МиБ, вместе 32 МиБ: {DAY}/app/large.bin" in (
        result.stdout
    )


def test_a_folder_may_be_named(root: Path) -> None:
    (root / "out").mkdir()

    document = json.loads(checks(root, "submit", "--out", "out", "--json").stdout)

    assert document["path"] == str(root / "out" / NAME)
    assert document["files"] == 3
