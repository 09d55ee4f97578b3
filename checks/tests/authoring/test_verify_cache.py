"""What verify remembers: a run that held, and only as long as all that decides it is the same."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from checks.authoring import run_key, verify_cache
from checks.authoring.claims import Fault
from checks.authoring.verify_cache import VerifyCache
from checks.course.course import load_course
from checks.results.model import Cause, Exchange, Results, TaskResult, TestResult, Verdict
from checks.runner.run import RunRequest
from checks.tests.support.workbook import solution, write

EXCHANGE = Exchange("GET", "/api", "", 500, "null", (("Authorization", "Bearer e…"),), 1.5)
CAUSE = Cause("a promise", EXCHANGE, ("SELECT 1",), "app/x.py:3 in f", "log")
FAULT = Fault("1.1/mistakes/late", "passes: no test catches it")
Runner = Callable[[RunRequest], Results]


class Runs:
    """Counts the runs, which end as `results` says."""

    def __init__(self, results: Results) -> None:
        self.results, self.count = results, 0

    def __call__(self, run_request: RunRequest, *_: object, **__: object) -> Results:
        self.count += 1
        return self.results


def judged(verdict: Verdict, cause: Cause | None = None) -> Results:
    tests = (TestResult("1.1", "test_x", verdict, 0.5, cause),)
    return Results("day1", False, (TaskResult("1.1", "key", "Title", 1, tests),))


@pytest.fixture
def run_request(tmp_path: Path) -> RunRequest:
    tests = solution(
        tmp_path, 1, {"exercises/test_task-1-one.py": "a = 1\n", "app/main.py": "b = 1\n"}
    )
    write(tmp_path, {"requirements.lock": "a==1\n", "tree/app/main.py": "c = 1\n"})
    day = load_course(tmp_path, tree="solutions").days[0]
    return RunRequest(day, day.tasks, tests, tmp_path / "tree")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    runs = Runs(judged(Verdict.FAIL, CAUSE))
    monkeypatch.setattr(verify_cache, "run", runs)
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return runs


def run_in_new_process(run_request: RunRequest, tmp_path: Path, *, holds: bool = True) -> Results:
    """A run by a new process, as it were."""
    return VerifyCache(tmp_path, tmp_path / "build").run(
        run_request, lambda _: [] if holds else [FAULT]
    )


def test_the_same_run_is_remembered_whole(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    first, second = (
        run_in_new_process(run_request, tmp_path),
        run_in_new_process(run_request, tmp_path),
    )

    assert first == second == runs.results
    assert runs.count == 1


@pytest.mark.parametrize(
    "path",
    [
        "tree/app/main.py",
        "tree/app/new.py",
        "solutions/day1-architecture/exercises/test_task-1-one.py",
        "solutions/day1-architecture/exercises/shared.toml",
        "solutions/day1-architecture/day.toml",
        "requirements.lock",
    ],
)
def test_another_file_is_another_run(
    path: str, run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)

    with (tmp_path / path).open("a") as file:
        file.write("# another\n")
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


@pytest.mark.parametrize(
    "path",
    [
        "solutions/day1-architecture/exercises/test_1_2_other.py",
        "solutions/day1-architecture/exercises/1.1-layers.md",
        "tree/README.md",
        "pyproject.toml",
    ],
)
def test_what_no_test_reads_is_the_same_run(
    path: str, run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)

    with (tmp_path / path).open("a") as file:
        file.write("# another\n")
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 1


def test_a_clone_elsewhere_knows_what_was_proved(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)
    clone = tmp_path / "clone"
    for name in ("solutions", "tree", "requirements.lock"):
        source = tmp_path / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        clone.mkdir(exist_ok=True)
        copy(source, clone / name)
    there = replace(
        run_request, tests=clone / run_request.tests.relative_to(tmp_path), tree=clone / "tree"
    )

    VerifyCache(clone, tmp_path / "build").run(there, lambda _: [])

    assert runs.count == 1


def test_a_new_proof_believes_nothing_and_goes_on_where_it_was_interrupted(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    def proof() -> VerifyCache:
        return VerifyCache(tmp_path, tmp_path / "build", ignore_older=True)

    run_in_new_process(run_request, tmp_path)
    proof().run(run_request, lambda _: [])  # interrupted after this run
    assert runs.count == 2

    second = proof()
    second.run(run_request, lambda _: [])
    second.finish()
    assert runs.count == 2

    proof().run(run_request, lambda _: [])
    assert runs.count == 3


@pytest.mark.parametrize("path", ["cli/main.py", "site/pages.py", "tests/test_x.py"])
def test_a_part_of_the_checker_that_decides_nothing_is_the_same_run(
    path: str, run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = tmp_path / "checks"
    write(checker, {"harness/api.py": "", path: ""})
    monkeypatch.setattr(run_key, "PACKAGE", checker)
    run_in_new_process(run_request, tmp_path)

    write(checker, {path: "# mended\n"})
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 1


@pytest.mark.parametrize("path", ["harness/api.py", "harness/pytest.ini", "runner/run.py"])
def test_another_checker_is_another_run(
    path: str, run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = tmp_path / "checks"
    write(checker, {"harness/api.py": "", "harness/pytest.ini": "", "runner/run.py": ""})
    monkeypatch.setattr(run_key, "PACKAGE", checker)
    run_in_new_process(run_request, tmp_path)

    write(checker, {path: "# mended\n"})
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


def test_another_python_or_another_setting_is_another_run(
    run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in_new_process(run_request, tmp_path)
    monkeypatch.setenv("EVENTURE_REQUEST_SECONDS", "3")
    run_in_new_process(run_request, tmp_path)
    monkeypatch.setattr("sys.version", "3.99")
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 3


def test_a_claim_that_did_not_hold_is_tried_again(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path, holds=False)
    run_in_new_process(run_request, tmp_path, holds=False)

    assert runs.count == 4  # twice each


def test_what_was_remembered_and_is_not_expected_any_more_is_tried_again(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)
    run_in_new_process(run_request, tmp_path, holds=False)

    assert runs.count == 2


@pytest.mark.parametrize("verdict", [Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN])
def test_a_run_that_broke_is_tried_again(
    verdict: Verdict, run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    runs.results = judged(verdict)
    run_in_new_process(run_request, tmp_path)
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


def test_a_tree_that_changed_during_the_run_is_not_remembered(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    class Editing(Runs):
        def __call__(self, run_request: RunRequest, *_: object, **__: object) -> Results:
            write(tmp_path, {"tree/app/main.py": f"c = {self.count + 2}\n"})
            return super().__call__(run_request)

    editing = Editing(runs.results)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify_cache, "run", editing)
        VerifyCache(tmp_path, tmp_path / "build").run(run_request, lambda _: [])

    assert not list((tmp_path / "build").glob("*.json"))


def test_a_kept_file_that_is_damaged_is_no_answer(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)
    for kept in (tmp_path / "build").glob("*.json"):
        kept.write_text('{"day": "day1", "tasks": [')

    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


def test_other_tasks_of_the_day_are_another_run(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)
    run_in_new_process(replace(run_request, tasks=()), tmp_path)

    assert runs.count == 2


@pytest.mark.parametrize("server", ["DATABASE_URL", "REDIS_URL"])
def test_on_somebody_elses_server_nothing_is_remembered(
    server: str,
    run_request: RunRequest,
    runs: Runs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(server, "postgresql://elsewhere")
    run_in_new_process(run_request, tmp_path)
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2
