"""Snapshots: the bytes and modes of files, so that an undo restores exactly them.

A snapshot is a folder `.checks/snapshots/<id>` with an index and the bytes, moved into place when
it is complete. It records modes, which paths did not exist, and what the command was about to
write, which tells later edits from the command's own changes. Nothing is restored before a new
snapshot holds what the restore overwrites.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from checks.errors import CourseError
from checks.files import File, read_file, replace_all
from checks.workspace.snapshot_store import (
    FOLDER,
    UNKNOWN,
    Entry,
    Snapshot,
    digest,
    load_snapshot,
    snapshot_ids,
    store,
    stored_file,
    write_index,
)

_NO_FILES: Mapping[Path, File | None] = {}


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
    left_digests = {_relative_path(root, path): digest(file) for path, file in new_files.items()}
    entries = tuple(
        Entry(path, digest(file), file.mode if file else None, left_digests.get(path, UNKNOWN))
        for path, file in files.items()
    )
    missing = tuple(sorted({folder for path in files for folder in _missing_above(root, path)}))
    at = datetime.now(UTC).isoformat()
    snapshot = Snapshot("", why, at, entries, missing, undo=undo, redo=redo)
    return store(root, snapshot, [file.data for file in files.values() if file is not None])


def snapshots(root: Path) -> list[Snapshot]:
    """Every snapshot, the oldest first. Raises CourseError for a damaged one."""
    return [load_snapshot(root, name) for name in snapshot_ids(root)]


def delete_snapshots(root: Path) -> None:
    """Delete every snapshot: an undo has nothing left to restore."""
    for name in snapshot_ids(root):
        shutil.rmtree(root / FOLDER / name)


def latest_snapshot(root: Path) -> Snapshot | None:
    """The snapshot that an undo restores: the newest that is not restored yet."""
    newest_first = (load_snapshot(root, name) for name in reversed(snapshot_ids(root)))
    return next(
        (snapshot for snapshot in newest_first if not snapshot.restored and not snapshot.undo), None
    )


def latest_undo(root: Path) -> Snapshot | None:
    """The snapshot that a redo restores: the newest undo, unless a command has written since."""
    for snapshot in (load_snapshot(root, name) for name in reversed(snapshot_ids(root))):
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
        if digest(read_file(root / entry.path)) not in (entry.sha256, entry.left)
    )


def restore_snapshot(root: Path, snapshot_id: str) -> str:
    """Restore every path of a snapshot; the id of the snapshot that undoes the restore.

    Raises CourseError, before anything is changed, when the snapshot is missing or damaged.
    """
    snapshot = load_snapshot(root, snapshot_id)
    files = {root / entry.path: stored_file(root, snapshot, entry) for entry in snapshot.entries}
    undo_id = take_snapshot(
        root, files, snapshot.why, new_files=files, undo=not snapshot.undo, redo=snapshot.undo
    )
    replace_all(files)
    for name in sorted(snapshot.missing, reverse=True):
        with contextlib.suppress(OSError):
            (root / name).rmdir()
    write_index(root / FOLDER / snapshot_id, {**asdict(snapshot), "restored": True})
    return undo_id


def _relative_path(root: Path, path: Path | str) -> str:
    absolute = Path(os.path.normpath(root.absolute() / path))
    if absolute == root.absolute() or not absolute.is_relative_to(root.absolute()):
        raise CourseError(f"{path} is not inside {root}; only the workbook's files are kept")
    return absolute.relative_to(root.absolute()).as_posix()


def _missing_above(root: Path, path: str) -> Iterator[str]:
    for folder in Path(path).parents:
        if folder != Path() and not (root / folder).exists():
            yield folder.as_posix()
