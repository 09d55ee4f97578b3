"""Open a file below a folder by descriptor: no symbolic link is followed, no path leads out.

The kernel resolves the whole path at once where it has openat2 (Linux 5.6); elsewhere each folder
of the path is opened by itself. https://man7.org/linux/man-pages/man2/openat2.2.html
"""

import ctypes
import errno
import os
import sys
from pathlib import PurePosixPath

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# <linux/openat2.h>; the number of the system call is the same on every architecture but alpha
OPENAT2 = 437
RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH = 0x04, 0x08
UNAVAILABLE = (errno.ENOSYS, errno.EPERM)
"""The errors of a kernel without openat2, and of a container whose seccomp filter forbids it."""


class _OpenHow(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


def open_beneath(folder: int, name: str, flags: int, mode: int = 0) -> int:
    """A descriptor of the file `name` below the folder, which is a descriptor too.

    Raises OSError, with ELOOP or ENOTDIR for a link at any place of the path, and ValueError for
    an absolute path and for one with "..".
    """
    parts = path_parts(name)
    if sys.platform == "linux":
        try:
            return _openat2(folder, "/".join(parts) or ".", flags, mode)
        except OSError as error:
            if error.errno not in UNAVAILABLE:
                raise
    return _open_step_by_step(folder, parts, flags, mode)


def path_parts(name: str) -> tuple[str, ...]:
    """The parts of a path that can only lead downwards. Raises ValueError for any other."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise ValueError(f"{name!r} leads out of its folder")
    return path.parts


def _openat2(folder: int, name: str, flags: int, mode: int) -> int:
    resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH
    how = _OpenHow(flags | os.O_CLOEXEC, mode if flags & os.O_CREAT else 0, resolve)
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    size = ctypes.c_size_t(ctypes.sizeof(how))
    path = ctypes.c_char_p(os.fsencode(name))
    descriptor: int = call(
        ctypes.c_long(OPENAT2), ctypes.c_int(folder), path, ctypes.byref(how), size
    )
    if descriptor < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return descriptor


def _open_step_by_step(folder: int, parts: tuple[str, ...], flags: int, mode: int) -> int:
    """Open each folder of the path by the descriptor of the one above it."""
    current = os.dup(folder)
    try:
        for part in parts[:-1]:
            inner = os.open(part, FOLDER, dir_fd=current)
            os.close(current)
            current = inner
        last = parts[-1] if parts else "."
        return os.open(last, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=current)
    finally:
        os.close(current)
