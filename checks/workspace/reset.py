"""Reset of a task to its starter, and undo: nothing that a learner wrote is lost."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from checks.course.course import Course, Task
from checks.errors import CourseError
from checks.files import File, read_file, replace_all
from checks.messages.messages import translate
from checks.workspace.judged_content import judged_contents
from checks.workspace.restore_region import restore_regions
from checks.workspace.snapshot import (
    latest_snapshot,
    latest_undo,
    restore_snapshot,
    take_snapshot,
)
from checks.workspace.snapshot_store import Snapshot
from checks.workspace.starters import starter_files
from checks.workspace.state import State, update_state


class ResetAction(Enum):
    """What a reset does to one file; the value is the sentence for the learner."""

    REGIONS = "{path}: the regions of {task}"
    WHOLE_FILE = "{path}: the whole file, its markers of {task} are missing or damaged"
    CREATED = "{path}: written anew, it is gone"
    REMOVED = "{path}: removed, it is yours alone"
    STAYS = "{path}: stays, {others} needs it too"


NO_COMMAND = "There is nothing to undo; no command has written to your files"
NO_UNDO = "There is nothing to bring back; the last command that wrote was no undo"
ALSO = "{said}; what you wrote for {others} in it goes too"


@dataclass(frozen=True)
class Change:
    """One file of a reset: its path in the workbook and what it becomes, None for no file.

    `others` are the tasks that share the file and lose their lines; for a file that stays, the
    tasks that need it.
    """

    path: str
    action: ResetAction
    file: File | None
    others: tuple[str, ...] = ()

    def in_(self, task: Task, lang: str) -> str:
        """The change as one line."""
        others = ", ".join(self.others)
        sentence = translate(self.action.value, lang).format(
            path=self.path, task=task.id, others=others
        )
        if self.others and self.action is ResetAction.WHOLE_FILE:
            return translate(ALSO, lang).format(said=sentence, others=others)
        return sentence


def plan_reset(course: Course, task: Task) -> tuple[Change, ...]:
    """What a reset would do to each file that differs from its starter; writes nothing.

    Only the task's own regions change. Where the task's markers are damaged, or not as many as
    the starter's, the whole file is replaced.
    """
    return tuple(
        change
        for path, starter in starter_files(course, task).items()
        if (change := _plan_file(course, task, path, starter)) is not None
    )


def reset_task(course: Course, task: Task, changes: Collection[Change] | None = None) -> str | None:
    """Snapshot the files that change, write them, and set their tasks' verdicts right.

    The snapshot's id; None when there was nothing to write. `changes` defaults to the plan.
    """
    changes = plan_reset(course, task) if changes is None else changes
    files = {
        course.root / change.path: change.file
        for change in changes
        if change.action is not ResetAction.STAYS
    }
    if not files:
        return None
    snapshot_id = take_snapshot(course.root, files, f"reset {task.id}", new_files=files)
    remember_verdicts(course)
    replace_all(files)
    _update_verdicts(course, files)
    return snapshot_id


def files_with_own_lines(
    course: Course, task: Task, changes: Collection[Change]
) -> tuple[str, ...]:
    """The task's files in which the learner still has lines after these changes."""
    after = {course.root / change.path: change.file for change in changes}
    files = {
        path: (after.get(path, read_file(path)), starter)
        for path, starter in starter_files(course, task).items()
    }
    return tuple(
        path.relative_to(course.root).as_posix()
        for path, (file, starter) in files.items()
        if file is not None and starter is not None and file.data != starter.data
    )


def snapshot_to_restore(course: Course, lang: str = "en", *, redo: bool = False) -> Snapshot:
    """The snapshot that an undo, or a redo, restores. Raises CourseError when there is none."""
    snapshot = latest_undo(course.root) if redo else latest_snapshot(course.root)
    if snapshot is None:
        raise CourseError(translate(NO_UNDO if redo else NO_COMMAND, lang))
    return snapshot


def undo_change(course: Course, snapshot: Snapshot | None = None) -> str:
    """Restore a snapshot, by default the last command's; the reason it was taken.

    The current files go into a snapshot of their own. Raises CourseError as
    `snapshot_to_restore` does.
    """
    snapshot = snapshot or snapshot_to_restore(course)
    before = {
        course.root / entry.path: read_file(course.root / entry.path) for entry in snapshot.entries
    }
    remember_verdicts(course)
    restore_snapshot(course.root, snapshot.id)
    _update_verdicts(course, [path for path, file in before.items() if read_file(path) != file])
    return snapshot.why


def _plan_file(course: Course, task: Task, path: Path, starter: File | None) -> Change | None:
    name, learner = path.relative_to(course.root).as_posix(), read_file(path)
    others = tuple(_other_tasks(course, task, path))
    if starter is None or learner is None:
        if starter is learner:
            return None
        action = (
            ResetAction.CREATED if starter else ResetAction.STAYS if others else ResetAction.REMOVED
        )
        return Change(name, action, starter, others if action is ResetAction.STAYS else ())
    text = restore_regions(_text(learner), _text(starter), task.id)
    result = (
        starter if text is None else File(text.encode("utf-8", "surrogateescape"), learner.mode)
    )
    if result.data == learner.data:
        return None
    if text is None:
        return Change(name, ResetAction.WHOLE_FILE, result, others)
    return Change(name, ResetAction.REGIONS, result)


def _text(file: File) -> str:
    return file.data.decode("utf-8", "surrogateescape")


def _other_tasks(course: Course, task: Task, path: Path) -> Iterator[str]:
    return (other.id for other in _tasks_editing(course, {path}) if other.id != task.id)


def _tasks_editing(course: Course, paths: Collection[Path]) -> Iterator[Task]:
    """The tasks that edit one of these files."""
    for task in course.tasks:
        folder = course.root / "days" / course.task_day(task).folder
        if any(folder / name in paths for name in task.edit):
            yield task


def remember_verdicts(course: Course) -> None:
    """Remember the verdicts as those of the present files, before a command writes to them."""
    contents = judged_contents(course, course.tasks)

    def change(state: State) -> State:
        for key, content in contents.items():
            state = state.with_content(key, content)
        return state

    update_state(course.root, change)


def _update_verdicts(course: Course, paths: Collection[Path]) -> None:
    """The verdict of each task that edits one of these files: that of their content, or none."""
    contents = judged_contents(course, _tasks_editing(course, paths))

    def change(state: State) -> State:
        for key, content in contents.items():
            state = state.at_content(key, content)
        return state

    update_state(course.root, change)
