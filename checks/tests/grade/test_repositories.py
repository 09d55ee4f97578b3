"""Git repositories are cloned without running any of their code."""

import os
import subprocess
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade.intake import find_submissions
from checks.grade.submission_files import learner_files
from checks.tests.grade.cohorts import DAY, hand_in

WITHOUT_CONFIGURATION = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def git(*arguments: str, cwd: Path) -> None:
    name = ("-c", "user.name=A Learner", "-c", "user.email=learner@example.com")
    subprocess.run(
        ["git", *name, *arguments],
        cwd=cwd,
        check=True,
        capture_output=True,
        env=WITHOUT_CONFIGURATION,
    )


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

    submissions = find_submissions([source], tmp_path / "clones")

    assert [each.name for each in submissions] == ["ann"]
    assert learner_files(submissions[0], DAY)["app/main.py"].data == b"mine"


def test_no_hook_and_no_filter_of_it_runs(bare: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    for hook in ("post-checkout", "reference-transaction", "post-upload-pack"):
        (bare / "hooks").mkdir(exist_ok=True)
        (bare / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (bare / "hooks" / hook).chmod(0o755)
    git("config", "filter.own.smudge", f"touch {marker}", cwd=bare)
    git("config", "uploadpack.packObjectsHook", f"touch {marker}", cwd=bare)
    (bare / "info").mkdir(exist_ok=True)
    (bare / "info" / "attributes").write_text("* filter=own\n")

    submissions = find_submissions([str(bare)], tmp_path / "clones")

    assert learner_files(submissions[0], DAY)
    assert not marker.exists()


def test_one_that_cannot_be_cloned_is_a_row_to_look_at(tmp_path: Path) -> None:
    missing = (tmp_path / "gone.git").as_uri()

    submissions = find_submissions(
        [missing, str(hand_in(tmp_path, "bob", "mine"))], tmp_path / "clones"
    )

    assert [each.name for each in submissions] == ["bob", "gone"]
    with pytest.raises(
        CourseError, match=r"gone\.git cannot be cloned \(.*\); look at the address"
    ):
        learner_files(submissions[1], DAY)


def test_a_token_in_an_address_is_in_no_sentence(tmp_path: Path) -> None:
    submissions = find_submissions(["https://ann:token@127.0.0.1:9/ann.git"], tmp_path / "clones")

    assert submissions[0].name == "ann"
    assert "cannot be cloned" in submissions[0].problem
    assert "token" not in submissions[0].problem
