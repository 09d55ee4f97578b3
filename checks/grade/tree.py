"""A submission's files before anybody has read them: an archive or a folder as one value."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

MEMBER_LIMIT = 50_000
"""Entries in one tree: a clone includes its history, but that is limited too."""
ARCHIVE_LIMIT = 64 << 20
"""Bytes of all archives that lie in another one, or in a folder."""
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")
UNREADABLE = (
    *(".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".lz", ".lzma", ".z", ".arj", ".ace"),
    *(".cab", ".iso", ".dmg", ".zipx", ".lzh", ".wim", ".xar", ".sit"),
)
"""Archives that are told as such, and not read."""


@dataclass(frozen=True)
class Entry:
    """A regular file of a tree.

    `executable` is None where the archive records no permissions, as those of Windows do.
    `modified` is naive where the archive records the local time of an unknown zone (MS-DOS time).
    """

    size: int
    executable: bool | None = None
    modified: datetime | None = None


Read = Callable[[Collection[str], int], Iterator[tuple[str, bytes]]]


@dataclass(frozen=True)
class Tree:
    """The regular files of an archive or a folder by name, and how to read some of them.

    `read(names, limit)` yields each name with at most `limit` bytes and raises CourseError for a
    longer one. `twice` are the names that stand in an archive more than once. `is_workbook`: its
    place is known, also where no day in it has a file.
    """

    label: str
    entries: Mapping[str, Entry]
    read: Read
    twice: frozenset[str] = frozenset()
    is_workbook: bool = False


def is_archive(name: str) -> bool:
    """Whether a file of this name is read as an archive."""
    return name.lower().endswith(SUFFIXES)


def is_unreadable_archive(name: str) -> bool:
    """Whether a file of this name is an archive of a kind that is not read."""
    return not is_archive(name) and name.lower().endswith(UNREADABLE)
