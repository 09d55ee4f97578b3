"""A fix made once: a change in one solution, merged into every later day.

The change is what stands between a base commit and the working tree. Day N's markers and `#|`
lines are taken out of both sides first: later days do not have them. A later day keeps its own
markers; to the merge they look like lines which that day added (`checks.advance.merge`).

A carry says that the change begins in its day, so what the day before lacks of it is recorded as a
difference on purpose (`checks.authoring.difference_record`).
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from checks.advance.merge import Sides, merge
from checks.authoring.day_differences import FILE_IS_MISSING, Difference, is_carried
from checks.authoring.difference_record import record_beginning, recorded_line
from checks.course.course import DAYS, PlannedDay, planned_day
from checks.errors import CourseError
from checks.files import File, git_file, read_file, remove_empty_folders, replace_all


@dataclass(frozen=True)
class CarriedFile:
    """One later day's file after the merge; `file` is None when the change deletes it."""

    path: str
    file: File | None


@dataclass(frozen=True)
class Conflict:
    """One later day's file that a person must decide; `file` has git's markers, if it can."""

    path: str
    reason: str
    file: File | None = None


@dataclass(frozen=True)
class Report:
    """What a carry did, or with `written` false, would do."""

    carried: tuple[CarriedFile, ...]
    conflicts: tuple[Conflict, ...]
    written: bool
    recorded: tuple[Difference, ...] = ()
    """What begins with the change and was not recorded before."""
    undecided: tuple[Difference, ...] = ()
    """Lines that the change replaces and that the day before has too."""

    @property
    def exit_code(self) -> int:
        """1 when a person must decide something, as `git merge` has it."""
        return 1 if self.conflicts or self.undecided else 0

    def lines(self) -> Iterator[str]:
        """What to print: a line for each file, and what to do next."""
        for each in self.carried:
            verb = "deleted" if each.file is None else "merged"
            yield f"{verb if self.written else 'would be ' + verb}: {each.path}"
        for conflict in self.conflicts:
            yield f"CONFLICT: {conflict.path}: {conflict.reason}"
        yield from map(recorded_line, self.recorded)
        if self.conflicts and not self.written:
            yield "nothing was written; `--write-conflicts` writes all with git's markers"
        elif not self.carried and not self.conflicts:
            yield "no later day needs the change"
        elif self.written:
            yield "now run `checks build`"
        yield from map(_undecided_line, self.undecided)


def _undecided_line(difference: Difference) -> str:
    earlier, later = difference.places
    day = f"day{difference.pair.day.number}"
    mend = f"mend {day} and carry from there, or `checks carry --record` if it is on purpose"
    if difference.key == FILE_IS_MISSING:
        return f"{later} is deleted, and {earlier} is not; {mend}"
    return f"{later}: {day} has other lines there, {earlier}; {mend}"


def carry(
    root: Path,
    start_day: str | int,
    dry_run: bool = False,
    *,
    base: str = "HEAD",
    write_conflicts: bool = False,
) -> Report:
    """Merge the change of one day, since `base`, into each later day that is written.

    Nothing is written with `dry_run`, nor when there is a conflict, unless `write_conflicts`
    asks for the merged files and for git's markers in the others. Raises CourseError for an
    unknown day, an unknown base, and regions that are broken on any side.
    """
    day = planned_day(str(start_day))
    changes = list(_changes(root, day, base))
    results = [result for change in changes for result in _carry_to_later_days(root, change)]
    carried = tuple(result for result in results if isinstance(result, CarriedFile))
    conflicts = tuple(result for result in results if isinstance(result, Conflict))
    writes = not dry_run and (write_conflicts or not conflicts)
    if writes:
        _write(root, [*carried, *(each for each in conflicts if each.file is not None)])
    if not writes or not changes:
        return Report(carried, conflicts, writes)
    beginning = record_beginning(root, day.number, {change.path for change in changes})
    return Report(carried, conflicts, writes, beginning.recorded, beginning.undecided)


@dataclass(frozen=True)
class _Change:
    day: PlannedDay
    path: str
    base: File | None
    ours: File | None


def _changes(root: Path, day: PlannedDay, base: str) -> Iterator[_Change]:
    folder = f"solutions/{day.folder}"
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}").decode().strip()
    changed = _git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", commit, folder)
    new = _git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", folder)
    for name in sorted({*changed.decode().split("\0"), *new.decode().split("\0")} - {""}):
        path = PurePosixPath(name).relative_to(folder).as_posix()
        if is_carried(path):
            yield _Change(day, path, _committed(root, commit, name), read_file(root / name))


def _committed(root: Path, commit: str, name: str) -> File | None:
    entry = _git(root, "ls-tree", "-z", commit, "--", name).decode()
    if not entry:
        return None
    mode, _, rest = entry.partition(" ")
    blob = rest.split("\t")[0].split(" ")[1]
    return git_file(_git(root, "cat-file", "blob", blob), executable=mode == "100755")


def _git(root: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise CourseError("`checks carry` needs git; install it and try again") from error
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip() or f"{arguments[-1]} is unknown"
        remedy = "name the commit to carry from"
        raise CourseError(f"git cannot tell what changed in {root}: {reason}; {remedy}")
    return done.stdout


def _carry_to_later_days(root: Path, change: _Change) -> Iterator[CarriedFile | Conflict]:
    for later in DAYS[change.day.number :]:
        folder = f"solutions/{later.folder}"
        if (root / folder / "day.toml").is_file():
            path = f"{folder}/{change.path}"
            sides = Sides(change.path, change.base, read_file(root / path), change.ours)
            result = _decide(sides, path, change.day)
            if result is not None:
                yield result


def _decide(sides: Sides, path: str, day: PlannedDay) -> CarriedFile | Conflict | None:
    """None when the later day stays as it is."""
    if sides.same(sides.base, sides.ours) or sides.same(sides.theirs, sides.ours):
        return None
    if sides.theirs is None and sides.base is not None:
        return Conflict(path, f"{day.folder} changed it and there is no such file")
    if sides.ours is None:
        if sides.same(sides.theirs, sides.base):
            return CarriedFile(path, None)
        return Conflict(path, f"{day.folder} deleted it and it is different here")
    merged = merge(sides, day.folder, path)
    if merged.clean:
        return None if merged.file == sides.theirs else CarriedFile(path, merged.file)
    return Conflict(path, merged.reason, merged.file)


def _write(root: Path, results: list[CarriedFile | Conflict]) -> None:
    files = {root / result.path: result.file for result in results}
    replace_all(files)
    gone = [path.parent for path, file in files.items() if file is None]
    remove_empty_folders(gone, root / "solutions")
