"""A folder that the test and the learner's commands both write to."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from checks.harness.app.border import Border
from checks.harness.errors import UnusablePath
from checks.sandbox.learner_files import LearnerFolder, UnexpectedFile

PROGRAMS = "bin"
MODE = 0o777
"""Contained, a command runs as another user."""


class SharedFolder:
    """A new, empty folder; `inside` is where a command sees it. It goes with the scratch folder.

    The methods raise UnusablePath when a command has put something else in the place of a file: a
    link, a pipe, a folder. No link is followed, also not when it comes at the worst moment.
    """

    def __init__(self, border: Border, name: str = "") -> None:
        """With a `name` the folder of that name, which earlier tests may have filled."""
        self._border = border
        self._files = LearnerFolder(border.scratch)
        self._name = name or f"shared-{secrets.token_hex(4)}"
        with _in_place_of(self._name):
            self._files.make_folder(self._name, MODE)

    def inside(self, name: str = "") -> str:
        """The path of one of its files, or of the folder, for a command of the learner's."""
        return self._border.inside(f"{self._name}/{name}".rstrip("/"))

    def names(self) -> list[str]:
        """The names in it, sorted; the folder of programs is left out."""
        with _in_place_of(self._name):
            return [name for name in self._files.names(self._name) if name != PROGRAMS]

    def is_file(self, name: str) -> bool:
        """Whether there is a plain file, which a link is not."""
        return self._files.is_file(f"{self._name}/{name}")

    def permissions(self, name: str) -> int:
        """The permission bits of a plain file."""
        status = self._files.status(f"{self._name}/{name}") if self.is_file(name) else None
        if status is None:
            raise UnusablePath(f"`{name}` is not a plain file")
        return status.st_mode & 0o777

    def read_bytes(self, name: str) -> bytes:
        """The bytes of a plain file."""
        with _in_place_of(name):
            return self._files.read_bytes(f"{self._name}/{name}")

    def cut_off(self, name: str, kept: Callable[[int], int]) -> None:
        """Leave so many bytes of a plain file's size, as a disk does that becomes full."""
        with _in_place_of(name):
            size = len(self._files.read_bytes(f"{self._name}/{name}"))
            self._files.truncate(f"{self._name}/{name}", kept(size))

    def program_record(self, name: str) -> str:
        """The text of a file that a program of `search_path` has written; "" without one."""
        path = f"{PROGRAMS}/{name}"
        return self.read_bytes(path).decode(errors="replace") if self.is_file(path) else ""

    def search_path(self, **programs: str) -> str:
        """A PATH that finds these programs, by name with their text, before any other."""
        folder = f"{self._name}/{PROGRAMS}"
        with _in_place_of(PROGRAMS):
            self._files.make_folder(folder, MODE)
            for name, text in programs.items():
                self._files.write_bytes(f"{folder}/{name}", text.encode(), 0o755)
        return f"{self.inside(PROGRAMS)}:{self._border.variables({})['PATH']}"


@contextmanager
def _in_place_of(name: str) -> Iterator[None]:
    try:
        yield
    except UnexpectedFile as error:
        raise UnusablePath(
            f"in the place of `{name}` there is something else: {error.strerror}"
        ) from None
