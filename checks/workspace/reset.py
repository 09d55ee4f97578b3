"""Putting a task back to its starter, and taking that back: nothing a learner wrote is lost."""

import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from checks.course.course import Course, Task
from checks.course.generated import generate
from checks.errors import CourseError
from checks.files import File, plain, read_file, replace_all
from checks.messages.messages import say
from checks.workspace import snapshot
from checks.workspace.restore_region import put_back
from checks.workspace.snapshot import Snapshot
from checks.workspace.state import State, update_state


class How(Enum):
    """What a reset does to one file, as a person reads it."""

    REGIONS = "{path}: the regions of {task}"
    WHOLE = "{path}: the whole file, its markers of {task} are missing or damaged"
    MADE = "{path}: written anew, it is gone"
    REMOVED = "{path}: removed, it is yours alone"
    STAYS = "{path}: stays, {others} needs it too"


NO_COMMAND = "There is nothing to undo; no command has written to your files"
NO_UNDO = "There is nothing to bring back; the last command that wrote was no undo"
ALSO = "{said}; what you wrote for {others} in it goes too"


@dataclass(frozen=True)
class Change:
    """One file of a reset: its path in the workbook and what it becomes, None for no file.

    `others` are the tasks that share it and lose their lines; of a file that stays, those that
    need it.
    """

    path: str
    how: How
    file: File | None
    others: tuple[str, ...] = ()

    def in_(self, task: Task, lang: str) -> str:
        """One line about it."""
        others = ", ".join(self.others)
        said = say(self.how.value, lang).format(path=self.path, task=task.id, others=others)
        if self.others and self.how is How.WHOLE:
            return say(ALSO, lang).format(said=said, others=others)
        return said


def starters(course: Course, task: Task) -> dict[Path, File | None]:
    """The starter of each file that the task edits: from solutions/, else from git.

    None stands for a file that the starter does not have. Raises CourseError when neither
    knows the starters.
    """
    folder = Path("days") / course.task_day(task).folder
    names = [(folder / path).as_posix() for path in task.edit]
    if (course.root / "solutions").is_dir():
        made = generate(course.root)
        return {course.root / name: made.get(name) for name in names}
    return {course.root / name: _committed(course.root, name) for name in names}


def plan(course: Course, task: Task) -> tuple[Change, ...]:
    """What a reset would do to each file that is not as it began; writes nothing.

    Only the task's own regions change. Where its markers are not as many as the starter's, or
    damaged, it is the whole file.
    """
    return tuple(
        change
        for path, starter in starters(course, task).items()
        if (change := _change(course, task, path, starter)) is not None
    )


def reset(course: Course, task: Task, changes: Collection[Change] | None = None) -> str | None:
    """Snapshot the files that change, write them, forget what was known of them.

    The snapshot's id; None when there was nothing to write. `changes` is the plan unless given.
    """
    changes = plan(course, task) if changes is None else changes
    files = {course.root / each.path: each.file for each in changes if each.how is not How.STAYS}
    if not files:
        return None
    held = snapshot.snapshot(course.root, files, f"reset {task.id}", becomes=files)
    replace_all(files)
    _forget(course, files)
    return held


def kept(course: Course, task: Task, changes: Collection[Change]) -> tuple[str, ...]:
    """The task's files in which the learner has lines, after these changes too."""
    after = {course.root / each.path: each.file for each in changes}
    files = {
        path: (after.get(path, read_file(path)), starter)
        for path, starter in starters(course, task).items()
    }
    return tuple(
        path.relative_to(course.root).as_posix()
        for path, (file, starter) in files.items()
        if file is not None and starter is not None and file.data != starter.data
    )


def to_bring_back(course: Course, lang: str = "en", *, redo: bool = False) -> Snapshot:
    """What an undo, or a redo, restores. Raises CourseError when there is none."""
    held = snapshot.latest_undo(course.root) if redo else snapshot.latest(course.root)
    if held is None:
        raise CourseError(say(NO_UNDO if redo else NO_COMMAND, lang))
    return held


def undo(course: Course, held: Snapshot | None = None) -> str:
    """Restore a snapshot, the last command's unless given; why it was taken.

    What is there now is kept in a snapshot of its own. Raises CourseError as `to_bring_back` does.
    """
    held = held or to_bring_back(course)
    before = {course.root / each.path: read_file(course.root / each.path) for each in held.entries}
    snapshot.restore(course.root, held.id)
    _forget(course, [path for path, file in before.items() if read_file(path) != file])
    return held.why


def _change(course: Course, task: Task, path: Path, starter: File | None) -> Change | None:
    name, mine = path.relative_to(course.root).as_posix(), read_file(path)
    others = tuple(_sharing(course, task, path))
    if starter is None or mine is None:
        if starter is mine:
            return None
        how = How.MADE if starter else How.STAYS if others else How.REMOVED
        return Change(name, how, starter, others if how is How.STAYS else ())
    text = put_back(_text(mine), _text(starter), task.id)
    made = starter if text is None else File(text.encode("utf-8", "surrogateescape"), mine.mode)
    if made.data == mine.data:
        return None
    if text is None:
        return Change(name, How.WHOLE, made, others)
    return Change(name, How.REGIONS, made)


def _text(file: File) -> str:
    return file.data.decode("utf-8", "surrogateescape")


def _sharing(course: Course, task: Task, path: Path) -> Iterator[str]:
    return (each.id for each in _editing(course, {path}) if each.id != task.id)


def _editing(course: Course, paths: Collection[Path]) -> Iterator[Task]:
    """The tasks that edit one of these files."""
    for task in course.tasks:
        folder = course.root / "days" / course.task_day(task).folder
        if any(folder / name in paths for name in task.edit):
            yield task


def _forget(course: Course, written: Collection[Path]) -> None:
    """A verdict speaks of a text; of the tasks whose files are another text now, none is known."""

    def change(state: State) -> State:
        for task in _editing(course, written):
            state = state.without_verdict(task.key)
        return state

    update_state(course.root, change)


def _committed(root: Path, name: str) -> File | None:
    first = ["git", "-C", str(root), "log", "--diff-filter=A", "--format=%H", "-1", "--", name]
    commit = subprocess.run(first, capture_output=True, text=True, check=False).stdout.strip()
    listed = (root / "days/.generated").read_text()
    if name.removeprefix("days/") not in listed:
        return None
    shown = subprocess.run(
        ["git", "-C", str(root), "show", f"{commit}:{name}"], capture_output=True, check=False
    )
    if not commit or shown.returncode != 0:
        raise CourseError(f"The starter of {name} is in no commit here; clone the workbook anew")
    return plain(shown.stdout)
