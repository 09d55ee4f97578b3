"""Snapshots: what files were, so that an undo brings exactly that back.

A snapshot is a folder `.checks/snapshots/<id>` with an index and the bytes, moved into place when
it is complete. It remembers modes and which paths did not exist. Nothing is restored before a new
snapshot holds what the restoring takes away.
"""

import contextlib
import errno
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks.errors import CourseError
from checks.files import File, read_file, replace_all, source_files, write_file

_FOLDER = Path(".checks/snapshots")


@dataclass(frozen=True)
class Entry:
    """A path as it was: `sha256` and `mode` are None where there was no file."""

    path: str
    sha256: str | None
    mode: int | None


@dataclass(frozen=True)
class Snapshot:
    """One snapshot: why and when (UTC, ISO 8601) it was made, and what it holds.

    `folders` were asked for as a whole: a file that appeared in them since is taken away by a
    restore. `missing` are folders that did not exist. `restored` is set once it was brought back.
    """

    id: str
    why: str
    at: str
    entries: tuple[Entry, ...]
    folders: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    restored: bool = False
    undo: bool = False


def snapshot(root: Path, paths: Iterable[Path | str], why: str, *, undo: bool = False) -> str:
    """Remember files, and folders with all in them, whether they exist or not; the new id.

    Paths are absolute or relative to `root`. Raises CourseError for a path outside the root and
    for one that is neither a file nor a folder.
    """
    inside = [_inside(root, path) for path in paths]
    folders = tuple(path for path in inside if (root / path).is_dir())
    files = dict.fromkeys(each for path in inside for each in _files(root, path))
    found = {path: read_file(root / path) for path in files}
    entries = tuple(_entry(path, file) for path, file in found.items())
    missing = tuple(sorted({each for path in files for each in _missing_above(root, path)}))
    made = Snapshot("", why, datetime.now(UTC).isoformat(), entries, folders, missing, undo=undo)
    return _keep(root, made, [file.data for file in found.values() if file is not None])


def snapshots(root: Path) -> tuple[Snapshot, ...]:
    """All snapshots, oldest first. Raises CourseError for one that cannot be read."""
    folder = root / _FOLDER
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return tuple(load(root, name) for name in names if name.isdigit())


def latest(root: Path) -> Snapshot | None:
    """What an undo would bring back: the newest that is not brought back already."""
    open_ones = [each for each in snapshots(root) if not each.restored and not each.undo]
    return open_ones[-1] if open_ones else None


def load(root: Path, snapshot_id: str) -> Snapshot:
    """One snapshot's index. Raises CourseError when there is none or it is damaged."""
    path = root / _FOLDER / snapshot_id / "index.json"
    if not snapshot_id.isdigit() or not path.is_file():
        raise CourseError(f"There is no snapshot {snapshot_id!r} in {_FOLDER.as_posix()}")
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))  # Any: JSON
        data["entries"] = tuple(Entry(**entry) for entry in data["entries"])
        lists = {key: tuple(data[key]) for key in ("folders", "missing")}
        return Snapshot(**{**data, **lists, "id": snapshot_id})
    except (ValueError, TypeError, KeyError) as error:
        mend = f"the files themselves are in {path.parent}"
        raise CourseError(f"{path} is damaged ({error}); {mend}") from error


def restore(root: Path, snapshot_id: str) -> str:
    """Bring every path of a snapshot back; the id of the snapshot that undoes this.

    Raises CourseError, before anything is changed, when the snapshot is missing or damaged.
    """
    held = load(root, snapshot_id)
    wanted = {root / entry.path: _file(root, held, entry) for entry in held.entries}
    appeared = [root / each for path in held.folders for each in _files(root, path)]
    wanted = {**dict.fromkeys(appeared), **wanted}
    back = snapshot(root, list(wanted), f"before bringing back {snapshot_id}", undo=True)
    replace_all(wanted)
    for name in sorted(held.missing, reverse=True):
        with contextlib.suppress(OSError):
            (root / name).rmdir()
    _write_index(root / _FOLDER / snapshot_id, {**asdict(held), "restored": True})
    return back


def _inside(root: Path, path: Path | str) -> str:
    full = Path(os.path.normpath(root.absolute() / path))
    if full == root.absolute() or not full.is_relative_to(root.absolute()):
        raise CourseError(f"{path} is not inside {root}; only the workbook's files are kept")
    return full.relative_to(root.absolute()).as_posix()


def _files(root: Path, path: str) -> Iterator[str]:
    full = root / path
    if not full.is_dir() or full.is_symlink():
        yield path
        return
    yield from (each.relative_to(root).as_posix() for each in source_files(full))


def _missing_above(root: Path, path: str) -> Iterator[str]:
    for folder in Path(path).parents:
        if folder != Path() and not (root / folder).exists():
            yield folder.as_posix()


def _entry(path: str, file: File | None) -> Entry:
    if file is None:
        return Entry(path, None, None)
    return Entry(path, hashlib.sha256(file.data).hexdigest(), file.mode)


def _file(root: Path, held: Snapshot, entry: Entry) -> File | None:
    if entry.sha256 is None or entry.mode is None:
        return None
    file = read_file(root / _FOLDER / held.id / entry.sha256)
    if file is None or hashlib.sha256(file.data).hexdigest() != entry.sha256:
        raise CourseError(f"snapshot {held.id} has lost {entry.path}; nothing was changed")
    return File(file.data, stat.S_IMODE(entry.mode))


def _keep(root: Path, made: Snapshot, blobs: list[bytes]) -> str:
    folder = root / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    replace_all({staging / hashlib.sha256(data).hexdigest(): File(data) for data in blobs})
    _write_index(staging, asdict(made))
    while True:
        last = max((int(each.name) for each in folder.iterdir() if each.name.isdigit()), default=0)
        try:
            staging.rename(folder / f"{last + 1:04}")
        except OSError as error:
            # Another process took the number: take the next.
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
        else:
            return f"{last + 1:04}"


def _write_index(folder: Path, data: dict[str, Any]) -> None:
    kept = {key: value for key, value in data.items() if key != "id"}
    write_file(folder / "index.json", json.dumps(kept, indent=1, ensure_ascii=False).encode())
