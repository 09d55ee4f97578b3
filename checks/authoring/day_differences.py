"""The differences of one day's solution from the next day's, hunk by hunk.

Region markers, `#|` lines and blank lines are set aside. The files that belong to one day alone
(`is_carried`) are not compared, but for the `learner` paths of `day.toml`, which days repeat. A
file that begins or ends in a day is one difference.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path, PurePosixPath

from checks.course.course import DAYS, PlannedDay
from checks.course.generated import git_ignored
from checks.course.region_lines import LineKind, split_lines
from checks.course.regions import may_hold_regions, parse
from checks.course.strict_toml import read_table
from checks.files import File, read_file, source_files

FILE_IS_MISSING = "the file is missing"
FILE_BEGINS = "the file begins"
LEARNER = "learner "
"""How the key of a difference in the `learner` paths begins; `+path` or `-path` follows."""
_MANIFEST = "day.toml"
_OF_ONE_DAY = ("exercises/*", _MANIFEST, "README*.md")
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
        return self.key != FILE_BEGINS and not self.key.startswith("-0 ")

    @property
    def places(self) -> tuple[str, str]:
        """The file in both days, with the lines of a hunk."""
        days = (self.pair.day, self.pair.later)
        earlier, later = (f"solutions/{day.folder}/{self.path}" for day in days)
        if self.leaving == self.arriving:  # both are empty: the difference is no hunk
            return earlier, later
        return f"{earlier}:{self.leaving.span}", f"{later}:{self.arriving.span}"


def pairs(root: Path) -> list[Pair]:
    """The written days, each with the next one."""
    written = [day for day in DAYS if (root / "solutions" / day.folder / "day.toml").is_file()]
    return [Pair(day, later) for day, later in pairwise(written)]


def differences(root: Path, pair: Pair) -> Iterator[Difference]:
    """Each difference of two days, in the order of paths and lines.

    Raises CourseError for broken regions, an unreadable `day.toml`, and a link among the files.
    """
    yield from _learner_differences(root, pair)
    ignored = git_ignored(root)
    sides = [_carried_files(root, day, ignored) for day in (pair.day, pair.later)]
    for name in sorted({*sides[0], *sides[1]}, key=PurePosixPath):
        earlier, later = (read_file(side[name]) if name in side else None for side in sides)
        yield from _file_differences(pair, name, earlier, later)


def _learner_differences(root: Path, pair: Pair) -> Iterator[Difference]:
    sides = []
    for day in (pair.day, pair.later):
        name = f"solutions/{day.folder}/{_MANIFEST}"
        sides.append(set(read_table(root / name, name).texts("learner")))
    for sign, patterns in (("-", sides[0] - sides[1]), ("+", sides[1] - sides[0])):
        for pattern in sorted(patterns):
            yield Difference(pair, _MANIFEST, f"{LEARNER}{sign}{pattern}")


def _carried_files(root: Path, day: PlannedDay, ignored: frozenset[str]) -> dict[str, Path]:
    """The files of a day that are compared, by path in the day's folder."""
    folder = root / "solutions" / day.folder
    return {
        name: path
        for path in source_files(folder)
        if is_carried(name := path.relative_to(folder).as_posix())
        and path.relative_to(root).as_posix() not in ignored
    }


def _file_differences(
    pair: Pair, path: str, earlier: File | None, later: File | None
) -> Iterator[Difference]:
    if earlier is None or later is None:
        yield Difference(pair, path, FILE_BEGINS if earlier is None else FILE_IS_MISSING)
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
    """The program's lines that are not blank; None for bytes that are no text."""
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
    return [Line(n, line.rstrip()) for n, line in lines if line.strip()]


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_HASH_LENGTH]
