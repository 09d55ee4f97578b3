"""What a kill at any write leaves of a learner's tree: nothing is lost, and undo gets it back."""

from collections.abc import Callable

from checks.course.course import Course
from checks.tests.support.killed_writer import each_kill
from checks.tests.support.learner_trees import Edit, copy, kept, stored_bytes
from checks.workspace import progress, reset

LEAST_KILLS = 25


def assert_killed_change_is_undone(course: Course, change: Callable[[], object]) -> None:
    """A command that is killed at each of its writes: undo gives the same tree as before it."""
    root, before = course.root, kept(course.root)
    start = copy(root, root.parent / "start")
    kills = 0

    for _ in each_kill(root, lambda: copy(start, root), change):
        kills += 1
        progress.verdicts(course)
        if kept(root) != before:
            reset.undo_change(course)
        assert kept(root) == before

    assert kills >= LEAST_KILLS


def assert_killed_undo_is_finished(course: Course, change: Callable[[], object], file: str) -> None:
    """An undo that is killed at each of its writes: the next undo gives the tree before `change`.

    What the learner has written into `file` since the change is kept, in the tree or a snapshot.
    """
    root, before = course.root, kept(course.root)
    assert change()
    Edit(file, "append", b"later").apply(root)
    later = {data for data, _ in kept(root).values()}
    start = copy(root, root.parent / "start")
    kills = 0

    for _ in each_kill(root, lambda: copy(start, root), lambda: reset.undo_change(course)):
        kills += 1
        assert later <= stored_bytes(root)
        if kept(root) != before:
            reset.undo_change(course)
        assert kept(root) == before

    assert kills >= LEAST_KILLS
