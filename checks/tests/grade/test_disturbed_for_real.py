"""Real services and processes are killed while a cohort is graded, and no cell is wrong.

`EVENTURE_DISTURBED_RUNS` is how many random timetables each fault is tried in (1).
"""

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from checks import services
from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.grading import Grading
from checks.grade.journal import Journal
from checks.results.model import Results
from checks.runner.run import RunRequest, run
from checks.sandbox.process_tree import children
from checks.services.home import Home
from checks.services.process import read_pid
from checks.tests.grade.cohorts import COURSE, DAY, ROOT, gradebook_bytes, no_progress, rows
from checks.tests.support.homes import own_home
from checks.zygote.client import running_zygote

TASK = COURSE.task("1.2")
TIMETABLES = int(os.environ.get("EVENTURE_DISTURBED_RUNS", "1"))
LONGEST_DELAY, POLL = 1.0, 0.01
"""Seconds: before the fault tries to strike, and between two tries."""
CUT_CHECKER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'eventure' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def home() -> Iterator[Home]:
    with own_home() as home, running_zygote():
        services.ensure()
        yield home


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """A finished and a morning's day 1."""
    for name, tree in {"honest": "solutions", "lazy": "days"}.items():
        target = tmp_path / "s" / name / "days" / DAY.folder / "app"
        shutil.copytree(ROOT / tree / DAY.folder / "app", target)
    return tmp_path / "s"


def _kill(pids: Iterable[int | None]) -> bool:
    """Kill those that there are; whether there was one."""
    struck = False
    for pid in filter(None, pids):
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
            struck = True
    return struck


def _zygotes() -> list[int]:
    """The zygote from which the test processes are forked: a child of this process."""
    return [
        pid
        for pid in children(os.getpid())
        if b"checks.zygote.server" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def _cut_checkers_sessions(home: Home) -> bool:
    with psycopg.connect(services.ensure().postgres.admin_dsn(), autocommit=True) as connection:
        return connection.execute(CUT_CHECKER).fetchone() is not None


FAULTS: Mapping[str, Callable[[Home], bool]] = {
    "PostgreSQL is killed": lambda home: _kill([read_pid(home.data / "postmaster.pid")]),
    "Redis is killed": lambda home: _kill([read_pid(home.root / "redis.pid")]),
    "the test process is killed": lambda home: _kill(
        pid for zygote in _zygotes() for pid in children(zygote)
    ),
    "the zygote is killed": lambda home: _kill(_zygotes()),
    "the checker's sessions are cut": _cut_checkers_sessions,
}


class Disturbed:
    """Judges task 1.2 for real; a fault strikes the first run, after a random delay."""

    def __init__(self, home: Home, fault: Callable[[Home], bool], seed: int) -> None:
        self._home, self._faults = home, [fault]
        self._delay = random.Random(seed).uniform(0, LONGEST_DELAY)  # noqa: S311 - no secret
        self.has_struck = False

    def __call__(self, request: RunRequest, cancelled: Event) -> Results:
        ended = Event()
        fault = self._faults.pop() if self._faults else None
        thread = Thread(target=self._disturb, args=(fault, ended))
        thread.start()
        try:
            return run(replace(request, tasks=(TASK,)), cancelled)
        finally:
            ended.set()
            thread.join()

    def _disturb(self, fault: Callable[[Home], bool] | None, ended: Event) -> None:
        if fault is None or ended.wait(self._delay):
            return
        while not self.has_struck and not ended.wait(POLL):
            with suppress(OSError, psycopg.Error, CourseError):  # it has ended by itself
                self.has_struck = fault(self._home)


def judge_calmly(request: RunRequest, cancelled: Event) -> Results:
    return run(replace(request, tasks=(TASK,)), cancelled)


def grade(out: Path, cohort: Path, judge: Callable[[RunRequest, Event], Results]) -> None:
    journal = Journal(out / "cells")
    journal.prepare()
    Grading(COURSE, journal, contained=False, judge=judge).grade(rows(cohort), 1, no_progress)


def points(out: Path, cohort: Path) -> dict[str, int | None]:
    book = gradebook.build_gradebook([DAY], rows(cohort), Journal(out / "cells"), contained=True)
    return {row["name"]: row["tasks"][TASK.id]["points"] for row in book["rows"]}


@pytest.mark.parametrize("seed", range(TIMETABLES))
@pytest.mark.parametrize("name", FAULTS)
def test_nothing_that_dies_under_way_makes_a_cell_wrong(
    home: Home, cohort: Path, tmp_path: Path, name: str, seed: int
) -> None:
    calm, disturbed = tmp_path / "calm", tmp_path / "disturbed"
    grade(calm, cohort, judge_calmly)
    expected = points(calm, cohort)
    assert expected == {"honest": TASK.points, "lazy": 0}
    judge = Disturbed(home, FAULTS[name], seed)

    grade(disturbed, cohort, judge)

    assert judge.has_struck
    for row, value in points(disturbed, cohort).items():
        assert value in (None, expected[row]), row
    grade(disturbed, cohort, judge_calmly)
    assert gradebook_bytes(disturbed, cohort) == gradebook_bytes(calm, cohort)
