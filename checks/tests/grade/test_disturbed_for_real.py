"""Real services and processes are killed while a cohort is graded, and no cell is wrong.

`EVENTURE_DISTURBED_RUNS` is how many random timetables are tried (1).
"""

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
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
from checks.sandbox.process_tree import descendants
from checks.services.home import Home
from checks.services.process import read_pid
from checks.tests.grade.cohorts import COURSE, DAY, ROOT, gradebook_bytes, no_progress, rows
from checks.tests.support.homes import own_home
from checks.zygote.client import running_zygote

TASK = COURSE.task("1.2")
TIMETABLES = int(os.environ.get("EVENTURE_DISTURBED_RUNS", "1"))
LONGEST_DELAY = 2.5
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


def _kill(pid: int | None) -> None:
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


def _kill_test_process(home: Home) -> None:
    for pid in [*descendants(os.getpid())]:
        with suppress(OSError):
            if b"--results=" in Path(f"/proc/{pid}/cmdline").read_bytes():
                _kill(pid)


def _cut_checkers_sessions(home: Home) -> None:
    with psycopg.connect(services.ensure().postgres.admin_dsn(), autocommit=True) as connection:
        connection.execute(CUT_CHECKER)


FAULTS: tuple[Callable[[Home], None], ...] = (
    lambda home: _kill(read_pid(home.data / "postmaster.pid")),
    _kill_test_process,
    _cut_checkers_sessions,
    lambda home: _kill(read_pid(home.root / "redis.pid")),
)


class Disturbed:
    """Judges task 1.2 for real; each run is disturbed by the next fault after a random delay."""

    def __init__(self, home: Home, seed: int) -> None:
        self._home, self._random = home, random.Random(seed)  # noqa: S311 - no secret
        self._faults = list(FAULTS)
        self._random.shuffle(self._faults)

    def __call__(self, request: RunRequest, cancelled: Event) -> Results:
        ended, delay = Event(), self._random.uniform(0, LONGEST_DELAY)
        fault = self._faults.pop() if self._faults else None
        thread = Thread(target=self._disturb, args=(fault, ended, delay))
        thread.start()
        try:
            return run(replace(request, tasks=(TASK,)), cancelled)
        finally:
            ended.set()
            thread.join()

    def _disturb(self, fault: Callable[[Home], None] | None, ended: Event, delay: float) -> None:
        if fault is not None and not ended.wait(delay):
            with suppress(OSError, psycopg.Error, CourseError):  # it has ended by itself
                fault(self._home)


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
def test_nothing_that_dies_under_way_makes_a_cell_wrong(
    home: Home, cohort: Path, tmp_path: Path, seed: int
) -> None:
    calm, disturbed = tmp_path / "calm", tmp_path / "disturbed"
    grade(calm, cohort, judge_calmly)
    expected = points(calm, cohort)
    assert expected == {"honest": TASK.points, "lazy": 0}

    grade(disturbed, cohort, Disturbed(home, seed))

    for name, value in points(disturbed, cohort).items():
        assert value in (None, expected[name]), name
    grade(disturbed, cohort, judge_calmly)
    assert gradebook_bytes(disturbed, cohort) == gradebook_bytes(calm, cohort)
