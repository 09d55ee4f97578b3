"""No access to a file that learner code may write leads to another one, at rest or in a race."""

import errno
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest

from checks.sandbox import open_beneath
from checks.sandbox.learner_files import LearnerFolder, UnexpectedFile
from checks.tests.support.link_swaps import contents, swapped_in_a_loop

SECRET = b"of the host, nobody else's"
ROUNDS = 100
Operation = Callable[[LearnerFolder], Any]


def connect(folder: LearnerFolder, name: str) -> None:
    with socket.socket(socket.AF_UNIX) as client, folder.socket_path(name) as path:
        client.connect(path)


OPERATIONS: dict[str, Operation] = {
    "read": lambda folder: folder.read_bytes("inner/file"),
    "write": lambda folder: folder.write_bytes("inner/file", b"new", 0o777),
    "truncate": lambda folder: folder.truncate("inner/file", 3),
    "remove": lambda folder: folder.remove("inner/file"),
    "make a folder": lambda folder: folder.make_folder("inner/made", 0o777),
    "make a folder in its place": lambda folder: folder.make_folder("inner/file", 0o777),
    "list": lambda folder: folder.names("inner"),
    "walk": lambda folder: list(folder.files("inner", 8)),
    "ask": lambda folder: folder.is_file("inner/secret"),
}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
each_place = pytest.mark.parametrize("place", ["inner/file", "inner"])


@pytest.fixture(params=["openat2", "step by step"], autouse=True)
def resolution(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test runs with the kernel's resolution of a path and with the one without openat2."""

    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.ENOSYS, "openat2")

    if request.param != "openat2":
        monkeypatch.setattr(open_beneath, "_openat2", refuse)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder of the host, with a file of the same name as the learner's and one more."""
    folder = tmp_path / "host"
    folder.mkdir(mode=0o700)
    for name in ("file", "secret"):
        (folder / name).write_bytes(SECRET)
        (folder / name).chmod(0o600)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> LearnerFolder:
    root = tmp_path / "scratch"
    (root / "inner").mkdir(parents=True)
    (root / "inner/file").write_bytes(b"the learner's")
    return LearnerFolder(root)


class TestPlainFile:
    def test_what_is_written_is_read(self, folder: LearnerFolder) -> None:
        folder.write_bytes("inner/file", b"new", 0o640)

        assert folder.read_bytes("inner/file") == b"new"
        assert (folder.root / "inner/file").stat().st_mode & 0o777 == 0o640

    def test_it_is_cut_off_and_removed(self, folder: LearnerFolder) -> None:
        folder.truncate("inner/file", 3)
        assert folder.read_bytes("inner/file") == b"the"

        folder.remove("inner/file")
        folder.remove("inner/file")

        assert not folder.is_file("inner/file")
        assert folder.names("inner") == []

    def test_a_folder_has_the_permissions_that_were_asked_for(self, folder: LearnerFolder) -> None:
        before = os.umask(0o077)
        try:
            folder.make_folder("made", 0o777)
        finally:
            os.umask(before)

        assert (folder.root / "made").stat().st_mode & 0o777 == 0o777
        folder.make_folder("made", 0o777)

    def test_the_walk_ends_at_a_depth(self, folder: LearnerFolder) -> None:
        (folder.root / "inner/a/b").mkdir(parents=True)
        (folder.root / "inner/a/b/deep").touch()
        (folder.root / "inner/a/shallow").touch()

        assert sorted(folder.files("inner", 1)) == ["a/shallow", "file"]

    def test_a_socket_is_connected_to(self, folder: LearnerFolder) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder.root / "inner/sock"))
            listener.listen()

            connect(folder, "inner/sock")

    def test_a_file_beyond_the_limit_is_not_read(self, folder: LearnerFolder) -> None:
        with pytest.raises(UnexpectedFile):
            folder.read_bytes("inner/file", limit=3)

    @pytest.mark.parametrize("name", ["../host/file", "inner/../../host/file", "/etc/passwd"])
    def test_a_name_that_leads_out_is_refused(
        self, folder: LearnerFolder, victim: Path, name: str
    ) -> None:
        with pytest.raises(ValueError, match="leads out of its folder"):
            folder.read_bytes(name)


class TestLinkAtRest:
    @each_operation
    @each_place
    def test_nothing_of_the_host_is_read_or_changed(
        self, folder: LearnerFolder, victim: Path, place: str, operation: Operation
    ) -> None:
        before = contents(victim)
        (folder.root / place).rename(folder.root / "away")
        target = victim / "file" if place == "inner/file" else victim
        (folder.root / place).symlink_to(target)

        answer = None
        with suppress(UnexpectedFile):
            answer = operation(folder)

        assert contents(victim) == before
        assert SECRET.decode() not in str(answer)
        assert "secret" not in str(answer)
        assert answer is not True

    @pytest.mark.parametrize("operation", ["read", "write", "truncate"])
    def test_it_is_an_error(self, folder: LearnerFolder, victim: Path, operation: str) -> None:
        (folder.root / "inner/file").unlink()
        (folder.root / "inner/file").symlink_to(victim / "file")

        with pytest.raises(UnexpectedFile):
            OPERATIONS[operation](folder)

    def test_a_link_to_a_file_that_is_not_there_makes_none(
        self, folder: LearnerFolder, victim: Path
    ) -> None:
        (folder.root / "inner/file").unlink()
        (folder.root / "inner/file").symlink_to(victim / "new")

        for operation in ("write", "make a folder in its place"):
            with pytest.raises(UnexpectedFile):
                OPERATIONS[operation](folder)

        assert not (victim / "new").exists()

    def test_a_link_to_a_socket_is_not_connected_to(
        self, folder: LearnerFolder, tmp_path: Path
    ) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "sock"))
            listener.listen()
            (folder.root / "app.sock").symlink_to(tmp_path / "sock")

            with pytest.raises(UnexpectedFile):
                connect(folder, "app.sock")

            listener.setblocking(False)
            with pytest.raises(BlockingIOError):
                listener.accept()

    @pytest.mark.parametrize("operation", ["read", "write", "truncate"])
    def test_a_pipe_holds_nobody_up(self, folder: LearnerFolder, operation: str) -> None:
        (folder.root / "inner/file").unlink()
        os.mkfifo(folder.root / "inner/file")

        with pytest.raises(UnexpectedFile):
            OPERATIONS[operation](folder)


class TestRace:
    @each_operation
    @each_place
    def test_nothing_of_the_host_is_read_or_changed(
        self, folder: LearnerFolder, victim: Path, place: str, operation: Operation
    ) -> None:
        before = contents(victim)
        target = victim / "file" if place == "inner/file" else victim
        answers: list[Any] = []

        with swapped_in_a_loop(folder.root / place, target):
            for _ in range(ROUNDS):
                with suppress(UnexpectedFile):
                    answers.append(operation(folder))

        assert contents(victim) == before
        assert SECRET not in answers
        assert "secret" not in str(answers)
        assert True not in answers
