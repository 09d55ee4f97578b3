"""The Unix sockets of the checker's doubles, in a folder where only the checker may write.

Contained, the folder is mounted read-only at its own path, so a socket has one path on both sides
of the border. Whatever a double makes, learner code can connect to it and never replace it.
"""

import os
import socket
from contextlib import suppress
from pathlib import Path

from checks.services.temporary_folders import SHORT_PATHS, make_folder


def make_socket_folder() -> Path:
    """A new folder for the sockets of all doubles; another user may connect and not list it."""
    folder = make_folder("sockets", SHORT_PATHS)
    folder.chmod(0o711)
    return folder


def bind_socket(path: Path) -> socket.socket:
    """A socket bound to the path, in place of an earlier double's, and open to every user.

    A folder of its own, for a client that is told one, is made.
    """
    if not path.parent.is_dir():
        path.parent.mkdir()
        path.parent.chmod(0o711)
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX)
    try:
        bound.bind(os.fspath(path))
        path.chmod(0o777)  # the contained app is another user
    except OSError:
        bound.close()
        raise
    return bound


def remove(path: Path) -> None:
    """Remove the name of a socket; nobody connects to it any more."""
    with suppress(FileNotFoundError):
        path.unlink()
