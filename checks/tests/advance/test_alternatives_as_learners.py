"""Each right answer of other design that the catalogue knows, carried into the next day.

Files only: `test_carried_days_run.py` asks a few of them with real services.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from checks.advance.advance import Choices, Plan, plan_carry, write_plan
from checks.advance.decision import Outcome
from checks.advance.migrations import is_revision
from checks.advance.revisions import read_chain
from checks.advance.unresolved_imports import unresolved_names
from checks.course.course import Course, Day
from checks.files import File, source_files
from checks.results.catalogue import Case
from checks.tests.support.catalogue_learners import (
    alternatives_of,
    pass_tasks,
    solve,
    two_days_of_the_course,
)

DAYS = range(1, 7)
MARKERS = re.compile(rb"^(<{7} |>{7} )", re.MULTILINE)
CONFLICTS = {
    "5.2/alternatives/window-function": {"app/services/event_service.py"},
    "5.3/alternatives/http-bearer": {"app/api/deps.py"},
    "5.4/alternatives/counted-by-the-database": {"app/models/event.py"},
}
"""Day 6 begins with other lines in the same place, and asks about them."""


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in source_files(folder)
        if path.is_file() and not path.is_symlink()
    }


def carried(course: Course, days: tuple[Day, Day], case: Case, starter: Path) -> Plan:
    """Carry the day of the learner who has this design into a fresh next day."""
    target = course.root / "days" / days[1].folder
    shutil.rmtree(target)
    shutil.copytree(starter, target, symlinks=True)
    shutil.rmtree(course.root / ".checks", ignore_errors=True)
    solve(course, days[0], case)
    pass_tasks(course, days[0].tasks)
    plan = plan_carry(course, *days, Choices())
    if plan.changes:
        write_plan(course, plan)
    return plan


def faults(plan: Plan, case: Case, own: dict[str, bytes], new: dict[str, bytes]) -> list[str]:
    """What is wrong with the carried day."""
    known = {(each.path, each.name) for each in unresolved_names(own)}
    names = {(each.path, each.name) for each in unresolved_names(new)} - known
    chain = {path: File(data) for path, data in new.items() if is_revision(path)}
    conflicts = {row.path for row in plan.rows if row.outcome is Outcome.CONFLICT}
    ids = [each.id for each in read_chain(chain)]
    return [
        *(f"{path}: no {name or 'Python'}" for path, name in sorted(names)),
        *(f"{path}: a marker" for path, data in new.items() if MARKERS.search(data)),
        *(["a chain of other ids"] if ids != sorted(ids) else []),
        *([f"conflicts: {conflicts}"] if conflicts != CONFLICTS.get(case.id, set()) else []),
        *(f"{path}: written" for path in conflicts if any(path in each for each in plan.changes)),
        *(f"{row.path}: untouched" for row in plan.rows if row.untouched),
    ]


@pytest.fixture(autouse=True)
def without_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the loss of power needs it, and a disk takes its time for it."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.mark.parametrize("number", DAYS)
def test_each_alternative_is_carried_whole_or_asked_about(tmp_path: Path, number: int) -> None:
    course = two_days_of_the_course(tmp_path / "course", number)
    days = course.day(str(number)), course.day(str(number + 1))
    folders = [course.root / "days" / day.folder for day in days]
    starter = shutil.copytree(folders[1], tmp_path / "starter", symlinks=True)
    found: dict[str, list[str]] = {}

    for case in alternatives_of(number):
        plan = carried(course, days, case, Path(starter))
        found[case.id] = faults(plan, case, *(files_of(folder) for folder in folders))

    assert found
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
