"""Random states of a learner's day, and what must be there afterwards."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from checks.files import STAGING_PREFIX
from checks.tests.support.two_days import MINE, NEXT

DAY_ONE, DAY_TWO = "days/day1-architecture", "days/day2-database"
PATHS = (
    MINE,
    NEXT,
    *(f"{day}/app/{name}" for day in (DAY_ONE, DAY_TWO) for name in ("same.py", "page.html")),
    f"{DAY_ONE}/app/own/mine.py",
    f"{DAY_TWO}/app/new.py",
    f"{DAY_ONE}/migrations/versions/0001.py",
)
KEPT_FOLDERS = ("days", ".checks/carried")

Tree = dict[str, tuple[bytes, int]]


@dataclass(frozen=True)
class Edit:
    """What a learner did to one file: a line at an end of it, other bytes, a mode, or no file."""

    path: str
    kind: str
    data: bytes = b""

    def apply(self, root: Path) -> None:
        """Make the edit; a file that is not there is made by what writes one."""
        file = root / self.path
        known = file.read_bytes() if file.is_file() else b""
        match self.kind:
            case "delete":
                file.unlink(missing_ok=True)
            case "mode" if file.is_file():
                file.chmod(0o755)
            case "bytes":
                _write(file, self.data)
            case "append":
                _write(file, known + b"# " + self.data.hex().encode() + b"\n")
            case "insert":
                _write(file, b"# " + self.data.hex().encode() + b"\n" + known)
            case "solve":
                _write(file, known.replace(b"return None", b"return 7"))
            case "damage":
                _write(file, known.replace(b"# region task 1.2", b"# task 1.2"))


KINDS = ("delete", "mode", "bytes", "append", "insert", "solve", "damage")
edits = st.lists(
    st.builds(Edit, st.sampled_from(PATHS), st.sampled_from(KINDS), st.binary(max_size=4)),
    min_size=1,
    max_size=5,
)


def copy(workbook: Path, target: Path) -> Path:
    """A fresh copy of a workbook, in the place of the one before."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(workbook, target))


def kept(root: Path) -> Tree:
    """Every file that no command may lose: bytes and modes by path."""
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mode & 0o777)
        for folder in KEPT_FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and STAGING_PREFIX not in path.as_posix()
    }


def stored_bytes(root: Path) -> set[bytes]:
    """The bytes of every file that a snapshot or the tree has."""
    snapshots = (root / ".checks" / "snapshots").rglob("*")
    return {path.read_bytes() for path in snapshots if path.is_file()} | {
        data for data, _ in kept(root).values()
    }


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
