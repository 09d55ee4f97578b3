"""The recorded differences: where two days in a row differ on purpose.

`solutions/differences/day2-day3.txt` has a line for each hunk: the count and the hash of the lines
that leave and of those that arrive, and the first line of both for a person. A hunk that no record
has is a fix that one day lacks, or a difference that nobody has decided yet.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from checks.authoring.day_differences import Difference, Pair, differences, pairs
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
        left, right = self.difference.places
        day = f"day{self.difference.pair.day.number}"
        mend = f"`checks carry {day}`, or `checks carry --record` if it is on purpose"
        return f"{left} and {right} differ, and no record says so; {mend}"


def unrecorded(root: Path) -> list[Unrecorded]:
    """Each difference of two days in a row that is not recorded; empty when all repeats agree.

    Raises CourseError for broken regions and for a record that cannot be read.
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
    for each in new:
        left, right = each.places
        yield f"recorded: {right} differs from {left} on purpose"
    yield f"{len(new)} differences were not recorded before; see them with `git diff {FOLDER}`"


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


def record_beginning(root: Path, day: int, paths: Collection[str]) -> list[Difference]:
    """Record what begins in a day: the lines of its changed files that the day before lacks.

    A hunk that takes lines of the day before away is recorded only if the same lines left before.
    Returns the other ones: the day before has those lines too, so a person decides.
    """
    undecided: list[Difference] = []
    for pair in pairs(root):
        if pair.later.number == day:
            record = _read(root, pair)
            present = list(differences(root, pair))
            undecided = [d for d in present if d.path in paths and not _begins(d, record)]
            others = [d for d in _new(present, record) if d.path not in paths]
            _write(root, pair, [d for d in present if d not in undecided and d not in others])
    return undecided


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
        elif not line_text.startswith("#"):
            path = line_text
    return record


def _write(root: Path, pair: Pair, present: list[Difference]) -> None:
    head = _HEAD.format(day=pair.day.number, later=pair.later.number)
    file = File((head + "".join(_entries(present))).encode())
    if read_file(_file(root, pair)) != file:
        replace_all({_file(root, pair): file})


def _entries(present: Iterable[Difference]) -> Iterator[str]:
    for path, group in groupby(present, lambda each: each.path):
        yield f"\n{path}\n"
        for each in group:
            first = (each.leaving.first, each.arriving.first)
            shown = " | ".join(line[:_WIDTH].rstrip() for line in first if line)
            yield f"{_GAP}{each.key}{_GAP}{shown}".rstrip() + "\n"
