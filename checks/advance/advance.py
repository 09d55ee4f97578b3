"""`checks next`: what a learner did in day N, merged into day N+1's starter.

The base is the finished day N. So only what the learner did otherwise than the reference moves,
and where they did nothing, the reference's answer is already there. What was carried is kept in
`.checks/carried/`; it is the base of the next time, so nothing is carried twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.advance.file import Outcome, Row, decide
from checks.advance.trees import CARRIED, changed, gather, modes, solved_in
from checks.advance.unresolved_imports import Loose, loose_names
from checks.course.course import DAYS, Course, Day
from checks.errors import CourseError
from checks.files import File, prune, read_file, replace_all, source_files
from checks.messages import next_and_submit as words
from checks.workspace.learner_file import starter_of
from checks.workspace.snapshot import snapshot


@dataclass(frozen=True)
class Choices:
    """Files, by path in the day's folder, that a learner decides otherwise than by default."""

    reference: frozenset[str] = frozenset()
    conflicts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """What a carry would do; nothing is written yet.

    `changes` are paths relative to the root; None deletes. `edited` are those among them that
    are no longer the starter. `loose` are names that day N+1 uses and would lack afterwards;
    `unproven` are tasks that the learner changed and that have not passed.
    """

    day: Day
    into: Day
    rows: tuple[Row, ...]
    changes: Mapping[str, File | None]
    edited: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    loose: tuple[Loose, ...] = ()
    unproven: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether nothing is left that only a person can do."""
        return not self.loose and all(row.outcome is not Outcome.CONFLICT for row in self.rows)


def following(course: Course, day: Day) -> Day | None:
    """The day after, if it is written."""
    return next((each for each in course.days if each.number == day.number + 1), None)


def day_to_carry(course: Course) -> Day:
    """The latest day in which a task has passed; else the latest with a region that was changed."""
    passed = [day for day in course.days if solved_in(course, day)]
    if passed:
        return passed[-1]
    return next((day for day in reversed(course.days) if changed(course, day)), course.days[0])


def plan(course: Course, day: Day, into: Day, choices: Choices, lang: str = "en") -> Plan:
    """Decide about every file of the learner's.

    Raises CourseError in a handout, for a path in `choices` that goes nowhere, and for a link or
    a device among the learner's files.
    """
    files = gather(course, day, into, lang)
    for path in sorted((choices.reference | choices.conflicts) - files.keys()):
        said = words.STRANGER.in_(lang)
        raise CourseError(said.format(path=path, day=day.folder, into=into.folder))
    rows: list[Row] = []
    changes: dict[str, File | None] = {}
    edited: list[str] = []
    kept = modes(course.root / "days", day, into, files)
    for path, one in sorted(files.items()):
        step = decide(one, path in choices.reference, path in choices.conflicts)
        rows += [] if step.row is None else [step.row]
        if step.writes:
            target = f"days/{into.folder}/{path}"
            changes[target] = step.file and File(step.file.data, kept[path])
            changes[(CARRIED / into.folder / path).as_posix()] = step.carried
            edited += [target] if one.edited else []
    loose = _loosened(course.root / "days" / into.folder, f"days/{into.folder}/", changes)
    touched = {task for one in files.values() for task in one.attempt.touched}
    unproven = tuple(sorted(touched - solved_in(course, day)))
    behind = _behind(course.root, day, into)
    return Plan(day, into, tuple(rows), changes, tuple(edited), behind, loose, unproven)


def write(course: Course, planned: Plan) -> str:
    """Snapshot everything that changes, then write it; the snapshot's id."""
    why = f"next {planned.day.folder} → {planned.into.folder}"
    files = {course.root / path: file for path, file in planned.changes.items()}
    held = snapshot(course.root, files, why, becomes=files)
    replace_all(files)
    gone = [course.root / path for path, file in planned.changes.items() if file is None]
    prune([path.parent for path in gone], course.root / "days" / planned.into.folder)
    return held


def inside(path: str) -> str:
    """A path as a person types it, cut to what stands below its day's folder."""
    for day in DAYS:
        _, found, rest = f"/{path}".partition(f"/{day.folder}/")
        if found:
            return rest
    return Path(path).as_posix()


def _behind(root: Path, day: Day, into: Day) -> tuple[str, ...]:
    """Files of the day that the learner made or changed and that are not theirs to carry."""
    here, finished = root / "days" / day.folder, root / "solutions" / day.folder
    names = (path.relative_to(here).as_posix() for path in source_files(here) if path.is_file())
    return tuple(
        name
        for name in names
        if not (day.owns(name) and into.owns(name))
        and (here / name).read_bytes() != _bytes(starter_of(name, read_file(finished / name)))
    )


def _bytes(file: File | None) -> bytes | None:
    return None if file is None else file.data


def _loosened(folder: Path, prefix: str, changes: Mapping[str, File | None]) -> tuple[Loose, ...]:
    """The names that the changes leave without a definition."""
    before = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in source_files(folder)
        if path.suffix == ".py" and path.is_file()
    }
    after: dict[str, bytes | None] = dict(before)
    for path, file in changes.items():
        if path.startswith(prefix):
            after[path.removeprefix(prefix)] = _bytes(file)
    known = {(each.path, each.name) for each in loose_names(before)}
    left = {path: data for path, data in after.items() if data is not None}
    return tuple(each for each in loose_names(left) if (each.path, each.name) not in known)
