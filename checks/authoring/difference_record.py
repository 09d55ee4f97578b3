"""The recorded differences: where two days in a row differ on purpose.

`solutions/differences/day2-day3.txt` has a line for each hunk: the count and the hash of the lines
that leave and of those that arrive, and the first line of both for a person. A file that begins in
the later day is a line too, and so is a path that `learner` of `day.toml` gains or loses. A
difference that no record has is a fix that one day lacks, or one that nobody has decided yet.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from checks.authoring.day_differences import (
    FILE_BEGINS,
    FILE_IS_MISSING,
    LEARNER,
    Difference,
    Pair,
    differences,
    pairs,
)
from checks.course.conflict_markers import conflict_line
from checks.errors import CourseError
from checks.files import File, read_file, replace_all

FOLDER = "solutions/differences"
Record = Mapping[str, Counter[str]]
"""By path: the keys of its recorded differences, and how often each stands there."""

_HEAD = """\
# Where day {later} differs from day {day} on purpose. `checks carry` writes this file.
# A hunk a line: lines of day {day} that leave, lines of day {later} that are new, their hashes.
"""
_ON_PURPOSE = "or `checks carry --record` if it is on purpose"
_BEGINS = "begins: "
_WIDTH = 40
_GAP = "  "  # before a key and after it; a key has single spaces


@dataclass(frozen=True)
class Unrecorded:
    """A difference that no record has."""

    difference: Difference

    @property
    def path(self) -> str:
        """The later day's file, relative to the root."""
        return f"solutions/{self.difference.pair.later.folder}/{self.difference.path}"

    @property
    def sentence(self) -> str:
        """What differs, and the command for it."""
        difference = self.difference
        left, right = difference.places
        mend = f"`checks carry day{difference.pair.day.number}`"
        what = f"{left} and {right} differ"
        if difference.key == FILE_BEGINS:
            what = f"{right} exists and {left} does not"
        elif difference.key == FILE_IS_MISSING:
            what = f"{left} exists and {right} does not"
        elif difference.key.startswith(LEARNER):
            what = f"{left} and {right} differ in `learner`: {difference.key[len(LEARNER) :]}"
            mend = "write the same paths in both"
        return f"{what}, and no record says so; {mend}, {_ON_PURPOSE}"


def unrecorded(root: Path) -> list[Unrecorded]:
    """Each difference of two days in a row that is not recorded; empty when all repeats agree.

    Raises CourseError as `differences` does, and for a record that cannot be read.
    """
    return [Unrecorded(each) for pair in pairs(root) for each in _new_in(root, pair)]


def disagreement_lines(differences: Sequence[Unrecorded]) -> Iterator[str]:
    """What `checks carry --check` prints."""
    yield from (each.sentence for each in differences)
    if differences:
        yield "`checks carry DAY --base COMMIT` carries what is committed since COMMIT"
    else:
        yield "the repeats of all days agree"


def recorded_lines(new: Sequence[Difference]) -> Iterator[str]:
    """What `checks carry --record` prints: each difference that was not recorded before."""
    yield from map(recorded_line, new)
    yield f"{len(new)} differences were not recorded before; see them with `git diff {FOLDER}`"


def recorded_line(new: Difference) -> str:
    """What a carry prints of a difference that it records."""
    left, right = new.places
    if new.key == FILE_BEGINS:
        return f"recorded: {right} begins in day{new.pair.later.number}"
    if new.key == FILE_IS_MISSING:
        return f"recorded: {left} ends in day{new.pair.day.number}"
    return f"recorded: {right} differs from {left} on purpose"


def record_all(root: Path) -> list[Difference]:
    """Record every difference there is as one on purpose; returns those that are new.

    A record with git's conflict markers is written anew, as if it were empty.
    """
    new: list[Difference] = []
    for pair in pairs(root):
        present = list(differences(root, pair))
        try:
            new += _new(present, _read(root, pair))
        except CourseError:
            new += present
        _write(root, pair, present)
    return new


@dataclass(frozen=True)
class Beginning:
    """The differences of a day's changed files from the day before."""

    recorded: tuple[Difference, ...] = ()
    """Those that were not recorded before."""
    undecided: tuple[Difference, ...] = ()
    """Those that are not recorded: the day before has those lines too, so a person decides."""


def record_beginning(root: Path, day: int, paths: Collection[str]) -> Beginning:
    """Record what begins in a day: the lines of its changed files that the day before lacks.

    A hunk that takes lines of the day before away is recorded only if the same lines left before.
    """
    for pair in pairs(root):
        if pair.later.number == day:
            record = _read(root, pair)
            present = list(differences(root, pair))
            new = _new(present, record)
            undecided = [d for d in present if d.path in paths and not _begins(d, record)]
            left_out = [d for d in new if d.path not in paths] + undecided
            _write(root, pair, [d for d in present if d not in left_out])
            return Beginning(tuple(d for d in new if d not in left_out), tuple(undecided))
    return Beginning()


def _begins(difference: Difference, record: Record) -> bool:
    leaving = difference.key.partition(" +")[0]
    recorded = record.get(difference.path, Counter())
    return not difference.loses_lines or any(k.partition(" +")[0] == leaving for k in recorded)


def _new_in(root: Path, pair: Pair) -> list[Difference]:
    return _new(differences(root, pair), _read(root, pair))


def _new(present: Iterable[Difference], record: Record) -> list[Difference]:
    remaining = {path: Counter(keys) for path, keys in record.items()}
    new = []
    for each in present:
        keys = remaining.setdefault(each.path, Counter())
        if not keys[each.key]:
            new.append(each)
        keys[each.key] -= 1
    return new


def _file(root: Path, pair: Pair) -> Path:
    return root / FOLDER / f"{pair.name}.txt"


def _read(root: Path, pair: Pair) -> Record:
    """Raises CourseError for git's conflict markers."""
    file = read_file(_file(root, pair))
    text = file.data.decode("utf-8", "replace") if file else ""
    if line := conflict_line(text):
        where = f"{FOLDER}/{pair.name}.txt:{line}"
        mend = "`checks carry --record` writes the file anew"
        raise CourseError(f"{where}: git's conflict markers stand here; {mend}")
    record: dict[str, Counter[str]] = {}
    path = ""
    for line_text in text.splitlines():
        if line_text.startswith(_GAP):
            record.setdefault(path, Counter())[line_text.strip().split(_GAP)[0]] += 1
        elif line_text.startswith(_BEGINS):
            record.setdefault(line_text.removeprefix(_BEGINS), Counter())[FILE_BEGINS] += 1
        elif not line_text.startswith("#"):
            path = line_text
    return record


def _write(root: Path, pair: Pair, present: list[Difference]) -> None:
    head = _HEAD.format(day=pair.day.number, later=pair.later.number)
    file = File((head + "".join(_entries(present))).encode())
    if read_file(_file(root, pair)) != file:
        replace_all({_file(root, pair): file})


def _entries(present: Sequence[Difference]) -> Iterator[str]:
    begins = [f"{_BEGINS}{each.path}\n" for each in present if each.key == FILE_BEGINS]
    yield from ["\n", *begins] if begins else []
    others = (each for each in present if each.key != FILE_BEGINS)
    for path, group in groupby(others, lambda each: each.path):
        yield f"\n{path}\n"
        for each in group:
            first = (each.leaving.first, each.arriving.first)
            shown = " | ".join(line[:_WIDTH].rstrip() for line in first if line)
            yield f"{_GAP}{each.key}{_GAP}{shown}".rstrip() + "\n"
