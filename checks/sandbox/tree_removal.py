"""Removing what learner code has left: folders of any depth, by descriptor, no link followed."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from checks.sandbox.open_beneath import FOLDER
from checks.sandbox.privileges import as_root


def remove_tree(folder: Path) -> None:
    """Remove a folder of any depth; shutil.rmtree recurses, which a learner's app can exhaust.

    What cannot be removed is left. A link in the place of the folder is removed itself.
    """
    with suppress(OSError), as_root():
        parent = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            remove_entry(parent, folder.name)
        finally:
            os.close(parent)


def remove_entry(parent: int, name: str) -> None:
    """Remove what stands under this name in the folder of the descriptor: a file, a link, a tree.

    Raises FileNotFoundError when there is nothing.
    """
    if not stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
        os.unlink(name, dir_fd=parent)
        return
    with suppress(OSError):
        top = _open_folder(parent, name)
        try:
            _empty(top)
        finally:
            os.close(top)
    with suppress(OSError):
        os.rmdir(name, dir_fd=parent)


def _empty(top: int) -> None:
    """Remove everything in a folder. Every inner folder is moved up first: no path grows long."""
    pending = ["."]
    while pending:
        name = pending.pop()
        with suppress(OSError):
            try:
                current = _open_folder(top, name)
            except OSError:  # a link has taken the place of the folder before it was moved
                os.unlink(name, dir_fd=top)
                continue
            try:
                pending.extend(_remove_files(top, current))
            finally:
                os.close(current)
            if name != ".":
                os.rmdir(name, dir_fd=top)


def _remove_files(top: int, current: int) -> list[str]:
    """Unlink the files of a folder, and move its folders to the top; their new names there."""
    with os.scandir(current) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    moved: list[str] = []
    for name, is_folder in found:
        with suppress(OSError):
            if is_folder:
                os.close(_open_folder(current, name))  # whoever moves a folder has to write to it
                moved.append(f".{secrets.token_hex(8)}")
                os.rename(name, moved[-1], src_dir_fd=current, dst_dir_fd=top)
            else:
                os.unlink(name, dir_fd=current)
    return moved


def _open_folder(parent: int, name: str) -> int:
    """A descriptor of a folder, with all permissions for its owner. Raises OSError for a link."""
    try:
        descriptor = os.open(name, FOLDER, dir_fd=parent)
    except PermissionError:
        _give_permissions(parent, name)
        descriptor = os.open(name, FOLDER, dir_fd=parent)
    with suppress(OSError):  # another owner's folder, that this user may write to all the same
        os.fchmod(descriptor, 0o700)
    return descriptor


def _give_permissions(parent: int, name: str) -> None:
    """Make a folder readable that cannot be opened for reading. Raises OSError for a link."""
    if os.chmod in os.supports_follow_symlinks:
        os.chmod(name, 0o700, dir_fd=parent, follow_symlinks=False)
        return
    handle = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    try:
        Path(f"/proc/self/fd/{handle}").chmod(0o700)
    finally:
        os.close(handle)
