"""Git repositories are cloned without running any of their code."""

import os
import subprocess
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade import repositories
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


def git_object(repository: Path, kind: str, content: bytes) -> str:
    """Write an object of git's; its name."""
    words = ["git", "hash-object", "-t", kind, "-w", "--stdin"]
    done = subprocess.run(words, cwd=repository, input=content, capture_output=True, check=True)
    return done.stdout.decode().strip()


def commit_tree(repository: Path, tree: str) -> None:
    """Let HEAD be a commit of this tree."""
    person = "A Learner <learner@example.com> 0 +0000"
    text = f"tree {tree}\nauthor {person}\ncommitter {person}\n\nmine\n"
    git("update-ref", "HEAD", git_object(repository, "commit", text.encode()), cwd=repository)


def tree_of(entries: dict[str, tuple[str, str]]) -> bytes:
    """A tree of git's: by name, the mode and the object."""
    return b"".join(
        f"{mode} {name}".encode() + b"\0" + bytes.fromhex(entry)
        for name, (mode, entry) in sorted(entries.items())
    )


def test_files_that_are_larger_than_an_archive_may_be_are_not_written(
    bare: Path, tmp_path: Path
) -> None:
    blob = git_object(bare, "blob", bytes(16 << 20))
    files = {f"{number:02}.bin": ("100644", blob) for number in range(17)}
    commit_tree(bare, git_object(bare, "tree", tree_of(files)))

    (submission,) = find_submissions([str(bare)], tmp_path / "clones")

    assert "its files are larger than 256 MiB together" in submission.problem
    assert list(tmp_path.glob("clones/*/*.bin")) == []


@pytest.mark.parametrize("holds", ["files", "nothing"])
def test_a_tree_that_stands_in_itself_a_million_times_is_not_written(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holds: str
) -> None:
    monkeypatch.setattr(repositories, "LISTING_SECONDS", 3 if holds == "nothing" else 60)
    files = {"x": ("100644", git_object(bare, "blob", b"x"))} if holds == "files" else {}
    tree = git_object(bare, "tree", tree_of(files))
    for _ in range(9):
        tree = git_object(bare, "tree", tree_of({f"{n:02}": ("40000", tree) for n in range(16)}))
    commit_tree(bare, tree)

    (submission,) = find_submissions([str(bare)], tmp_path / "clones")

    reason = {"files": "it holds more than 50000 files", "nothing": "too many to be listed"}[holds]
    assert reason in submission.problem


def test_a_repository_without_a_commit_holds_no_days(tmp_path: Path) -> None:
    git("init", "-q", "--bare", str(tmp_path / "s" / "ann.git"), cwd=tmp_path)

    (submission,) = find_submissions([str(tmp_path / "s" / "ann.git")], tmp_path / "clones")

    assert submission.problem == ""
