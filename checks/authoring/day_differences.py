"""The differences of one day's solution from the next day's, hunk by hunk.

Region markers and `#|` lines are set aside, and so is a line without a letter or a digit: a blank
line or a lone bracket says nothing that two days could disagree about. The files that belong to
one day alone (`is_carried`) are not compared, and a file that only the later day has is that
day's own.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

from checks.course.course import DAYS, PlannedDay
from checks.course.generated import git_ignored
from checks.course.region_lines import LineKind, split_lines
from checks.course.regions import may_hold_regions, parse
from checks.files import File, read_file, source_files

FILE_IS_MISSING = "the file is missing"
_OF_ONE_DAY = ("exercises/*", "day.toml", "README*.md")
_HASH_LENGTH = 12


def is_carried(path: str) -> bool:
    """Whether a later day repeats the file, by its path in the day's folder."""
    return not any(fnmatchcase(path, pattern) for pattern in _OF_ONE_DAY)


@dataclass(frozen=True)
class Pair:
    """Two days in a row."""

    day: PlannedDay
    later: PlannedDay

    @property
    def name(self) -> str:
        """Such as "day2-day3"."""
        return f"day{self.day.number}-day{self.later.number}"


@dataclass(frozen=True)
class Line:
    """One line of a program, without its indentation's line end, and its number in the file."""

    number: int
    text: str


@dataclass(frozen=True)
class Block:
    """Lines in a row that one day has and the other lacks; `anchor` is the line before them."""

    lines: tuple[Line, ...]
    anchor: int = 1

    @property
    def digest(self) -> str:
        """The count of the lines and their hash, such as "2 9f86d081884c"; "0 -" for none."""
        text = "\n".join(line.text for line in self.lines).encode()
        return f"{len(self.lines)} {_hash(text) if self.lines else '-'}"

    @property
    def first(self) -> str:
        """The first line, for a person."""
        return self.lines[0].text.strip() if self.lines else ""

    @property
    def span(self) -> str:
        """The numbers of the lines: "9" or "9-12"."""
        first, last = (self.lines[0].number, self.lines[-1].number) if self.lines else (0, 0)
        return str(first or self.anchor) if first == last else f"{first}-{last}"


@dataclass(frozen=True)
class Difference:
    """One hunk: `leaving` stands in the day alone, `arriving` in the later day alone.

    `key` identifies it by its content, so a line above it may come or go.
    """

    pair: Pair
    path: str
    key: str
    leaving: Block = Block(())
    arriving: Block = Block(())

    @property
    def loses_lines(self) -> bool:
        """Whether the later day lacks something that the day has."""
        return self.key == FILE_IS_MISSING or not self.key.startswith("-0 ")

    @property
    def places(self) -> tuple[str, str]:
        """The file and the lines of it, in both days."""
        folders = (
            f"solutions/{day.folder}/{self.path}" for day in (self.pair.day, self.pair.later)
        )
        earlier, later = folders
        return f"{earlier}:{self.leaving.span}", f"{later}:{self.arriving.span}"


def pairs(root: Path) -> list[Pair]:
    """The written days, each with the next one."""
    written = [day for day in DAYS if (root / "solutions" / day.folder / "day.toml").is_file()]
    return [Pair(day, later) for day, later in pairwise(written)]


def differences(root: Path, pair: Pair) -> Iterator[Difference]:
    """Each difference of two days, in the order of paths and lines.

    Raises CourseError for broken regions and for a link among the files.
    """
    folders = [root / "solutions" / day.folder for day in (pair.day, pair.later)]
    ignored = git_ignored(root)
    for path in sorted(source_files(folders[0])):
        name = path.relative_to(folders[0]).as_posix()
        if is_carried(name) and path.relative_to(root).as_posix() not in ignored:
            files = [read_file(folder / name) for folder in folders]
            yield from _file_differences(pair, name, *files)


def _file_differences(
    pair: Pair, path: str, earlier: File | None, later: File | None
) -> Iterator[Difference]:
    if earlier is None or later is None:
        yield Difference(pair, path, FILE_IS_MISSING)
        return
    if earlier.executable != later.executable:
        yield Difference(pair, path, "executable in " + ("one" if earlier.executable else "later"))
    if earlier.data == later.data:
        return
    sides = [_lines(file.data, path) for file in (earlier, later)]
    if sides[0] is None or sides[1] is None:
        yield Difference(pair, path, f"bytes {_hash(earlier.data)} {_hash(later.data)}")
    else:
        yield from _hunks(pair, path, sides[0], sides[1])


def _hunks(pair: Pair, path: str, left: list[Line], right: list[Line]) -> Iterator[Difference]:
    earlier, later = ([line.text for line in side] for side in (left, right))
    for tag, i, j, k, m in SequenceMatcher(None, earlier, later, autojunk=False).get_opcodes():
        if tag != "equal":
            leaving = Block(tuple(left[i:j]), left[i - 1].number if i else 1)
            arriving = Block(tuple(right[k:m]), right[k - 1].number if k else 1)
            key = f"-{leaving.digest} +{arriving.digest}"
            yield Difference(pair, path, key, leaving, arriving)


def _lines(data: bytes, path: str) -> list[Line] | None:
    """The program's lines; None for bytes that are no text."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if may_hold_regions(path):
        segments = parse(text, path)
        lines = [(line.number, line.text) for part in segments for line in part.lines
                 if line.kind is LineKind.TEXT]  # fmt: skip
    else:
        lines = list(enumerate(split_lines(text), 1))
    return [Line(n, line.rstrip()) for n, line in lines if any(map(str.isalnum, line))]


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_HASH_LENGTH]
