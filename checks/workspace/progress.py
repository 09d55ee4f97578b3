"""A learner's position: the last verdict of each task, and how many hints were asked for."""

from collections.abc import Iterable

from checks.course.course import Course, Task
from checks.errors import CourseError
from checks.results.model import NO_FAILURE, Results, Verdict
from checks.workspace.state import State, load_state, update_state


def verdicts(course: Course) -> dict[str, Verdict]:
    """The last known verdict of each task that was ever run, by task key."""
    known = load_state(course.root).tasks
    return {key: Verdict(task.verdict) for key, task in known.items() if task.verdict}


def needs(course: Course) -> dict[str, tuple[str, ...]]:
    """By task id, the tasks that it builds on and that are not known to pass."""
    known = verdicts(course)
    return {
        task.id: tuple(
            each for each in task.builds_on if known.get(course.task(each).key) not in NO_FAILURE
        )
        for task in course.tasks
    }


def keep(course: Course, found: Iterable[Results]) -> None:
    """Remember the verdicts; a run that broke says nothing about the learner."""
    judged = {
        task.key: task.verdict
        for results in found
        for task in results.tasks
        if task.verdict is not Verdict.INFRA_ERROR
    }

    def change(state: State) -> State:
        for key, verdict in judged.items():
            state = state.with_verdict(key, verdict)
        return state

    update_state(course.root, change)


def hint(course: Course, task: Task, available: int, rung: int | None = None) -> int:
    """The number of the hint to show, from 1: the next one, or the rung that was asked for.

    The last one is shown again and again. Raises CourseError for a task without hints and for
    a rung that it does not have.
    """
    if not available:
        raise CourseError(f"Task {task.id} has no hints; read {task.statement} once more")
    if rung is not None and rung > available:
        raise CourseError(f"Task {task.id} has {available} hints; there is no hint {rung}")
    shown = load_state(course.root).of(task.key).hints
    number = rung or min(shown + 1, available)
    update_state(course.root, lambda state: state.with_hint(task.key, number))
    return number
