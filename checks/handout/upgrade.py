"""`checks upgrade`: a newer course under a learner's work, merged in three ways.

The base of each file is what was handed out. What only the learner changed stays; what only the
course changed is taken; of what both changed the lines are merged. A file that cannot be merged
stays as it is, keeps its base, and is told: the same command settles it later. Files that no
handout has are never touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from checks.advance.merge import git_merge_file
from checks.course.conflict_markers import conflict_line
from checks.course.learners_copy import BASE, pack_base
from checks.errors import CourseError
from checks.files import File, git_file, read_file, remove_empty_folders, replace_all
from checks.workspace.snapshot import take_snapshot

REASON = "upgrade"


class Outcome(StrEnum):
    """What happens to one file."""

    TAKEN = "taken"
    REMOVED = "removed"
    KEPT = "kept"
    MERGED = "merged"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Choices:
    """Paths for which the learner has decided a conflict."""

    take_course: frozenset[str] = frozenset()
    keep_mine: frozenset[str] = frozenset()
    with_conflicts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step:
    """One file's outcome; `file` is what is written there when `writes`, None deletes."""

    outcome: Outcome
    writes: bool = False
    file: File | None = None
    settled: bool = True


@dataclass(frozen=True)
class Plan:
    """The files that differ, by path, and the base that the next upgrade begins from."""

    steps: Mapping[str, Step]
    base: Mapping[str, File]

    @property
    def conflicts(self) -> tuple[str, ...]:
        return tuple(path for path, step in self.steps.items() if not step.settled)

    @property
    def changes(self) -> Mapping[str, File | None]:
        return {path: step.file for path, step in self.steps.items() if step.writes}


def plan_upgrade(
    root: Path, base: Mapping[str, File], course: Mapping[str, File], choices: Choices
) -> Plan:
    """Decide about every file of the old and of the new handout; writes nothing.

    Raises CourseError for a choice that names no file of either, and for a link or a folder in a
    file's place.
    """
    paths = sorted(base.keys() | course.keys())
    named = choices.take_course | choices.keep_mine | choices.with_conflicts
    if unknown := sorted(named - set(paths)):
        raise CourseError(f"{unknown[0]} is no file of the course; name it from the top: days/…")
    steps = {
        path: step
        for path in paths
        if (step := _decide(path, root, base.get(path), course.get(path), choices)) is not None
    }
    unsettled = {path for path, step in steps.items() if not step.settled}
    kept = {path: file for path, file in course.items() if path not in unsettled}
    return Plan(steps, {**kept, **{path: base[path] for path in unsettled & base.keys()}})


def write_upgrade(root: Path, plan: Plan) -> str:
    """Snapshot what changes, write it with the new base, and return the snapshot's id."""
    changes = {**plan.changes, BASE: git_file(pack_base(plan.base))}
    files = {root / path: file for path, file in changes.items()}
    snapshot_id = take_snapshot(root, files, REASON, new_files=files)
    replace_all(files)
    removed = [path.parent for path, file in files.items() if file is None]
    remove_empty_folders(removed, root)
    return snapshot_id


def _decide(
    path: str, root: Path, base: File | None, course: File | None, choices: Choices
) -> Step | None:
    """The step for one file; None when there is nothing to do or to tell."""
    mine = read_file(root / path)
    if _data(mine) == _data(course):
        return None
    if _data(mine) == _data(base) or path in choices.take_course:
        return Step(Outcome.TAKEN if course else Outcome.REMOVED, writes=True, file=course)
    if _data(course) == _data(base) or path in choices.keep_mine:
        return Step(Outcome.KEPT)
    if mine is None or course is None:
        return Step(Outcome.CONFLICT, settled=False)
    return _merge(base, mine, course, write_markers=path in choices.with_conflicts)


def _data(file: File | None) -> bytes | None:
    return None if file is None else file.data


def _merge(base: File | None, mine: File, course: File, *, write_markers: bool) -> Step:
    """Both changed it: the lines are merged; markers are written only where that was asked for."""
    is_torn = conflict_line(mine.data.decode("utf-8", "replace")) is not None
    if is_torn or any(b"\0" in each.data for each in (mine, course)):
        return Step(Outcome.CONFLICT, settled=False)
    names = ("yours", "handed out", "the course")
    data = base.data if base else b""
    merged, conflicts = git_merge_file(mine.data, data, course.data, names)
    file = git_file(merged, executable=course.executable)
    if conflicts and not write_markers:
        return Step(Outcome.CONFLICT, settled=False)
    return Step(Outcome.CONFLICT if conflicts else Outcome.MERGED, writes=True, file=file)
