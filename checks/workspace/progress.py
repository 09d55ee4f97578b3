"""A learner's position: the last verdict of each task, and how many hints were shown."""

from collections.abc import Iterable, Mapping

from checks.course.course import Course, Task
from checks.errors import CourseError
from checks.messages import debrief_and_history as texts
from checks.results.model import NO_FAILURE, Results, Verdict
from checks.workspace.judged_content import judged_contents
from checks.workspace.state import State, load_state, update_state


def verdicts(course: Course) -> dict[str, Verdict]:
    """The verdict of each task that was ever run, by task key.

    It is that of the files as they are now where they were judged, else the last one.
    """
    known = load_state(course.root).tasks
    contents = judged_contents(course, (task for task in course.tasks if task.key in known))
    found = {
        key: task.judged.get(contents.get(key, ""), task.verdict) for key, task in known.items()
    }
    return {key: Verdict(verdict) for key, verdict in found.items() if verdict}


def require_pass(course: Course, task: Task, lang: str = "en") -> None:
    """Raise CourseError for a task that does not pass: its debrief shows answers."""
    if verdicts(course).get(task.key) is not Verdict.PASS:
        raise CourseError(texts.NOT_PASSED.in_(lang).format(task=task.id))


def position(course: Course) -> Task | None:
    """The task at hand: the one that was judged last, of several the first; never a bonus task."""
    known = load_state(course.root)
    judged = {task: known.task(task.key).at or "" for task in course.required}
    newest = max(judged.values(), default="")
    return next((task for task, at in judged.items() if newest and at == newest), None)


def missing_prerequisites(
    course: Course, results: Iterable[Results] = ()
) -> dict[str, tuple[str, ...]]:
    """By task id, the tasks that the task builds on and that are not known to pass.

    `results` are those of a run that is not saved yet.
    """
    known = verdicts(course) | _verdicts_of(results)
    return {
        task.id: tuple(
            other for other in task.builds_on if known.get(course.task(other).key) not in NO_FAILURE
        )
        for task in course.tasks
    }


def save_verdicts(
    course: Course, results: Iterable[Results], judged: Mapping[str, str] | None = None
) -> None:
    """Save the verdicts, except `infra_error`: a broken run proves nothing about the learner.

    `judged` are the contents at the start of the run, by task key; the present ones unless given.
    The verdict of a content that has changed since is the last one, and no content's.
    """
    verdicts_by_key = _verdicts_of(results)
    now = judged_contents(course, (task for task in course.tasks if task.key in verdicts_by_key))
    judged = now if judged is None else judged
    contents = {key: content for key, content in now.items() if judged.get(key) == content}

    def change(state: State) -> State:
        for key, verdict in verdicts_by_key.items():
            state = state.with_verdict(key, verdict, content=contents.get(key, ""))
        return state

    update_state(course.root, change)


def _verdicts_of(results: Iterable[Results]) -> dict[str, Verdict]:
    return {
        task.key: task.verdict
        for result in results
        for task in result.tasks
        if task.verdict is not Verdict.INFRA_ERROR
    }


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
    """Drop the verdicts of these days' tasks, which judged other files.

    One that was given for the files as they are now comes back.
    """
    wanted = frozenset(folders)
    tasks = (task for day in course.days if day.folder in wanted for task in day.tasks)
    contents = judged_contents(course, tasks)

    def change(state: State) -> State:
        for key, content in contents.items():
            state = state.at_content(key, content)
        return state

    update_state(course.root, change)
