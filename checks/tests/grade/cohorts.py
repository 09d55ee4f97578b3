"""Cohorts made in a temporary folder, and a judge that answers without running anything."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from checks.course.course import find_root, load_course
from checks.grade.cohort import Grading, Row, plan
from checks.grade.intake import find
from checks.grade.journal import Journal
from checks.grade.key import Surroundings
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.runner.run import RunRequest

ROOT = find_root(Path(__file__))
COURSE = load_course(ROOT)
DAY = COURSE.day("1")
AROUND = Surroundings({DAY.number: "tests"}, "checker", "lock", "policy")


def hand_in(folder: Path, name: str, text: str, path: str = "app/main.py") -> Path:
    """A clone with one file of day 1's."""
    file = folder / name / "days" / DAY.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return folder / name


def rows(folder: Path, around: Surroundings = AROUND) -> tuple[Row, ...]:
    return plan([DAY], find([folder]), around)


def judged(run_request: RunRequest, verdict: Verdict) -> Results:
    """Each task of the order with one test of this verdict."""
    tasks = tuple(
        TaskResult(
            task.id, task.key, task.title.en, task.points, (TestResult(task.id, "test", verdict),)
        )
        for task in run_request.tasks
    )
    return Results(run_request.day.folder, run_request.contained, tasks)


class Judge:
    """Says `pass` for a tree whose main.py says so, else `fail`; counts what it was asked."""

    def __init__(self, sayings: Mapping[str, Verdict] | None = None) -> None:
        self.sayings = {"pass": Verdict.PASS, **(sayings or {})}
        self.asked: list[str] = []
        self.before: Callable[[str], None] = lambda text: None

    def __call__(self, run_request: RunRequest, called_off: Event | None = None) -> Results:
        text = (run_request.tree / "app" / "main.py").read_text()
        self.before(text)
        self.asked.append(text)
        return judged(run_request, self.sayings.get(text, Verdict.FAIL))


def grading(out: Path, judge: Judge) -> Grading:
    journal = Journal(out / "cells")
    journal.prepare()
    return Grading(COURSE, journal, contained=True, judge=judge)


def silent(done: int, of: int) -> None:
    """A progress line that nobody reads."""


def checks(*words: str) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-m", "checks.cli.main", *words]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
