"""A run for verify's cache to remember: its request, its results, and how often it took place."""

from pathlib import Path

import pytest

from checks.authoring import verify_cache
from checks.authoring.claims import Fault
from checks.authoring.verify_cache import VerifyCache
from checks.course.course import load_course
from checks.results.model import Cause, Exchange, Results, TaskResult, TestResult, Verdict
from checks.runner.run import RunRequest
from checks.tests.support.workbook import solution, write

EXCHANGE = Exchange("GET", "/api", "", 500, "null", (("Authorization", "Bearer e…"),), 1.5)
CAUSE = Cause("a promise", EXCHANGE, ("SELECT 1",), "app/x.py:3 in f", "log")
FAULT = Fault("1.1/mistakes/late", "passes: no test catches it")


class Runs:
    """Counts the runs, which end as `results` says."""

    def __init__(self, results: Results) -> None:
        self.results, self.count = results, 0

    def __call__(self, run_request: RunRequest, *_: object, **__: object) -> Results:
        self.count += 1
        return self.results


def judged(verdict: Verdict, cause: Cause | None = None) -> Results:
    """The results of a run with one test."""
    tests = (TestResult("1.1", "test_x", verdict, 0.5, cause),)
    return Results("day1", False, (TaskResult("1.1", "key", "Title", 1, tests),))


@pytest.fixture
def run_request(tmp_path: Path) -> RunRequest:
    """The tests of a day with one task, on a tree of one file."""
    tests = solution(
        tmp_path, 1, {"exercises/test_task-1-one.py": "a = 1\n", "app/main.py": "b = 1\n"}
    )
    write(tmp_path, {"requirements.lock": "a==1\n", "tree/app/main.py": "c = 1\n"})
    day = load_course(tmp_path, tree="solutions").days[0]
    return RunRequest(day, day.tasks, tests, tmp_path / "tree")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Runs that end with one failure, on the checker's own servers."""
    runs = Runs(judged(Verdict.FAIL, CAUSE))
    monkeypatch.setattr(verify_cache, "run", runs)
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return runs


def run_in_new_process(run_request: RunRequest, tmp_path: Path, *, holds: bool = True) -> Results:
    """A run with a cache that has read only what is on the disk, as a new process has."""
    return VerifyCache(tmp_path, tmp_path / "build").run(
        run_request, lambda _: [] if holds else [FAULT]
    )
