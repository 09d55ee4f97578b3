"""A copy of a repository on this machine, made of plain files alone.

Git reads a repository with all that it points to: links, `commondir`, alternates. It reads as the
instructor, so a repository of two text files could hand in somebody else's work. The copy has
nothing but objects and refs that lie in the repository itself, and settings of the checker's own.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from checks.errors import CourseError
from checks.grade.tars import UNPACKED_LIMIT
from checks.grade.tree import MEMBER_LIMIT

FILES = ("HEAD", "packed-refs", "shallow")
FOLDERS = ("objects", "refs")
BORROWED = (
    *("commondir", "gitdir", "objects/info/alternates", "objects/info/http-alternates"),
    ".git",
)
"""Files by which git goes on to another repository."""
DEPTH_LIMIT = 32
CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
CHUNK = 1 << 20
PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
Entry = tuple[str, int]
"""A path below the repository, and a descriptor of the file there."""


def git_folder(path: Path) -> Path | None:
    """The repository at a path: its `.git`, or the path itself when it is bare; else None.

    Raises CourseError for a `.git` that is a file or a link: it belongs to another folder.
    """
    inner = path / ".git"
    if os.path.lexists(inner):
        if not stat.S_ISDIR(inner.lstat().st_mode):
            raise CourseError("its .git is a file or a link, which leads to another repository")
        return inner
    return path if is_bare(path) else None


def is_bare(folder: Path) -> bool:
    """Whether a folder looks like a repository without a work tree."""
    return (folder / "HEAD").is_file() and all((folder / name).is_dir() for name in FOLDERS)


def copy_repository(source: Path, target: Path) -> None:
    """Copy HEAD, refs and objects, and nothing that another file leads to.

    Raises CourseError for a link, for a pointer to another repository, and for too much.
    """
    for name in BORROWED:
        if os.path.lexists(source / name):
            raise CourseError(f"its {name} leads to another repository")
    for name in FOLDERS:
        (target / name).mkdir(parents=True)
    (target / "config").write_text(CONFIG)
    remaining = UNPACKED_LIMIT
    for count, (name, descriptor) in enumerate(_entries(source), 1):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(descriptor, "rb") as stream, (target / name).open("xb") as copy:
            while chunk := stream.read(CHUNK):
                remaining -= len(chunk)
                if remaining < 0:
                    raise CourseError(f"it holds more than {UNPACKED_LIMIT >> 20} MiB")
                copy.write(chunk)
        if count > MEMBER_LIMIT:
            raise CourseError(f"it holds more than {MEMBER_LIMIT} files")


def _entries(source: Path) -> Iterator[Entry]:
    """Each plain file that makes the repository. Raises CourseError for anything else."""
    folder = os.open(source, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in FILES:
            if _kind(folder, name, name):
                yield name, os.open(name, PLAIN, dir_fd=folder)
        for name in FOLDERS:
            if _kind(folder, name, name) != stat.S_IFDIR:
                raise CourseError(f"its {name} is no folder")
            yield from _files_below(folder, name)
    finally:
        os.close(folder)


def _files_below(folder: int, top: str) -> Iterator[Entry]:
    for current, folders, names, descriptor in os.fwalk(top, dir_fd=folder, follow_symlinks=False):
        if current.count("/") > DEPTH_LIMIT:
            raise CourseError(f"its {top} has folders in folders, {DEPTH_LIMIT} of them")
        for name in (*folders, *names):
            path = f"{current}/{name}"
            if _kind(descriptor, name, path) == stat.S_IFREG:
                yield path, os.open(name, PLAIN, dir_fd=descriptor)


def _kind(folder: int, name: str, path: str) -> int:
    """S_IFREG, S_IFDIR, or 0 for nothing. Raises CourseError for a link and the like."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return 0
    if stat.S_ISLNK(mode):
        raise CourseError(f"its {path} is a link, which may lead to another repository")
    kind = stat.S_IFMT(mode)
    if kind not in (stat.S_IFREG, stat.S_IFDIR):
        raise CourseError(f"its {path} is neither a file nor a folder")
    return kind
