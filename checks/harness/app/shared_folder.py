"""A folder that the test and the learner's commands both write to."""

import secrets
from pathlib import Path

from checks.harness.app.border import Border

PROGRAMS = "bin"


class SharedFolder:
    """A new, empty folder: `path` is where the test sees it, `inside` where a command does.

    It lies in the scratch folder and goes with it.
    """

    def __init__(self, border: Border) -> None:
        self._border = border
        self.path = border.scratch / f"shared-{secrets.token_hex(4)}"
        _make(self.path)

    def inside(self, name: str = "") -> str:
        """The path of one of its files, or of the folder, for a command of the learner's."""
        return self._border.inside(f"{self.path.name}/{name}".rstrip("/"))

    def names(self) -> list[str]:
        """The names in it, sorted; the folder of programs is left out."""
        return sorted(path.name for path in self.path.iterdir() if path.name != PROGRAMS)

    def search_path(self, **programs: str) -> str:
        """A PATH that finds these programs, by name with their text, before any other."""
        folder = self.path / PROGRAMS
        _make(folder)
        for name, text in programs.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        return f"{self.inside(PROGRAMS)}:{self._border.variables({})['PATH']}"


def writable_folder(border: Border, name: str) -> str:
    """A folder that the app may write to, for as long as the session; its path for the app."""
    folder = border.scratch / name
    if not folder.exists():
        _make(folder)
    return border.inside(name)


def _make(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)  # contained, a command runs as another user
