"""A learner's position: the last verdict of each task, and how many hints were shown."""

from collections.abc import Iterable

from checks.course.course import Course, Task
from checks.errors import CourseError
from checks.results.model import NO_FAILURE, Results, Verdict
from checks.workspace.state import State, load_state, update_state


def verdicts(course: Course) -> dict[str, Verdict]:
    """The last known verdict of each task that was ever run, by task key."""
    known = load_state(course.root).tasks
    return {key: Verdict(task.verdict) for key, task in known.items() if task.verdict}


def missing_prerequisites(course: Course) -> dict[str, tuple[str, ...]]:
    """By task id, the tasks that the task builds on and that are not known to pass."""
    known = verdicts(course)
    return {
        task.id: tuple(
            other for other in task.builds_on if known.get(course.task(other).key) not in NO_FAILURE
        )
        for task in course.tasks
    }


def save_verdicts(course: Course, results: Iterable[Results]) -> None:
    """Save the verdicts, except `infra_error`: a broken run proves nothing about the learner."""
    verdicts_by_key = {
        task.key: task.verdict
        for result in results
        for task in result.tasks
        if task.verdict is not Verdict.INFRA_ERROR
    }

    def change(state: State) -> State:
        for key, verdict in verdicts_by_key.items():
            state = state.with_verdict(key, verdict)
        return state

    update_state(course.root, change)


def next_hint(course: Course, task: Task, count: int, rung: int | None = None) -> int:
    """The number of the hint to show, from 1: the next hint, or the requested rung.

    After the last hint it stays the last. Raises CourseError for a task without hints and for a
    rung that the task does not have.
    """
    if not count:
        raise CourseError(f"Task {task.id} has no hints; read {task.statement} once more")
    if rung is not None and rung > count:
        raise CourseError(f"Task {task.id} has {count} hints; there is no hint {rung}")
    shown = load_state(course.root).task(task.key).hints
    number = rung or min(shown + 1, count)
    update_state(course.root, lambda state: state.with_hint(task.key, number))
    return number


def forget_verdicts(course: Course, folders: Iterable[str]) -> None:
    """Drop the verdicts of these days' tasks: they judged other files."""
    wanted = frozenset(folders)
    keys = [task.key for day in course.days if day.folder in wanted for task in day.tasks]

    def change(state: State) -> State:
        for key in keys:
            state = state.without_verdict(key)
        return state

    update_state(course.root, change)
