"""The decision about one file of day N: carried into day N+1, reference kept, or a conflict."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from checks.advance.blank_lines import same_but_blank, with_blank_lines_of
from checks.advance.merge import Sides, merge
from checks.advance.migrations import is_revision
from checks.course.course import Text
from checks.course.regions import may_hold_regions, parse
from checks.errors import CourseError
from checks.files import File
from checks.messages import next_and_submit
from checks.workspace.learner_file import Attempt, is_text, mask_markers, unmask_markers

_CONFLICT_MARKERS = re.compile(rb"^<{7} .*^>{7} ", re.MULTILINE | re.DOTALL)


class Outcome(StrEnum):
    """What happens to a file."""

    CARRIED = "carried"
    KEPT = "reference kept"
    CONFLICT = "conflict"


class Choice(StrEnum):
    """What the learner wants of a file: the last three are about a conflict only."""

    REFERENCE = "reference"
    CONFLICT_MARKERS = "conflict markers"
    MINE = "mine"
    COURSE = "the course's"


@dataclass(frozen=True)
class Row:
    """One line of the report; `untouched` are tasks whose region still has the starter's lines."""

    path: str
    outcome: Outcome
    why: Text
    untouched: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileVersions:
    """The versions of one file, without their permissions.

    Of day N: `finished` is the reference's, `attempt` the learner's. Of day N+1: `starter` is the
    starter, `theirs` the learner's file, `recorded` what the last carry wrote there. `refusal` says
    why a migration stays in day N.
    """

    path: str
    next_folder: str
    finished: File | None
    attempt: Attempt
    starter: File | None
    theirs: File | None
    recorded: File | None
    refusal: Text | None = None

    @property
    def edited(self) -> bool:
        """Whether day N+1's file is no longer the starter."""
        return self.theirs != self.starter

    @property
    def base(self) -> File | None:
        """The merge base: what the last carry wrote unless it was reset, else the reference."""
        return mask_markers(self.recorded) if self.recorded and self.edited else self.finished

    @property
    def has_conflict_markers(self) -> bool:
        """Whether day N+1's file still has git's conflict markers."""
        return self.theirs is not None and bool(_CONFLICT_MARKERS.search(self.theirs.data))


@dataclass(frozen=True)
class Step:
    """The row of the report and, with `writes`, the file for day N+1 and its `carried` record."""

    row: Row | None
    writes: bool = False
    file: File | None = None
    carried: File | None = None


def decide_file(versions: FileVersions, choice: Choice | None = None) -> Step:
    """The step for one file; a conflict writes nothing unless the choice says what."""
    if choice is Choice.REFERENCE:
        row = Row(versions.path, Outcome.KEPT, next_and_submit.AS_REQUESTED)
        return Step(row, versions.edited or versions.recorded is not None, versions.starter)
    if versions.has_conflict_markers:
        return Step(_row(versions, Outcome.CONFLICT, next_and_submit.HAS_CONFLICT_MARKERS))
    sides = _sides(versions)
    if versions.refusal is not None:
        return _refused(versions, sides, versions.refusal)
    if sides.same(sides.base, sides.ours):
        return Step(_unchanged(versions))
    if sides.same(sides.theirs, sides.ours):
        return Step(_row(versions, Outcome.CARRIED, next_and_submit.ALREADY_THERE))
    return _left_alone(versions, _carry_change(versions, sides, choice), choice)


def _left_alone(versions: FileVersions, step: Step, choice: Choice | None) -> Step:
    """The step, but for a conflict in which the course's side is wanted."""
    if choice is not Choice.COURSE or step.row is None or step.row.outcome is not Outcome.CONFLICT:
        return step
    return Step(_row(versions, Outcome.KEPT, next_and_submit.AS_REQUESTED))


def _sides(versions: FileVersions) -> Sides:
    """The three files; blank lines that the learner did not change are taken from day N+1."""
    our_file = mask_markers(versions.attempt.file)
    their_file = _readable_theirs(versions.path, versions.theirs)
    sides = Sides(versions.path, versions.base, their_file, our_file)
    base, ours, theirs = (_text(sides, file) for file in (sides.base, our_file, their_file))
    if base is None or theirs is None:
        return sides
    if ours is None:
        return replace(sides, base=_encoded(theirs)) if same_but_blank(base, theirs) else sides
    ours = base if same_but_blank(base, ours) else ours
    base, ours = with_blank_lines_of(base, ours, theirs)
    return replace(sides, base=_encoded(base), ours=_encoded(ours))


def _text(sides: Sides, file: File | None) -> str | None:
    """A side without its markers; None for a file that may hold none."""
    data = sides.program(file) if may_hold_regions(sides.path) else None
    return data.decode("utf-8") if data is not None and is_text(File(data)) else None


def _encoded(text: str) -> File:
    return File(text.encode("utf-8"))


def _readable_theirs(path: str, file: File | None) -> File | None:
    """Day N+1's file; its markers are masked when the learner damaged them."""
    if file is None or not may_hold_regions(path) or not is_text(file):
        return file
    try:
        parse(file.data.decode("utf-8"), path)
    except CourseError:
        return mask_markers(file)
    return file


def _row(versions: FileVersions, outcome: Outcome, why: Text) -> Row:
    return Row(versions.path, outcome, why, versions.attempt.untouched)


def _unchanged(versions: FileVersions) -> Row | None:
    if versions.base is not versions.finished:
        return _row(versions, Outcome.CARRIED, next_and_submit.ALREADY_THERE)
    if not versions.attempt.untouched or is_revision(versions.path):
        return None
    return _row(versions, Outcome.KEPT, next_and_submit.UNTOUCHED)


def _refused(versions: FileVersions, sides: Sides, why: Text) -> Step:
    unchanged = sides.same(versions.finished, sides.ours) or sides.same(sides.theirs, sides.ours)
    return Step(None if unchanged else Row(versions.path, Outcome.KEPT, why))


def _carry_change(versions: FileVersions, sides: Sides, choice: Choice | None) -> Step:
    mine = choice is Choice.MINE
    if sides.ours is not None and (sides.theirs is not None or sides.base is None or mine):
        return _merge_change(versions, sides, choice)
    if sides.ours is not None:
        return Step(_row(versions, Outcome.CONFLICT, next_and_submit.NO_SUCH_FILE))
    if mine or sides.same(sides.theirs, sides.base):
        return Step(_row(versions, Outcome.CARRIED, next_and_submit.DELETED), writes=True)
    return Step(_row(versions, Outcome.CONFLICT, next_and_submit.DELETED_BUT_CHANGED))


def _merge_change(versions: FileVersions, sides: Sides, choice: Choice | None) -> Step:
    mine = choice is Choice.MINE
    merged = merge(sides, "your day", versions.next_folder, favours_ours=mine)
    file = None if merged.file is None else unmask_markers(merged.file)
    if merged.clean and file == versions.theirs:
        return Step(_row(versions, Outcome.CARRIED, next_and_submit.ALREADY_THERE))
    if merged.clean:
        why = next_and_submit.OWN_FILE if versions.theirs is None else next_and_submit.MERGED
        return Step(_row(versions, Outcome.CARRIED, why), True, file, versions.attempt.file)
    if file is None:
        return Step(_row(versions, Outcome.CONFLICT, next_and_submit.NOT_TEXT))
    if choice is Choice.CONFLICT_MARKERS:
        row = _row(versions, Outcome.CONFLICT, next_and_submit.HAS_CONFLICT_MARKERS)
        return Step(row, True, file, versions.attempt.file)
    return Step(_row(versions, Outcome.CONFLICT, next_and_submit.BOTH_CHANGED))
