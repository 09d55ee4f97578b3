"""Submissions that are generated: a finished day, with a known mistake here and there."""

import shutil
from itertools import cycle, islice
from pathlib import Path

from checks.course.course import Course, Day
from checks.results.catalogue import Case, apply, cases

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")
SAME, OF = 1, 5
"""So many of so many submissions are identical, as when people work together."""


def hand_in_mistakes(course: Course, day: Day, folder: Path, count: int) -> int:
    """Submissions of one day, each with the next mistake of the catalogue; how many differ.

    One of five is the finished day itself.
    """
    every = [case for task in day.tasks for case in cases(task.id, "mistakes")]
    mistakes = islice(cycle(every), count)
    different = set()
    for number, mistake in enumerate(mistakes):
        case = None if number % OF < SAME else mistake
        _hand_in(course, day, folder / f"learner-{number:03}", case)
        different.add(case.id if case else "")
    return len(different)


def hand_in_copies(course: Course, day: Day, folder: Path, count: int) -> None:
    """The same finished day from so many people, by hard links to one copy."""
    first = folder / "learner-0000"
    _hand_in(course, day, first, None)
    for number in range(1, count):
        shutil.copytree(first, folder / f"learner-{number:04}", copy_function=_link)


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _hand_in(course: Course, day: Day, folder: Path, case: Case | None) -> None:
    target = folder / "days" / day.folder
    shutil.copytree(course.root / "solutions" / day.folder, target, ignore=LEFT_OUT)
    if case:
        apply(case, target)
