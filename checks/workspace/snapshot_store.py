"""How snapshots lie on the disk: a folder `.checks/snapshots/<id>` with an index and the bytes.

A new snapshot is moved into place when it is complete.
"""

import errno
import hashlib
import json
import stat
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checks.errors import CourseError
from checks.files import File, read_file, replace_all, write_file

FOLDER = Path(".checks/snapshots")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Entry:
    """A path before the command: `sha256` and `mode` are None where there was no file.

    `left` is the SHA-256 of the file that the command wrote, None where it left no file. The
    field names are the keys of `index.json`.
    """

    path: str
    sha256: str | None
    mode: int | None
    left: str | None = UNKNOWN


@dataclass(frozen=True)
class Snapshot:
    """One snapshot: why and when (UTC, ISO 8601) it was made, and what it holds.

    `missing` are folders that did not exist. `restored` is set once the snapshot was restored.
    `undo` and `redo` mark a snapshot that an undo, or a redo, took before it wrote. The field
    names are the keys of `index.json`.
    """

    id: str
    why: str
    at: str
    entries: tuple[Entry, ...]
    missing: tuple[str, ...] = ()
    restored: bool = False
    undo: bool = False
    redo: bool = False


def load_snapshot(root: Path, snapshot_id: str) -> Snapshot:
    """One snapshot's index. Raises CourseError when there is none or it is damaged."""
    path = root / FOLDER / snapshot_id / "index.json"
    if not snapshot_id.isdigit() or not path.parent.is_dir():
        raise CourseError(f"There is no snapshot {snapshot_id!r} in {FOLDER.as_posix()}")
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))  # Any: JSON
        data["entries"] = tuple(Entry(**entry) for entry in data["entries"])
        data["missing"] = tuple(data["missing"])
        return Snapshot(**{**data, "id": snapshot_id})
    except (OSError, ValueError, TypeError, KeyError) as error:
        mend = f"the files themselves are beside it; move {path.parent} away and try again"
        raise CourseError(f"{path} is damaged ({error}); {mend}") from error


def snapshot_ids(root: Path) -> list[str]:
    folder = root / FOLDER
    ids = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(snapshot_id for snapshot_id in ids if snapshot_id.isdigit())


def digest(file: File | None) -> str | None:
    return None if file is None else hashlib.sha256(file.data).hexdigest()


def stored_file(root: Path, snapshot: Snapshot, entry: Entry) -> File | None:
    if entry.sha256 is None or entry.mode is None:
        return None
    file = read_file(root / FOLDER / snapshot.id / entry.sha256)
    if file is None or digest(file) != entry.sha256:
        raise CourseError(f"snapshot {snapshot.id} has lost {entry.path}; nothing was changed")
    return File(file.data, stat.S_IMODE(entry.mode))


def store(root: Path, snapshot: Snapshot, blobs: list[bytes]) -> str:
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    replace_all({staging / hashlib.sha256(data).hexdigest(): File(data) for data in blobs})
    write_index(staging, asdict(snapshot))
    while True:
        last = max(
            (int(entry.name) for entry in folder.iterdir() if entry.name.isdigit()), default=0
        )
        try:
            staging.rename(folder / f"{last + 1:04}")
        except OSError as error:
            # Another process took the number: take the next.
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
        else:
            return f"{last + 1:04}"


def write_index(folder: Path, data: dict[str, Any]) -> None:
    index = {key: value for key, value in data.items() if key != "id"}
    write_file(folder / "index.json", json.dumps(index, indent=1, ensure_ascii=False).encode())
