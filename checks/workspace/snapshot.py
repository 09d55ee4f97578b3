"""Snapshots: the bytes and modes of files, so that an undo restores exactly them.

A snapshot is a folder `.checks/snapshots/<id>` with an index and the bytes, moved into place when
it is complete. It records modes, which paths did not exist, and what the command was about to
write, which tells later edits from the command's own changes. Nothing is restored before a new
snapshot holds what the restore overwrites.
"""

import contextlib
import errno
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks.errors import CourseError
from checks.files import File, read_file, replace_all, write_file

_FOLDER = Path(".checks/snapshots")
_UNKNOWN = "unknown"
_NO_FILES: Mapping[Path, File | None] = {}


@dataclass(frozen=True)
class Entry:
    """A path before the command: `sha256` and `mode` are None where there was no file.

    `left` is the SHA-256 of the file that the command wrote, None where it left no file. The
    field names are the keys of `index.json`.
    """

    path: str
    sha256: str | None
    mode: int | None
    left: str | None = _UNKNOWN


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


def take_snapshot(
    root: Path,
    paths: Iterable[Path | str],
    why: str,
    *,
    new_files: Mapping[Path, File | None] = _NO_FILES,
    undo: bool = False,
    redo: bool = False,
) -> str:
    """Store files, whether they exist or not; the new snapshot's id.

    Paths are absolute or relative to `root`; `new_files` is what the command will write. Raises
    CourseError for a path outside the root and for one that is not a file.
    """
    files = {(relative := _relative_path(root, path)): read_file(root / relative) for path in paths}
    left_digests = {_relative_path(root, path): _digest(file) for path, file in new_files.items()}
    entries = tuple(
        Entry(path, _digest(file), file.mode if file else None, left_digests.get(path, _UNKNOWN))
        for path, file in files.items()
    )
    missing = tuple(sorted({folder for path in files for folder in _missing_above(root, path)}))
    at = datetime.now(UTC).isoformat()
    snapshot = Snapshot("", why, at, entries, missing, undo=undo, redo=redo)
    return _store(root, snapshot, [file.data for file in files.values() if file is not None])


def load_snapshots(root: Path) -> tuple[Snapshot, ...]:
    """All snapshots, oldest first. Raises CourseError for one that cannot be read."""
    return tuple(load_snapshot(root, name) for name in _snapshot_ids(root))


def latest_snapshot(root: Path) -> Snapshot | None:
    """The snapshot that an undo restores: the newest that is not restored yet."""
    newest_first = (load_snapshot(root, name) for name in reversed(_snapshot_ids(root)))
    return next(
        (snapshot for snapshot in newest_first if not snapshot.restored and not snapshot.undo), None
    )


def latest_undo(root: Path) -> Snapshot | None:
    """The snapshot that a redo restores: the newest undo, unless a command has written since."""
    for snapshot in (load_snapshot(root, name) for name in reversed(_snapshot_ids(root))):
        if snapshot.undo and not snapshot.restored:
            return snapshot
        if not snapshot.undo and not snapshot.redo:
            return None
    return None


def edited_paths(root: Path, snapshot: Snapshot) -> tuple[str, ...]:
    """The paths that are neither as they were before the command nor as the command left them."""
    return tuple(
        entry.path
        for entry in snapshot.entries
        if _digest(read_file(root / entry.path)) not in (entry.sha256, entry.left)
    )


def load_snapshot(root: Path, snapshot_id: str) -> Snapshot:
    """One snapshot's index. Raises CourseError when there is none or it is damaged."""
    path = root / _FOLDER / snapshot_id / "index.json"
    if not snapshot_id.isdigit() or not path.parent.is_dir():
        raise CourseError(f"There is no snapshot {snapshot_id!r} in {_FOLDER.as_posix()}")
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))  # Any: JSON
        data["entries"] = tuple(Entry(**entry) for entry in data["entries"])
        data["missing"] = tuple(data["missing"])
        return Snapshot(**{**data, "id": snapshot_id})
    except (OSError, ValueError, TypeError, KeyError) as error:
        mend = f"the files themselves are beside it; move {path.parent} away and try again"
        raise CourseError(f"{path} is damaged ({error}); {mend}") from error


def restore_snapshot(root: Path, snapshot_id: str) -> str:
    """Restore every path of a snapshot; the id of the snapshot that undoes the restore.

    Raises CourseError, before anything is changed, when the snapshot is missing or damaged.
    """
    snapshot = load_snapshot(root, snapshot_id)
    files = {root / entry.path: _stored_file(root, snapshot, entry) for entry in snapshot.entries}
    undo_id = take_snapshot(
        root, files, snapshot.why, new_files=files, undo=not snapshot.undo, redo=snapshot.undo
    )
    replace_all(files)
    for name in sorted(snapshot.missing, reverse=True):
        with contextlib.suppress(OSError):
            (root / name).rmdir()
    _write_index(root / _FOLDER / snapshot_id, {**asdict(snapshot), "restored": True})
    return undo_id


def _snapshot_ids(root: Path) -> list[str]:
    folder = root / _FOLDER
    ids = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(snapshot_id for snapshot_id in ids if snapshot_id.isdigit())


def _relative_path(root: Path, path: Path | str) -> str:
    absolute = Path(os.path.normpath(root.absolute() / path))
    if absolute == root.absolute() or not absolute.is_relative_to(root.absolute()):
        raise CourseError(f"{path} is not inside {root}; only the workbook's files are kept")
    return absolute.relative_to(root.absolute()).as_posix()


def _missing_above(root: Path, path: str) -> Iterator[str]:
    for folder in Path(path).parents:
        if folder != Path() and not (root / folder).exists():
            yield folder.as_posix()


def _digest(file: File | None) -> str | None:
    return None if file is None else hashlib.sha256(file.data).hexdigest()


def _stored_file(root: Path, snapshot: Snapshot, entry: Entry) -> File | None:
    if entry.sha256 is None or entry.mode is None:
        return None
    file = read_file(root / _FOLDER / snapshot.id / entry.sha256)
    if file is None or _digest(file) != entry.sha256:
        raise CourseError(f"snapshot {snapshot.id} has lost {entry.path}; nothing was changed")
    return File(file.data, stat.S_IMODE(entry.mode))


def _store(root: Path, snapshot: Snapshot, blobs: list[bytes]) -> str:
    folder = root / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    replace_all({staging / hashlib.sha256(data).hexdigest(): File(data) for data in blobs})
    _write_index(staging, asdict(snapshot))
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


def _write_index(folder: Path, data: dict[str, Any]) -> None:
    index = {key: value for key, value in data.items() if key != "id"}
    write_file(folder / "index.json", json.dumps(index, indent=1, ensure_ascii=False).encode())
