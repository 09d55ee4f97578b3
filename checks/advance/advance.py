"""`checks next`: the learner's changes of day N, merged into day N+1's starter.

The base is the finished day N, so only differences from the reference are carried; where there is
none, day N+1 already has the reference's answer. What was carried is recorded in
`.checks/carried/`. The record is the base of the next carry, so nothing is carried twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checks.advance.chain_steps import keep_whole, with_whole_chain
from checks.advance.decision import Choice, FileVersions, Outcome, Row, Step, decide_file
from checks.advance.trees import (
    CARRIED_FOLDER,
    file_modes,
    has_changes,
    passed_tasks,
    read_revisions,
    read_versions,
)
from checks.advance.unresolved_imports import UnresolvedName, unresolved_names
from checks.course.course import DAYS, Course, Day
from checks.errors import CourseError
from checks.files import File, read_file, remove_empty_folders, replace_all, source_files
from checks.messages import next_and_submit
from checks.workspace.learner_file import starter_of
from checks.workspace.snapshot import take_snapshot


@dataclass(frozen=True)
class Choices:
    """Files, by path in the day's folder: keep the reference, or write conflict markers.

    Of a file in conflict, `mine` takes the learner's lines, `course` leaves day N+1's file alone.
    """

    reference: frozenset[str] = frozenset()
    conflicts: frozenset[str] = frozenset()
    mine: frozenset[str] = frozenset()
    course: frozenset[str] = frozenset()

    def by_path(self, files: Mapping[str, FileVersions]) -> dict[str, Choice]:
        """What is chosen, by path; migrations stay behind together."""
        return {
            **dict.fromkeys(with_whole_chain(self.course, files), Choice.COURSE),
            **dict.fromkeys(self.mine, Choice.MINE),
            **dict.fromkeys(self.conflicts, Choice.CONFLICT_MARKERS),
            **dict.fromkeys(with_whole_chain(self.reference, files), Choice.REFERENCE),
        }


@dataclass(frozen=True)
class Plan:
    """What a carry would do; nothing is written yet.

    `changes` are paths relative to the root; None deletes. `edited` are the changed files that
    differ from their starter. `not_listed` are files that day.toml does not list, `unresolved`
    names that day N+1 uses and would lack, `not_passed` tasks that the learner changed and that
    have not passed. `files` are all that were looked at.
    """

    day: Day
    next_day: Day
    rows: tuple[Row, ...]
    changes: Mapping[str, File | None]
    edited: tuple[str, ...] = ()
    not_listed: tuple[str, ...] = ()
    unresolved: tuple[UnresolvedName, ...] = ()
    not_passed: tuple[str, ...] = ()
    files: Mapping[str, FileVersions] = field(default_factory=dict)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The files of which the learner has to choose a side."""
        return tuple(
            row.path
            for row in self.rows
            if row.outcome is Outcome.CONFLICT and row.why in next_and_submit.TWO_SIDES
        )

    @property
    def staying(self) -> tuple[str, ...]:
        """The learner's migrations that could not be carried, in the course's favour."""
        return tuple(row.path for row in self.rows if row.why in next_and_submit.MIGRATIONS_STAY)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to the learner: all was carried, or left behind on request."""
        conflicts = any(row.outcome is Outcome.CONFLICT for row in self.rows)
        return not (self.unresolved or self.staying or conflicts)


def day_after(course: Course, day: Day) -> Day | None:
    """The day after, if it is written."""
    return next((later for later in course.days if later.number == day.number + 1), None)


def day_to_carry(course: Course) -> Day:
    """The latest day with a passed task; else the latest day with a changed region."""
    passed = [day for day in course.days if passed_tasks(course, day)]
    if passed:
        return passed[-1]
    return next((day for day in reversed(course.days) if has_changes(course, day)), course.days[0])


def plan_carry(course: Course, day: Day, next_day: Day, choices: Choices, lang: str = "en") -> Plan:
    """Decide about each of the learner's files.

    Raises CourseError in a handout, for a path in `choices` that is not carried, and for a link
    or a device among the learner's files.
    """
    files = read_versions(course, day, next_day, lang)
    for path in sorted((choices.reference | choices.conflicts) - files.keys()):
        message = next_and_submit.UNKNOWN_PATH.in_(lang)
        raise CourseError(message.format(path=path, day=day.folder, into=next_day.folder))
    chosen = choices.by_path(files)
    decided = {path: decide_file(each, chosen.get(path)) for path, each in sorted(files.items())}
    steps = keep_whole(decided, chosen, read_revisions(course, next_day))
    changes, edited = _changes(course.root / "days", day, next_day, files, steps)
    rows = tuple(step.row for step in steps.values() if step.row is not None)
    unresolved = _newly_unresolved(course.root, next_day, changes)
    touched = {task for versions in files.values() for task in versions.attempt.touched}
    not_passed = tuple(sorted(touched - passed_tasks(course, day)))
    not_listed = _not_listed(course.root, day, next_day)
    problems = (not_listed, unresolved, not_passed)
    return Plan(day, next_day, rows, changes, edited, *problems, files)


def _changes(
    days: Path,
    day: Day,
    next_day: Day,
    files: Mapping[str, FileVersions],
    steps: Mapping[str, Step],
) -> tuple[dict[str, File | None], tuple[str, ...]]:
    """The files to write, with their records, and which of them the learner has edited."""
    changes: dict[str, File | None] = {}
    edited: list[str] = []
    modes = file_modes(days, day, next_day, files)
    for path, step in steps.items():
        if step.writes:
            target = f"days/{next_day.folder}/{path}"
            changes[target] = step.file and File(step.file.data, modes[path])
            changes[(CARRIED_FOLDER / next_day.folder / path).as_posix()] = step.carried
            edited += [target] if files[path].edited else []
    return changes, tuple(edited)


def write_plan(course: Course, plan: Plan) -> str:
    """Snapshot everything that changes, then write it; the snapshot's id."""
    reason = f"next {plan.day.folder} → {plan.next_day.folder}"
    files = {course.root / path: file for path, file in plan.changes.items()}
    snapshot_id = take_snapshot(course.root, files, reason, new_files=files)
    replace_all(files)
    deleted = [course.root / path for path, file in plan.changes.items() if file is None]
    remove_empty_folders(
        [path.parent for path in deleted], course.root / "days" / plan.next_day.folder
    )
    return snapshot_id


def path_in_day(path: str) -> str:
    """A path as a person types it, relative to its day's folder."""
    for day in DAYS:
        _, separator, rest = f"/{path}".partition(f"/{day.folder}/")
        if separator:
            return rest
    return Path(path).as_posix()


def _not_listed(root: Path, day: Day, next_day: Day) -> tuple[str, ...]:
    """Files of the day that the learner created or changed and that day.toml does not list."""
    learner, finished = root / "days" / day.folder, root / "solutions" / day.folder
    paths = (path for path in source_files(learner) if path.is_file())
    names = (path.relative_to(learner).as_posix() for path in paths)
    return tuple(
        name
        for name in names
        if not (day.owns(name) and next_day.owns(name))
        and (learner / name).read_bytes() != _bytes(starter_of(name, read_file(finished / name)))
    )


def _bytes(file: File | None) -> bytes | None:
    return None if file is None else file.data


def _newly_unresolved(
    root: Path, day: Day, changes: Mapping[str, File | None]
) -> tuple[UnresolvedName, ...]:
    """The names that the changes leave unresolved in a day."""
    folder, prefix = root / "days" / day.folder, f"days/{day.folder}/"
    before = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in source_files(folder)
        if path.suffix == ".py" and path.is_file()
    }
    after: dict[str, bytes | None] = dict(before)
    for path, file in changes.items():
        if path.startswith(prefix):
            after[path.removeprefix(prefix)] = _bytes(file)
    known = {(each.path, each.name) for each in unresolved_names(before)}
    remaining = {path: data for path, data in after.items() if data is not None}
    names = unresolved_names(remaining)
    return tuple(each for each in names if (each.path, each.name) not in known)
