"""One file on its way from day N to day N+1: what is carried, kept, or left to a person."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from checks.advance.blank_lines import respaced, same_but_blank
from checks.advance.merge import Sides, merge
from checks.course.course import Text
from checks.course.regions import may_hold, parse
from checks.errors import CourseError
from checks.files import File
from checks.messages import next_and_submit as words
from checks.workspace.learner_file import Attempt, is_text, masked, unmasked

REFERENCE_ONLY = ("migrations/versions/*",)
"""Each migration names the one before it: two days' own would be two heads."""


_MARKS = re.compile(rb"^<{7} .*^>{7} ", re.MULTILINE | re.DOTALL)


class Outcome(StrEnum):
    """What became of a file."""

    CARRIED = "carried"
    KEPT = "reference kept"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Row:
    """One line of the report; `untouched` are tasks whose region is the starter's still."""

    path: str
    outcome: Outcome
    why: Text
    untouched: tuple[str, ...] = ()


@dataclass(frozen=True)
class OneFile:
    """All that is known of one path; the permissions of every file are left aside.

    `finished` is the reference's day N, `begun` day N+1's starter, `theirs` day N+1 as it stands,
    `recorded` what was carried there the last time.
    """

    path: str
    into: str
    finished: File | None
    attempt: Attempt
    begun: File | None
    theirs: File | None
    recorded: File | None

    @property
    def edited(self) -> bool:
        """Whether day N+1's file is no longer the starter."""
        return self.theirs != self.begun

    @property
    def base(self) -> File | None:
        """Where the learner's change begins: at what was carried, unless that was put back."""
        return masked(self.recorded) if self.recorded and self.edited else self.finished

    @property
    def undecided(self) -> bool:
        """Whether git's markers still stand in day N+1's file."""
        return self.theirs is not None and bool(_MARKS.search(self.theirs.data))


@dataclass(frozen=True)
class Step:
    """What to say and, with `writes`, what to put in day N+1 and to remember as carried."""

    row: Row | None
    writes: bool = False
    file: File | None = None
    carried: File | None = None


def decide(one: OneFile, keep_reference: bool = False, with_conflicts: bool = False) -> Step:
    """The step for one file; a conflict writes nothing unless `with_conflicts` asks for it."""
    if keep_reference:
        row = Row(one.path, Outcome.KEPT, words.ASKED)
        return Step(row, one.edited or one.recorded is not None, one.begun)
    if one.undecided:
        return Step(_row(one, Outcome.CONFLICT, words.MARKED))
    sides = _sides(one)
    if any(fnmatchcase(one.path, pattern) for pattern in REFERENCE_ONLY):
        return _migration(one, sides)
    if sides.same(sides.base, sides.ours):
        return Step(_unchanged(one))
    if sides.same(sides.theirs, sides.ours):
        return Step(_row(one, Outcome.CARRIED, words.ALREADY))
    return _moved(one, sides, with_conflicts)


def _sides(one: OneFile) -> Sides:
    """The three files; blank lines that nobody meant to change are day N+1's already."""
    ours, theirs = masked(one.attempt.file), _readable(one.path, one.theirs)
    sides = Sides(one.path, one.base, theirs, ours)
    base, mine, new = (_program(sides, file) for file in (sides.base, ours, theirs))
    if base is None or new is None:
        return sides
    if mine is None:
        return replace(sides, base=_file(new)) if same_but_blank(base, new) else sides
    base, mine = respaced(base, base if same_but_blank(base, mine) else mine, new)
    return replace(sides, base=_file(base), ours=_file(mine))


def _program(sides: Sides, file: File | None) -> str | None:
    """A side without its markers; None for what is no text of a kind that may hold them."""
    data = sides.program(file) if may_hold(sides.path) else None
    return data.decode("utf-8") if data is not None and is_text(File(data)) else None


def _file(text: str) -> File:
    return File(text.encode("utf-8"))


def _readable(path: str, file: File | None) -> File | None:
    """Day N+1's file; its markers are hidden when the learner broke them."""
    if file is None or not may_hold(path) or not is_text(file):
        return file
    try:
        parse(file.data.decode("utf-8"), path)
    except CourseError:
        return masked(file)
    return file


def _row(one: OneFile, outcome: Outcome, why: Text) -> Row:
    return Row(one.path, outcome, why, one.attempt.untouched)


def _unchanged(one: OneFile) -> Row | None:
    if one.base is not one.finished:
        return _row(one, Outcome.CARRIED, words.ALREADY)
    return _row(one, Outcome.KEPT, words.UNTOUCHED) if one.attempt.untouched else None


def _migration(one: OneFile, sides: Sides) -> Step:
    unchanged = sides.same(one.finished, sides.ours) or sides.same(sides.theirs, sides.ours)
    return Step(None if unchanged else Row(one.path, Outcome.KEPT, words.MIGRATION))


def _moved(one: OneFile, sides: Sides, with_conflicts: bool) -> Step:
    if sides.ours is not None and (sides.theirs is not None or sides.base is None):
        return _merged(one, sides, with_conflicts)
    if sides.ours is not None:
        return Step(_row(one, Outcome.CONFLICT, words.GONE))
    if sides.same(sides.theirs, sides.base):
        return Step(_row(one, Outcome.CARRIED, words.DELETED), writes=True)
    return Step(_row(one, Outcome.CONFLICT, words.YOU_DELETED))


def _merged(one: OneFile, sides: Sides, with_conflicts: bool) -> Step:
    merged = merge(sides, "your day", one.into)
    file = None if merged.file is None else unmasked(merged.file)
    if merged.clean and file == one.theirs:
        return Step(_row(one, Outcome.CARRIED, words.ALREADY))
    if merged.clean:
        why = words.NEW if one.theirs is None else words.YOURS
        return Step(_row(one, Outcome.CARRIED, why), True, file, one.attempt.file)
    if file is None:
        return Step(_row(one, Outcome.CONFLICT, words.NO_TEXT))
    if with_conflicts:
        return Step(_row(one, Outcome.CONFLICT, words.MARKED), True, file, one.attempt.file)
    return Step(_row(one, Outcome.CONFLICT, words.BOTH))
