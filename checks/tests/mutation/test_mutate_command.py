"""`checks mutate`: what is run, what is remembered, what is printed, and the exit code."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from typer.testing import CliRunner, Result

from checks.cli import main
from checks.cli import mutate as command
from checks.mutation import mutation_run, trial
from checks.mutation.equivalents import Equivalent
from checks.results.model import Cause, Results, TaskResult, TestResult, Verdict
from checks.results.records import Listener
from checks.runner.run import Cancelled, RunRequest
from checks.tests.support.workbook import ONE, solution, write

ANSWER = "# region task 1.1\nx = 3\nf(x)\n# endregion\n"
KILLED = {"x = 4", "x = 2"}
"""The changed lines that the tests of this workbook notice; nothing notices a missing `f(x)`."""


class Runner:
    """The tests of a tree: they fail where the app has one of the `noticed` lines."""

    def __init__(self) -> None:
        self.noticed: dict[str, Verdict] = dict.fromkeys(KILLED, Verdict.FAIL)
        self.count, self.forgets = 0, ""

    def __call__(
        self, request: RunRequest, cancelled: Event, listener: Listener, _: object
    ) -> Results:
        self.count += 1
        lines = (request.tree / "app/main.py").read_text().splitlines()
        verdict = next((v for line, v in self.noticed.items() if line in lines), Verdict.PASS)
        cause = None if verdict is Verdict.PASS else Cause("GET / is not there")
        tests = (TestResult("1.1", "test_x", verdict, 0.5, cause),)
        if verdict is not Verdict.PASS:
            listener.first_failure(tests[0])
        if self.forgets in lines:
            self.noticed.pop(self.forgets, None)
        if cancelled.is_set():
            raise Cancelled
        return Results("day1", False, (TaskResult("1.1", "key", "Title", 1, tests),))


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """A day of one task, whose answer has three mutants."""
    runner = Runner()
    monkeypatch.setattr(trial, "run", runner)
    monkeypatch.setattr(command, "running_zygote", contextlib.nullcontext)
    monkeypatch.setattr(command, "default_folder", lambda: tmp_path / "proved")
    monkeypatch.setattr(mutation_run, "load_equivalents", lambda _: [])
    solution(tmp_path, 1, {"app/main.py": ANSWER})
    monkeypatch.chdir(tmp_path)
    return runner


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """`entries(was, now)`: the task's only entry."""

    def record(was: str, now: str) -> None:
        entry = Equivalent("app/main.py", was, now, "f has no effect.")
        monkeypatch.setattr(mutation_run, "load_equivalents", lambda _: [entry])

    return record


def checks_mutate(*options: str) -> Result:
    return CliRunner().invoke(main.app, ["mutate", "--jobs", "1", *options])


def test_a_survivor_is_shown_with_its_diff(runner: Runner) -> None:
    result = checks_mutate("1.1")

    assert result.exit_code == 1
    assert "1.1  mutants 3: killed 2, explained 0, open 1\n" in result.stdout
    assert "app/main.py:3 statement dropped: no test notices it" in result.stdout
    assert "    -f(x)\n    +pass\n" in result.stdout


def test_an_explained_survivor_is_no_problem(
    runner: Runner, entries: Callable[[str, str], None]
) -> None:
    entries("f(x)", "pass")

    result = checks_mutate("1.1")

    assert result.exit_code == 0
    assert result.stdout == "1.1  mutants 3: killed 2, explained 1, open 0\n"


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("x = 7", "x = 8", "no mutant fits app/main.py: 'x = 7' → 'x = 8'"),
        ("x = 3", "x = 4", "a test kills app/main.py: 'x = 3' → 'x = 4'"),
    ],
)
def test_an_entry_that_excuses_nothing_is_stale(
    runner: Runner, entries: Callable[[str, str], None], was: str, now: str, says: str
) -> None:
    runner.noticed["pass"] = Verdict.FAIL
    entries(was, now)

    result = checks_mutate("1.1")

    assert result.exit_code == 1
    assert f"  {says}; delete this entry\n" in result.stdout


@pytest.mark.parametrize("verdict", ["error", "timeout", "oom", "output_limit"])
def test_whatever_ends_badly_kills(runner: Runner, verdict: str) -> None:
    runner.noticed["pass"] = Verdict(verdict)

    assert checks_mutate("1.1").stdout == "1.1  mutants 3: killed 3, explained 0, open 0\n"


def test_one_timeout_alone_kills_nothing(runner: Runner) -> None:
    runner.noticed["pass"] = Verdict.TIMEOUT
    runner.forgets = "pass"

    assert "killed 2, explained 0, open 1" in checks_mutate("1.1").stdout


@pytest.mark.parametrize("verdict", [Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN])
def test_what_the_checker_could_not_judge_is_not_killed(runner: Runner, verdict: Verdict) -> None:
    runner.noticed["pass"] = verdict

    result = checks_mutate("1.1")

    assert "killed 2, explained 0, open 0, unjudged 1" in result.stdout
    assert "app/main.py:3 could not be judged: GET / is not there" in result.stdout


def test_what_was_seen_is_remembered_and_what_was_not_judged_is_asked_again(
    runner: Runner,
) -> None:
    runner.noticed["pass"] = Verdict.INFRA_ERROR
    checks_mutate("1.1")
    assert runner.count == 4  # the solution, then its mutants

    checks_mutate("1.1")
    assert runner.count == 5

    checks_mutate("1.1", "--no-cache")
    assert runner.count == 9


def test_other_tests_ask_every_mutant_again(runner: Runner, tmp_path: Path) -> None:
    checks_mutate("1.1")
    write(tmp_path / ONE, {"exercises/test_task-1-one.py": "def test_x(): ...\n"})

    checks_mutate("1.1")

    assert runner.count == 8


def test_a_solution_that_fails_its_own_tests_tells_nothing_of_mutants(runner: Runner) -> None:
    runner.noticed["x = 3"] = Verdict.FAIL

    result = checks_mutate("1.1")

    assert result.exit_code != 0
    assert "its own solution fails test_x" in str(result.exception) + result.output


def test_a_sample_names_its_seed_and_is_the_same_again(runner: Runner) -> None:
    first, second = (checks_mutate("1.1", "--sample", "1", "--seed", "7") for _ in range(2))

    assert "--seed 7 takes the same again" in first.stderr
    assert first.stdout == second.stdout
    assert "mutants 1 of 3" in first.stdout
    assert runner.count == 2


def test_a_sample_calls_no_entry_stale_whose_other_mutants_it_leaves_out(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.noticed = {"x = 4": Verdict.FAIL, "pass": Verdict.FAIL}  # x = 2 survives
    entry = Equivalent("app/main.py", "x = 3", None, "Any number serves.")
    monkeypatch.setattr(mutation_run, "load_equivalents", lambda _: [entry])

    for seed in range(9):
        assert "a test kills" not in checks_mutate("1.1", "--sample", "1", f"--seed={seed}").stdout


def test_a_document_has_each_mutant_with_its_lines(runner: Runner) -> None:
    result = checks_mutate("1.1", "--json")

    (task,) = json.loads(result.stdout.splitlines()[-1])["tasks"]
    assert (task["killed"], task["open"]) == (2, 1)
    (survivor,) = (m for m in task["judged"] if m["outcome"] == "survived")
    assert (survivor["was"], survivor["now"]) == ("f(x)", "pass")
    assert {m["test"] for m in task["judged"] if m["outcome"] == "killed"} == {"test_x"}
