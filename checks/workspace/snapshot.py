"""Snapshots: what files were, so that an undo brings exactly that back.

A snapshot is a folder `.checks/snapshots/<id>` with an index and the bytes, moved into place when
it is complete. It remembers modes, which paths did not exist, and what the command was about to
write: so work that was done since is told from the command's own. Nothing is restored before a
new snapshot holds what the restoring takes away.
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
_NONE: Mapping[Path, File | None] = {}


@dataclass(frozen=True)
class Entry:
    """A path as it was: `sha256` and `mode` are None where there was no file.

    `left` is the SHA-256 of what the command then left there, None where it left no file.
    """

    path: str
    sha256: str | None
    mode: int | None
    left: str | None = _UNKNOWN


@dataclass(frozen=True)
class Snapshot:
    """One snapshot: why and when (UTC, ISO 8601) it was made, and what it holds.

    `missing` are folders that did not exist. `restored` is set once it was brought back. `undo`
    and `redo` say that not a command but an undo, or a redo, was about to write.
    """

    id: str
    why: str
    at: str
    entries: tuple[Entry, ...]
    missing: tuple[str, ...] = ()
    restored: bool = False
    undo: bool = False
    redo: bool = False


def snapshot(
    root: Path,
    paths: Iterable[Path | str],
    why: str,
    *,
    becomes: Mapping[Path, File | None] = _NONE,
    undo: bool = False,
    redo: bool = False,
) -> str:
    """Remember files, whether they exist or not; the new id.

    Paths are absolute or relative to `root`; `becomes` is what the command will write. Raises
    CourseError for a path outside the root and for one that is not a file.
    """
    found = {(inside := _inside(root, path)): read_file(root / inside) for path in paths}
    left = {_inside(root, path): _digest(file) for path, file in becomes.items()}
    entries = tuple(
        Entry(path, _digest(file), file.mode if file else None, left.get(path, _UNKNOWN))
        for path, file in found.items()
    )
    missing = tuple(sorted({each for path in found for each in _missing_above(root, path)}))
    at = datetime.now(UTC).isoformat()
    made = Snapshot("", why, at, entries, missing, undo=undo, redo=redo)
    return _keep(root, made, [file.data for file in found.values() if file is not None])


def snapshots(root: Path) -> tuple[Snapshot, ...]:
    """All snapshots, oldest first. Raises CourseError for one that cannot be read."""
    return tuple(load(root, name) for name in _names(root))


def latest(root: Path) -> Snapshot | None:
    """What an undo would bring back: the newest that is not brought back already."""
    newest_first = (load(root, name) for name in reversed(_names(root)))
    return next((each for each in newest_first if not each.restored and not each.undo), None)


def latest_undo(root: Path) -> Snapshot | None:
    """What a redo would bring back: the newest undo that no command has written after."""
    for each in (load(root, name) for name in reversed(_names(root))):
        if each.undo and not each.restored:
            return each
        if not each.undo and not each.redo:
            return None
    return None


def edited(root: Path, held: Snapshot) -> tuple[str, ...]:
    """The paths that are neither as they were before the command nor as the command left them."""
    return tuple(
        each.path
        for each in held.entries
        if _digest(read_file(root / each.path)) not in (each.sha256, each.left)
    )


def load(root: Path, snapshot_id: str) -> Snapshot:
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


def restore(root: Path, snapshot_id: str) -> str:
    """Bring every path of a snapshot back; the id of the snapshot that takes this back.

    Raises CourseError, before anything is changed, when the snapshot is missing or damaged.
    """
    held = load(root, snapshot_id)
    wanted = {root / entry.path: _file(root, held, entry) for entry in held.entries}
    back = snapshot(root, wanted, held.why, becomes=wanted, undo=not held.undo, redo=held.undo)
    replace_all(wanted)
    for name in sorted(held.missing, reverse=True):
        with contextlib.suppress(OSError):
            (root / name).rmdir()
    _write_index(root / _FOLDER / snapshot_id, {**asdict(held), "restored": True})
    return back


def _names(root: Path) -> list[str]:
    folder = root / _FOLDER
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(name for name in names if name.isdigit())


def _inside(root: Path, path: Path | str) -> str:
    full = Path(os.path.normpath(root.absolute() / path))
    if full == root.absolute() or not full.is_relative_to(root.absolute()):
        raise CourseError(f"{path} is not inside {root}; only the workbook's files are kept")
    return full.relative_to(root.absolute()).as_posix()


def _missing_above(root: Path, path: str) -> Iterator[str]:
    for folder in Path(path).parents:
        if folder != Path() and not (root / folder).exists():
            yield folder.as_posix()


def _digest(file: File | None) -> str | None:
    return None if file is None else hashlib.sha256(file.data).hexdigest()


def _file(root: Path, held: Snapshot, entry: Entry) -> File | None:
    if entry.sha256 is None or entry.mode is None:
        return None
    file = read_file(root / _FOLDER / held.id / entry.sha256)
    if file is None or _digest(file) != entry.sha256:
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
