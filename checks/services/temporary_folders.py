"""Temporary folders with an owner: a lock file beside each folder is held as long as it is in use.

A killed process deletes nothing. Its locks end with it (flock(2)), so a later start knows which
folders have no owner any more; `checks.sandbox.stale_folders` removes those.
"""

import fcntl
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "eventure-"
SUFFIX = ".lock"
SHORT_PATHS = Path("/tmp")  # noqa: S108 - the folders in it have mode 0700 and random names
"""Where a folder lies that holds Unix sockets, whose paths have at most 104 bytes."""

_locks: dict[Path, int] = {}


@contextmanager
def temporary_folder(kind: str, parent: Path | None = None) -> Iterator[Path]:
    """A new folder of mode 0700 until the block ends, by default in the system's own for these."""
    folder = make_folder(kind, parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        release(folder)


def make_folder(kind: str, parent: Path | None = None) -> Path:
    """A new folder of mode 0700. Its user deletes it and calls `release`."""
    parent = parent or Path(tempfile.gettempdir())
    while True:
        folder = parent / f"{PREFIX}{kind}-{secrets.token_hex(4)}"
        with suppress(FileExistsError):
            descriptor = _make_lock(lock_of(folder))
            try:
                folder.mkdir(mode=0o700)
            except BaseException:
                os.close(descriptor)
                raise
            _locks[folder] = descriptor
            return folder


def release(folder: Path) -> None:
    """Give up the folder; safe to call twice. One that could not be deleted is left to a sweep."""
    descriptor = _locks.pop(folder, None)
    if descriptor is None:
        return
    if not os.path.lexists(folder):
        lock_of(folder).unlink(missing_ok=True)
    os.close(descriptor)


def has_owner(folder: Path) -> bool:
    """Whether somebody holds the folder's lock, or a file that this user may not open says so."""
    try:
        descriptor = os.open(lock_of(folder), os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def lock_of(folder: Path) -> Path:
    """The lock file of a folder, beside it."""
    return folder.with_name(folder.name + SUFFIX)


@contextmanager
def ownerless_folders(parent: Path, uids: Container[int]) -> Iterator[list[Path]]:
    """The folders of these users in `parent` without an owner, locked until the block ends.

    A name alone says nothing: each of them has its own lock file, a plain and empty one.
    """
    taken = {}
    try:
        for lock in sorted(parent.glob(f"{PREFIX}*{SUFFIX}")):
            with suppress(OSError):
                if (descriptor := _take_lock(lock, uids)) is not None:
                    taken[lock.with_name(lock.name.removesuffix(SUFFIX))] = descriptor
        yield list(taken)
    finally:
        for folder, descriptor in taken.items():
            if not os.path.lexists(folder):
                lock_of(folder).unlink(missing_ok=True)
            os.close(descriptor)


def _make_lock(lock: Path) -> int:
    """The descriptor of a new file, locked. Raises FileExistsError, also if a sweep was faster."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    if os.fstat(descriptor).st_nlink != 1:
        os.close(descriptor)
        raise FileExistsError(lock)
    return descriptor


def _take_lock(lock: Path, uids: Container[int]) -> int | None:
    """The descriptor of a lock file that nobody holds; None for any other file."""
    descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        status = os.fstat(descriptor)
        if (
            stat.S_ISREG(status.st_mode)
            and status.st_uid in uids
            and (status.st_nlink, status.st_size) == (1, 0)
            and os.path.samestat(status, lock.lstat())
        ):
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None
