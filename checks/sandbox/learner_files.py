"""Files that learner code may write, touched by the trusted side: by descriptor, no link followed.

Every access of the trusted side to such a file goes through a `LearnerFolder`; a test of the
repository looks for others. A link that learner code puts in the place of a file, or of a folder
above it, is an error here and never a way to another file, also when it comes at the worst moment.

A process of root's that runs tests does all of this as the learner's own uid (`privileges`).
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from checks.sandbox.open_beneath import FOLDER, open_beneath, path_parts
from checks.sandbox.privileges import as_learner
from checks.sandbox.tree_removal import remove_entry

SIZE_LIMIT = 64 << 20
READ = os.O_RDONLY | os.O_NONBLOCK
WRITE = os.O_WRONLY | os.O_NONBLOCK  # a pipe that nobody reads does not hold us up
UNEXPECTED = (
    *(errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENXIO, errno.ENOENT),
    *(errno.EXDEV, errno.ENAMETOOLONG),
)
"""The errors that mean: at this path there is something else than the trusted side has expected."""


class UnexpectedFile(OSError):
    """At a path there is a link, another kind of file, nothing, or too much."""


class LearnerFolder:
    """A folder that learner code writes to; each `name` is a path below it.

    The methods raise UnexpectedFile for whatever learner code has put in the place of the file,
    OSError for other errors of the system, and ValueError for a name that leads out of the folder.
    """

    def __init__(self, root: Path) -> None:
        """`root` is a path that learner code cannot change, only what is in the folder."""
        self.root = root

    def read_bytes(self, name: str, limit: int = SIZE_LIMIT) -> bytes:
        """The bytes of a plain file of at most `limit` bytes."""
        with self._plain_file(name, READ) as descriptor, os.fdopen(descriptor, "rb") as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise UnexpectedFile(errno.EFBIG, "is too large", name)
        return data

    def write_bytes(self, name: str, data: bytes, mode: int = 0o644) -> None:
        """Write a plain file, over one that is there, with these permissions."""
        with self._plain_file(name, WRITE | os.O_CREAT, mode) as descriptor:
            os.ftruncate(descriptor, 0)
            os.fchmod(descriptor, mode)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)

    def truncate(self, name: str, size: int) -> None:
        """Cut a plain file off after so many bytes."""
        with self._plain_file(name, WRITE) as descriptor, os.fdopen(descriptor, "wb"):
            os.ftruncate(descriptor, size)

    def make_folder(self, name: str, mode: int) -> None:
        """Make a folder with these permissions; one that is there stays, with its permissions."""
        with self._parent(name) as (parent, last):
            with suppress(FileExistsError):
                os.mkdir(last, mode, dir_fd=parent)
                folder = os.open(last, FOLDER, dir_fd=parent)
                try:
                    os.fchmod(folder, mode)  # the umask is not asked
                finally:
                    os.close(folder)
                return
            if not stat.S_ISDIR(os.stat(last, dir_fd=parent, follow_symlinks=False).st_mode):
                raise UnexpectedFile(errno.ENOTDIR, "is no folder", name)

    def remove(self, name: str) -> None:
        """Remove a file, a link or a folder of any depth; nothing happens when there is none."""
        with self._parent(name) as (parent, last), suppress(FileNotFoundError):
            remove_entry(parent, last)

    def status(self, name: str) -> os.stat_result | None:
        """The status of a file, of a link itself, or None when nothing can be reached there."""
        try:
            with self._parent(name) as (parent, last):
                return os.stat(last, dir_fd=parent, follow_symlinks=False)
        except OSError:
            return None

    def is_file(self, name: str) -> bool:
        """Whether there is a plain file, which a link is not."""
        status = self.status(name)
        return status is not None and stat.S_ISREG(status.st_mode)

    def names(self, name: str = ".") -> list[str]:
        """The names in the folder or in one below it, sorted."""
        with self._descriptor(name, FOLDER) as folder:
            return sorted(os.listdir(folder))  # noqa: PTH208 - a descriptor is no path

    def files(self, name: str, depth: int) -> list[str]:
        """The paths of all files below a folder of it; deeper than `depth` it is not entered."""
        with self._descriptor(name, FOLDER) as top:
            return list(_files(top, depth))

    @contextmanager
    def socket_path(self, name: str) -> Iterator[str]:
        """The path by which to connect to a Unix socket; a link to one is UnexpectedFile.

        Where a socket cannot be opened as a file (macOS), the path is asked before it is given.
        """
        if sys.platform != "linux":
            status = self.status(name)
            if status is None or not stat.S_ISSOCK(status.st_mode):
                raise UnexpectedFile(errno.ENOTSOCK, "is no socket", name)
            yield str(self.root / name)
            return
        with self._descriptor(name, os.O_PATH) as descriptor:
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                raise UnexpectedFile(errno.ENOTSOCK, "is no socket", name)
            yield f"/proc/self/fd/{descriptor}"

    @contextmanager
    def _plain_file(self, name: str, flags: int, mode: int = 0) -> Iterator[int]:
        """A descriptor of a plain file, for the block to close."""
        with self._folder() as root:
            with _translated(name):
                descriptor = open_beneath(root, name, flags, mode)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise UnexpectedFile(errno.EINVAL, "is not a plain file", name)
            yield descriptor

    @contextmanager
    def _parent(self, name: str) -> Iterator[tuple[int, str]]:
        """A descriptor of the folder that holds the name, and the last part of the name."""
        *folders, last = path_parts(name)
        with self._descriptor("/".join(folders), FOLDER) as parent, _translated(name):
            yield parent, last

    @contextmanager
    def _descriptor(self, name: str, flags: int) -> Iterator[int]:
        with self._folder() as root:
            with _translated(name):
                descriptor = open_beneath(root, name, flags)
            try:
                yield descriptor
            finally:
                os.close(descriptor)

    @contextmanager
    def _folder(self) -> Iterator[int]:
        """The folder, opened by the trusted side; what is done in it is done as the learner."""
        root = os.open(self.root, FOLDER)
        try:
            with as_learner():
                yield root
        finally:
            os.close(root)


def _files(top: int, depth: int) -> Iterator[str]:
    for path, folders, files, _ in os.fwalk(".", dir_fd=top, follow_symlinks=False):
        if len(Path(path).parts) >= depth:
            folders.clear()
        yield from ((Path(path) / file).as_posix() for file in files)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """Turn the errors that learner code can cause into UnexpectedFile."""
    try:
        yield
    except UnexpectedFile:
        raise
    except OSError as error:
        if error.errno not in UNEXPECTED:
            raise
        raise UnexpectedFile(error.errno, error.strerror or "", name) from None
