"""Cohorts in a temporary folder, and a judge that runs nothing."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Event

from checks.course.course import find_root, load_course
from checks.grade import gradebook
from checks.grade.cell_events import CellEvent
from checks.grade.cohort import Row, plan
from checks.grade.grading import Grading
from checks.grade.intake import find_submissions
from checks.grade.journal import Journal
from checks.grade.key import KeyContext
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.runner.run import RunRequest

ROOT = find_root(Path(__file__))
COURSE = load_course(ROOT)
DAY = COURSE.day("1")
CONTEXT = KeyContext({DAY.number: "tests"}, "checker", "lock", "policy")


def hand_in(folder: Path, name: str, text: str, path: str = "app/main.py") -> Path:
    """A clone with one file of day 1's."""
    file = folder / name / "days" / DAY.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return folder / name


def rows(folder: Path, context: KeyContext = CONTEXT) -> tuple[Row, ...]:
    return plan([DAY], find_submissions([folder]), context)


def results_with(request: RunRequest, verdict: Verdict) -> Results:
    """Results with one test of this verdict for each task of the request."""
    tasks = tuple(
        TaskResult(
            task.id, task.key, task.title.en, task.points, (TestResult(task.id, "test", verdict),)
        )
        for task in request.tasks
    )
    return Results(request.day.folder, request.contained, tasks)


class Judge:
    """A judge that reads its verdict from main.py: `pass`, else `fail`.

    It lists the texts, and the verdicts that were asked for while no other cell was graded.
    `crowded`: the verdicts of a text that is judged beside others.
    """

    def __init__(
        self,
        verdicts: Mapping[str, Verdict] | None = None,
        crowded: Mapping[str, Verdict] | None = None,
    ) -> None:
        self.verdicts = {"pass": Verdict.PASS, **(verdicts or {})}
        self.crowded = crowded or {}
        self.judged: list[str] = []
        self.alone: list[str] = []
        self.before_verdict: Callable[[str], None] = lambda text: None

    def __call__(self, request: RunRequest, cancelled: Event | None = None) -> Results:
        text = (request.tree / "app" / "main.py").read_text()
        self.before_verdict(text)
        self.judged.append(text)
        verdict = self.verdicts.get(text, Verdict.FAIL)
        if request.budget.alone:
            self.alone.append(text)
        else:
            verdict = self.crowded.get(text, verdict)
        return results_with(request, verdict)


def grading(out: Path, judge: Judge, again: Iterable[str] = ()) -> Grading:
    journal = Journal(out / "cells")
    journal.prepare()
    return Grading(COURSE, journal, contained=True, again=frozenset(again), judge=judge)


def gradebook_bytes(out: Path, cohort: Path) -> tuple[bytes, bytes]:
    """The gradebook's bytes."""
    book = gradebook.build_gradebook([DAY], rows(cohort), Journal(out / "cells"), contained=True)
    gradebook.write(book, out)
    return (out / gradebook.JSON).read_bytes(), (out / gradebook.CSV).read_bytes()


def no_progress(event: CellEvent) -> None:
    """A progress callback that does nothing."""


def checks(*words: str) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-m", "checks.cli.main", *words]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
