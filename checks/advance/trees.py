"""The files of a carry: day N finished and the learner's, day N+1's starter and the learner's."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from checks.advance.decision import FileVersions
from checks.advance.migrations import DayChain, carried_chain, is_revision
from checks.course.course import Course, Day
from checks.errors import CourseError
from checks.files import File, git_file, read_file, source_files
from checks.messages import next_and_submit
from checks.results.model import Verdict
from checks.workspace import progress
from checks.workspace.judged_content import judged_contents
from checks.workspace.learner_file import Attempt, read_attempt, starter_of
from checks.workspace.state import load_state

CARRIED_FOLDER = Path(".checks/carried")
"""What the last carry brought into each day, by the day's folder."""


def read_versions(course: Course, day: Day, next_day: Day, lang: str) -> dict[str, FileVersions]:
    """Every file that may go from a day to the next. Raises CourseError as `plan_carry` does."""
    solutions = [course.root / "solutions" / each.folder for each in (day, next_day)]
    if not all(tree.is_dir() for tree in solutions):
        message = next_and_submit.NO_SOLUTIONS.in_(lang)
        raise CourseError(message.format(day=day.folder, into=next_day.folder))
    finished = _learner_files(solutions[0], day)
    next_solution = _learner_files(solutions[1], next_day)
    learner = _learner_files(course.root / "days" / day.folder, day)
    theirs = _learner_files(course.root / "days" / next_day.folder, next_day)
    carried = course.root / CARRIED_FOLDER / next_day.folder
    touched = _touched_tasks(finished, learner)
    solved = proven_tasks(course, day) | (passed_tasks(course, day) & touched)
    attempts = {
        path: read_attempt(path, finished.get(path), learner.get(path), solved)
        for path in finished.keys() | learner.keys()
    }
    starters = {path: starter_of(path, file) for path, file in next_solution.items()}
    chain = carried_chain(_day_chain(finished, attempts, starters, solved, touched))
    recorded = _learner_files(carried, next_day)
    attempts |= {path: Attempt(None) for path in recorded if is_revision(path)} | {**chain.attempts}
    return {
        path: FileVersions(
            path=path,
            next_folder=next_day.folder,
            finished=finished.get(path),
            attempt=attempt,
            starter=starters.get(path),
            theirs=theirs.get(path),
            recorded=recorded.get(path),
            refusal=chain.refusal if is_revision(path) else None,
        )
        for path, attempt in attempts.items()
        if next_day.owns(path)
    }


def _day_chain(
    finished: Mapping[str, File],
    attempts: Mapping[str, Attempt],
    starters: Mapping[str, File | None],
    solved: frozenset[str],
    touched: frozenset[str],
) -> DayChain:
    later = {
        path: file
        for path, file in starters.items()
        if file is not None and is_revision(path) and path not in finished
    }
    chain = {path: file for path, file in finished.items() if is_revision(path)}
    own = {path: attempt for path, attempt in attempts.items() if is_revision(path)}
    return DayChain(chain, own, later, solved, touched)


def read_revisions(course: Course, day: Day) -> dict[str, File]:
    """The revisions in a day's folder, by their path there."""
    files = _learner_files(course.root / "days" / day.folder, day)
    return {path: file for path, file in files.items() if is_revision(path)}


def _learner_files(folder: Path, day: Day) -> dict[str, File]:
    """The learner-owned files of a day's folder, without their permissions.

    A file system that cannot store permissions reports every file as executable. Raises
    CourseError for a link or a device among the files.
    """
    files: dict[str, File] = {}
    for path in source_files(folder) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        file = read_file(path) if day.owns(name) else None
        if file is not None:
            files[name] = git_file(file.data)
    return files


def file_modes(days: Path, day: Day, next_day: Day, paths: Iterable[str]) -> dict[str, int]:
    """Each file's permissions in the next day, else in the day itself."""
    modes: dict[str, int] = {}
    for path in paths:
        file = read_file(days / next_day.folder / path) or read_file(days / day.folder / path)
        modes[path] = file.mode if file else 0o644
    return modes


def passed_tasks(course: Course, day: Day) -> frozenset[str]:
    """The tasks of a day that passed when they were run last."""
    known = progress.verdicts(course)
    return frozenset(task.id for task in day.tasks if known.get(task.key) is Verdict.PASS)


def proven_tasks(course: Course, day: Day) -> frozenset[str]:
    """The tasks of a day that passed with the files as they are now, wherever the answer stands."""
    known = load_state(course.root)
    contents = judged_contents(course, day.tasks)
    return frozenset(
        task.id
        for task in day.tasks
        if known.task(task.key).judged.get(contents.get(task.key, "")) == Verdict.PASS
    )


def has_changes(course: Course, day: Day) -> bool:
    """Whether the learner changed a region of any of the day's tasks."""
    trees = (course.root / tree / day.folder for tree in ("solutions", "days"))
    finished, learner = (_learner_files(tree, day) for tree in trees)
    return bool(_touched_tasks(finished, learner))


def _touched_tasks(finished: Mapping[str, File], learner: Mapping[str, File]) -> frozenset[str]:
    """The tasks of which the learner changed a region in some file."""
    attempts = (read_attempt(path, file, learner.get(path)) for path, file in finished.items())
    return frozenset(task for each in attempts for task in each.touched)
