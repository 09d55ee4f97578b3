"""What git has is cloned without anything of it running."""

import os
import subprocess
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade.intake import files_of, find
from checks.tests.grade.cohorts import DAY, hand_in

ALONE = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def git(*words: str, cwd: Path) -> None:
    name = ("-c", "user.name=A Learner", "-c", "user.email=learner@example.com")
    subprocess.run(["git", *name, *words], cwd=cwd, check=True, capture_output=True, env=ALONE)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A bare repository with one file of day 1's, in a folder of submissions."""
    clone = hand_in(tmp_path / "work", "ann", "mine")
    git("init", "-q", cwd=clone)
    git("add", "-A", cwd=clone)
    git("commit", "-qm", "mine", cwd=clone)
    git("clone", "-q", "--bare", ".", str(tmp_path / "s" / "ann.git"), cwd=clone)
    return tmp_path / "s" / "ann.git"


@pytest.mark.parametrize("form", ["path", "folder", "url"])
def test_a_bare_repository_is_a_row(bare: Path, tmp_path: Path, form: str) -> None:
    source = {"path": str(bare), "folder": str(bare.parent), "url": bare.as_uri()}[form]

    found = find([source], tmp_path / "clones")

    assert [each.name for each in found] == ["ann"]
    assert files_of(found[0], DAY)["app/main.py"].data == b"mine"


def test_no_hook_and_no_filter_of_it_runs(bare: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for hook in ("post-checkout", "reference-transaction", "post-upload-pack"):
        (bare / "hooks").mkdir(exist_ok=True)
        (bare / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (bare / "hooks" / hook).chmod(0o755)
    git("config", "filter.own.smudge", f"touch {ran}", cwd=bare)
    git("config", "uploadpack.packObjectsHook", f"touch {ran}", cwd=bare)
    (bare / "info").mkdir(exist_ok=True)
    (bare / "info" / "attributes").write_text("* filter=own\n")

    found = find([str(bare)], tmp_path / "clones")

    assert files_of(found[0], DAY)
    assert not ran.exists()


def test_one_that_cannot_be_cloned_is_a_row_to_look_at(tmp_path: Path) -> None:
    gone = (tmp_path / "gone.git").as_uri()

    found = find([gone, str(hand_in(tmp_path, "bob", "mine"))], tmp_path / "clones")

    assert [each.name for each in found] == ["bob", "gone"]
    with pytest.raises(
        CourseError, match=r"gone\.git cannot be cloned \(.*\); look at the address"
    ):
        files_of(found[1], DAY)


def test_a_token_in_an_address_is_in_no_sentence(tmp_path: Path) -> None:
    found = find(["https://ann:token@127.0.0.1:9/ann.git"], tmp_path / "clones")

    assert found[0].name == "ann"
    assert "cannot be cloned" in found[0].problem
    assert "token" not in found[0].problem
