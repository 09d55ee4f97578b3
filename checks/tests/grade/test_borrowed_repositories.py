"""A repository hands in only what lies in itself: git would follow it to a neighbour's work."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade import repository_copy
from checks.grade.intake import find_submissions
from checks.grade.submission_files import Submission, learner_files
from checks.tests.grade.cohorts import DAY, hand_in
from checks.tests.grade.test_repositories import bare, git

__all__ = ["bare"]
Forgery = Callable[[Path, Path], None]


def name_common_folder(ann: Path, eve: Path) -> None:
    start(eve)
    (eve / "commondir").write_text("../ann.git\n")


def name_alternates(ann: Path, eve: Path) -> None:
    start(eve)
    shutil.copytree(ann / "refs", eve / "refs", dirs_exist_ok=True)
    shutil.copy(ann / "packed-refs", eve)
    (eve / "objects" / "info").mkdir()
    (eve / "objects" / "info" / "alternates").write_text(f"{ann}/objects\n")


def link_folders(ann: Path, eve: Path) -> None:
    eve.mkdir()
    (eve / "HEAD").write_bytes((ann / "HEAD").read_bytes())
    for name in ("objects", "refs", "packed-refs"):
        (eve / name).symlink_to(ann / name)


def link_packs(ann: Path, eve: Path) -> None:
    shutil.copytree(ann, eve)
    shutil.rmtree(eve / "objects")
    (eve / "objects").mkdir()
    for folder in (ann / "objects").iterdir():
        (eve / "objects" / folder.name).symlink_to(folder)


def link_files(ann: Path, eve: Path) -> None:
    shutil.copytree(ann, eve)
    for file in (eve / "objects").rglob("*"):
        if file.is_file():
            file.unlink()
            file.symlink_to(ann / file.relative_to(eve))


def link_head(ann: Path, eve: Path) -> None:
    shutil.copytree(ann, eve)
    (eve / "HEAD").unlink()
    (eve / "HEAD").symlink_to(ann / "HEAD")


def put_file_in_place_of_git_folder(ann: Path, eve: Path) -> None:
    start(eve)
    (eve / ".git").write_text(f"gitdir: {ann}\n")


def link_git_folder(ann: Path, eve: Path) -> None:
    start(eve)
    (eve / ".git").symlink_to(ann)


def start(eve: Path) -> None:
    """A folder that passes for a repository without a work tree."""
    for name in ("objects", "refs"):
        (eve / name).mkdir(parents=True)
    (eve / "HEAD").write_text("ref: refs/heads/main\n")


FORGERIES: dict[Forgery, str] = {
    name_common_folder: "commondir leads to another repository",
    name_alternates: "objects/info/alternates leads to another repository",
    link_folders: "is a link",
    link_packs: "is a link",
    link_files: "is a link",
    link_head: "HEAD is a link",
    put_file_in_place_of_git_folder: ".git is a file or a link",
    link_git_folder: ".git is a file or a link",
}


def rows(folder: Path, clones: Path) -> dict[str, Submission]:
    return {each.name: each for each in find_submissions([str(folder)], clones)}


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
@pytest.mark.parametrize("form", ["folder", "path", "url"])
def test_a_neighbours_repository_is_refused_with_a_reason(
    bare: Path, tmp_path: Path, forgery: Forgery, form: str
) -> None:
    git("symbolic-ref", "HEAD", "refs/heads/main", cwd=bare)
    git("update-ref", "refs/heads/main", _commit_of(bare), cwd=bare)
    git("pack-refs", "--all", cwd=bare)
    eve = bare.with_name("eve.git")
    forgery(bare, eve)
    source = {"path": str(eve), "folder": str(bare.parent), "url": eve.as_uri()}[form]

    submissions = {each.name: each for each in find_submissions([source], tmp_path / "clones")}

    assert FORGERIES[forgery] in submissions["eve"].problem
    with pytest.raises(CourseError):
        learner_files(submissions["eve"], DAY)
    if form == "folder":
        assert learner_files(submissions["ann"], DAY)["app/main.py"].data == b"mine"


@pytest.mark.parametrize("as_link", [True, False], ids=["link", "file"])
def test_a_folder_hands_in_its_own_days_whatever_its_git_folder_is(
    bare: Path, tmp_path: Path, as_link: bool
) -> None:
    eve = hand_in(bare.parent, "eve", "my own")
    if as_link:
        (eve / ".git").symlink_to(bare)
    else:
        (eve / ".git").write_text(f"gitdir: {bare}\n")

    submission = rows(bare.parent, tmp_path / "clones")["eve"]

    assert learner_files(submission, DAY)["app/main.py"].data == b"my own"


def test_a_folder_that_is_only_a_work_tree_of_others_hands_in_nothing(
    bare: Path, tmp_path: Path
) -> None:
    eve = bare.with_name("eve")
    eve.mkdir()
    (eve / ".git").write_text(f"gitdir: {bare}\n")

    submission = rows(bare.parent, tmp_path / "clones")["eve"]

    with pytest.raises(CourseError, match="holds no days"):
        learner_files(submission, DAY)


def test_a_clone_by_url_is_made_of_its_own_git_folder(bare: Path, tmp_path: Path) -> None:
    git("clone", "-q", str(bare), "second", cwd=tmp_path)

    submissions = find_submissions([(tmp_path / "second").as_uri()], tmp_path / "clones")

    assert learner_files(submissions[0], DAY)["app/main.py"].data == b"mine"


def test_a_pipe_is_refused_and_not_waited_for(bare: Path, tmp_path: Path) -> None:
    os.mkfifo(bare / "refs" / "heads" / "pipe")

    submission = rows(bare.parent, tmp_path / "clones")["ann"]

    assert "refs/heads/pipe is neither a file nor a folder" in submission.problem


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [("UNPACKED_LIMIT", 100, "more than"), ("MEMBER_LIMIT", 2, "more than 2 files")],
)
def test_a_repository_beyond_the_bounds_is_refused(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, reason: str
) -> None:
    monkeypatch.setattr(repository_copy, limit, value)

    assert reason in rows(bare.parent, tmp_path / "clones")["ann"].problem


def _commit_of(bare: Path) -> str:
    refs = [each for each in (bare / "refs" / "heads").rglob("*") if each.is_file()]
    if refs:
        return refs[0].read_text().strip()
    return (bare / "packed-refs").read_text().split("\n")[1].split()[0]
