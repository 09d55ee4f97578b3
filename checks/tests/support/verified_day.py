"""A day of one task for `checks verify`, with runs that end as a test says."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checks.authoring import claim_tests, verify, verify_cache
from checks.cli import main
from checks.cli import verify as command
from checks.course.course import Text
from checks.diagnosis.signatures import Signature
from checks.results.catalogue import Case
from checks.results.model import Cause, Results, TaskResult, TestResult, Verdict
from checks.runner.run import RunRequest
from checks.tests.support.workbook import solution, write

MISTAKES = ("m1", "m2", "m3", "late")
RECORDED = ("starter", *(f"mistakes/{name}" for name in MISTAKES))
KNOWN = {
    f"{task}/{name}": Signature({"test_x": "fail"}) for task in ("1.1", "2.1") for name in RECORDED
}


def judged(verdict: Verdict, test: str = "test_x", says: str = "GET / is not there") -> Results:
    """The results of a run of task 1.1 with one test."""
    cause = None if verdict is Verdict.PASS else Cause(says)
    tests = (TestResult("1.1", test, verdict, 0.5, cause),)
    return Results("day1", False, (TaskResult("1.1", "key", "Title", 1, tests),))


PASSES, FAILS, SKIPS = (judged(v) for v in (Verdict.PASS, Verdict.FAIL, Verdict.SKIPPED))
BREAKS = judged(Verdict.INFRA_ERROR, says="Redis did not start")
OTHER = judged(Verdict.FAIL, "test_y")


def both(one: Results, other: Results) -> Results:
    """The tests of two results as those of one run."""
    task = replace(one.tasks[0], tests=one.tasks[0].tests + other.tasks[0].tests)
    return replace(one, tasks=(task,))


BOTH = both(FAILS, OTHER)


class Runner:
    """Answers each run as it should be, but for those results that `planned` has, try by try."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.planned: dict[str, list[Results]] = {}
        self.count: Counter[str] = Counter()
        self.contained = 0
        self.on_engine: list[tuple[str, ...]] = []

    def __call__(self, request: RunRequest, *_: object, **__: object) -> Results:
        self.contained += request.contained
        if request.engine:
            self.on_engine.append(request.names)
            return self._answer("engine", request.tasks[0].id)
        top, name = request.tree.relative_to(self._root).parts[0], request.tree.name
        if top == "solutions" and name != request.day.folder:
            top = "earlier"
        return self._answer(top, request.tasks[0].id)

    def _answer(self, name: str, task: str) -> Results:
        self.count[name] += 1
        planned = self.planned.get(name, [])
        expected = PASSES if name in {"solutions", "earlier", "other", "engine"} else FAILS
        results = planned[self.count[name] - 1] if self.count[name] <= len(planned) else expected
        return replace(results, tasks=(replace(results.tasks[0], id=task),))


@contextmanager
def patched(solution: Path, case: Case, _: object) -> Iterator[Path]:
    """A tree by the name of the case, in the place of the patched solution."""
    tree = solution.parents[1] / case.name
    write(tree, {"app/main.py": f"# {case.name}\n"})
    yield tree


def cases(task: str, kind: str) -> list[Case]:
    """Four mistakes and one alternative."""
    names = MISTAKES if kind == "mistakes" else ("other",)
    return [Case(task, kind, name, Text("", ""), Text("", ""), "") for name in names]


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """A day of one task, with all that the catalogue has to have."""
    runner = Runner(tmp_path)
    monkeypatch.setattr(verify_cache, "run", runner)
    monkeypatch.setattr(verify, "cases", cases)
    monkeypatch.setattr(claim_tests, "patched", patched)
    monkeypatch.setattr(claim_tests, "load_signatures", lambda: KNOWN)
    monkeypatch.setattr(command, "default_folder", lambda: tmp_path / "proved")
    monkeypatch.setattr(command, "running_zygote", contextlib.nullcontext)
    monkeypatch.setattr(command, "save_signatures", lambda _: None)
    monkeypatch.setattr(command, "malformed_files", lambda *_: [])
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    solution(tmp_path, 1, {})
    write(tmp_path / "days" / "day1-architecture", {"app/main.py": "# starter\n"})
    monkeypatch.chdir(tmp_path)
    return runner


def checks_verify(*options: str, sandbox: str = "--no-contained") -> tuple[int, str]:
    """The exit code of `checks verify`, and what it prints; `sandbox` is its option, or ""."""
    words = ["verify", "--jobs", "1", *filter(None, [sandbox]), *options]
    result = CliRunner().invoke(main.app, words)
    return result.exit_code, result.stdout


def lines(stdout: str) -> list[str]:
    """What is printed below the tasks."""
    return [line.strip() for line in stdout.splitlines() if line.startswith("  ")]
