"""A run that is not as expected is run once more: what holds then is unsteady, and is named."""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checks.authoring import claim_tests, verify, verify_cache
from checks.cli import main, maintainer
from checks.course.course import Text
from checks.results.catalogue import Case, Signature
from checks.results.model import Cause, Results, TaskResult, TestResult, Verdict
from checks.runner.run import RunRequest
from checks.tests.support.workbook import solution, write

MISTAKES = ("m1", "m2", "m3", "late")
RECORDED = ("starter", *(f"mistakes/{name}" for name in MISTAKES))
KNOWN = {
    f"{task}/{name}": Signature({"test_x": "fail"}) for task in ("1.1", "2.1") for name in RECORDED
}


def judged(verdict: Verdict, test: str = "test_x", says: str = "GET / is not there") -> Results:
    cause = None if verdict is Verdict.PASS else Cause(says)
    tests = (TestResult("1.1", test, verdict, 0.5, cause),)
    return Results("day1", False, (TaskResult("1.1", "key", "Title", 1, tests),))


PASSES, FAILS, SKIPS = (judged(v) for v in (Verdict.PASS, Verdict.FAIL, Verdict.SKIPPED))
BREAKS = judged(Verdict.INFRA_ERROR, says="Redis did not start")
OTHER = judged(Verdict.FAIL, "test_y")
BOTH = replace(
    FAILS, tasks=(replace(FAILS.tasks[0], tests=FAILS.tasks[0].tests + OTHER.tasks[0].tests),)
)


class Runner:
    """Answers each run as it should be, but for what `says` has of it, try by try."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.says: dict[str, list[Results]] = {}
        self.count: Counter[str] = Counter()

    def __call__(self, request: RunRequest, *_: object, **__: object) -> Results:
        top, name = request.tree.relative_to(self._root).parts[0], request.tree.name
        if top == "solutions" and name != request.day.folder:
            top = "earlier"
        return self._answer(top, request.tasks[0].id)

    def _answer(self, name: str, task: str) -> Results:
        self.count[name] += 1
        planned = self.says.get(name, [])
        right = PASSES if name in {"solutions", "earlier", "other"} else FAILS
        results = planned[self.count[name] - 1] if self.count[name] <= len(planned) else right
        return replace(results, tasks=(replace(results.tasks[0], id=task),))


@contextmanager
def patched(solution: Path, case: Case) -> Iterator[Path]:
    tree = solution.parents[1] / case.name
    write(tree, {"app/main.py": f"# {case.name}\n"})
    yield tree


def cases(task: str, kind: str) -> list[Case]:
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
    monkeypatch.setattr(maintainer, "default_folder", lambda: tmp_path / "proved")
    monkeypatch.setattr(maintainer, "running_zygote", contextlib.nullcontext)
    monkeypatch.setattr(maintainer, "save_signatures", lambda _: None)
    for name in ("validate_files", "check_statements"):
        monkeypatch.setattr(maintainer, name, lambda *_: ())
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    solution(tmp_path, 1, {})
    write(tmp_path / "days" / "day1-architecture", {"app/main.py": "# starter\n"})
    monkeypatch.chdir(tmp_path)
    return runner


def checks_verify(*options: str) -> tuple[int, str]:
    done = CliRunner().invoke(main.app, ["verify", "--jobs", "1", "--no-contained", *options])
    return done.exit_code, done.stdout


def lines(stdout: str) -> list[str]:
    """What is printed below the tasks."""
    return [line.strip() for line in stdout.splitlines() if line.startswith("  ")]


SEEN_ONCE = pytest.mark.parametrize(
    ("name", "results", "claim", "message"),
    [
        ("days", PASSES, "1.1/starter", "passes test_x; gate it on a positive test"),
        ("days", OTHER, "1.1/starter", "the declared test test_x does not exist"),
        ("days", BOTH, "1.1/starter", "the signature changed: test_y fail, was pass"),
        ("solutions", FAILS, "1.1/solution", "test_x fail: GET / is not there"),
        ("solutions", BREAKS, "1.1/solution", "test_x infra_error: Redis did not start"),
        ("late", PASSES, "1.1/mistakes/late", "passes: no test catches it"),
        ("late", OTHER, "1.1/mistakes/late", "the signature changed: test_x pass, was fail"),
        ("late", BREAKS, "1.1/mistakes/late", "the run broke: test_x infra_error: Redis did not"),
        ("other", FAILS, "1.1/alternatives/other", "is refused: test_x fail: GET / is not there"),
    ],
)


@SEEN_ONCE
def test_what_holds_at_the_second_try_holds_and_is_named(
    runner: Runner, name: str, results: Results, claim: str, message: str
) -> None:
    runner.says[name] = [results]

    code, stdout = checks_verify()

    (line,) = lines(stdout)
    assert line.startswith(f"{claim} held only at the second try: {message}")
    assert (
        "1.1  starter fails, solution passes, contained not asked, mistakes 4/4, alternatives 1/1"
        in stdout
    )
    assert code == 0
    assert runner.count[name] == 2


@SEEN_ONCE
def test_what_does_not_hold_twice_is_a_problem(
    runner: Runner, name: str, results: Results, claim: str, message: str
) -> None:
    runner.says[name] = [results, results]

    code, stdout = checks_verify()

    assert f"{claim}: {message}" in stdout
    assert "second try" not in stdout
    assert code == 1
    assert runner.count[name] == 2


def test_the_tests_of_an_earlier_day_have_a_second_try_too(runner: Runner, tmp_path: Path) -> None:
    solution(tmp_path, 2, {})
    runner.says["earlier"] = [FAILS]

    code, stdout = checks_verify("day2")

    message = "held only at the second try: breaks 1.1: test_x fail: GET / is not there"
    assert lines(stdout) == [f"2.1/solution {message}"]
    assert code == 0


def test_a_problem_is_told_as_the_second_run_said_it(runner: Runner) -> None:
    runner.says["late"] = [PASSES, BREAKS]

    _, stdout = checks_verify()

    assert lines(stdout) == [
        "1.1/mistakes/late: the run broke: test_x infra_error: Redis did not start"
    ]


def test_the_document_names_what_was_unsteady(runner: Runner) -> None:
    runner.says = {"late": [PASSES], "days": [PASSES]}

    _, stdout = checks_verify("--json")

    task = json.loads(stdout.splitlines()[-1])["tasks"][0]
    assert task["unsteady"] == ["1.1/starter", "1.1/mistakes/late"]
    assert task["problems"] == []


def test_what_holds_runs_once_and_only_what_was_steady_is_remembered(runner: Runner) -> None:
    runner.says["late"] = [PASSES]
    checks_verify()
    first = dict(runner.count)

    checks_verify()

    steady = ("days", "solutions", "m1", "m2", "m3", "other")
    assert first == {**dict.fromkeys(steady, 1), "late": 2}
    assert runner.count - Counter(first) == {"late": 1}


def test_strict_makes_a_problem_of_what_is_unsteady_and_says_it_once(runner: Runner) -> None:
    runner.says["late"] = [PASSES]

    code, stdout = checks_verify("--strict")

    message = "1.1/mistakes/late held only at the second try: passes: no test catches it"
    assert lines(stdout) == [message]
    assert code == 1


def test_strict_has_no_word_against_what_is_steady(runner: Runner) -> None:
    code, stdout = checks_verify("--strict")

    assert lines(stdout) == []
    assert code == 0


def test_what_is_recorded_is_what_was_seen(runner: Runner) -> None:
    runner.says["late"] = [PASSES]

    code, stdout = checks_verify("--record")

    assert "1.1/mistakes/late: passes: no test catches it" in stdout
    assert code == 1
    assert {name for name, count in runner.count.items() if count == 1} == {
        "days",
        "solutions",
        "other",
        "late",
    }


def test_what_this_machine_cannot_run_is_not_asked_twice_and_not_remembered(
    runner: Runner,
) -> None:
    names = ("days", "solutions", "late", "other")
    runner.says = {name: [SKIPS, SKIPS] for name in names}

    codes = [checks_verify()[0], checks_verify()[0]]

    assert codes == [0, 0]
    assert [runner.count[name] for name in names] == [2, 2, 2, 2]


def test_a_changed_signature_is_a_problem_and_is_not_written(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[object] = []
    monkeypatch.setattr(maintainer, "save_signatures", saved.append)
    runner.says["late"] = [OTHER, OTHER]

    code, stdout = checks_verify()

    assert "the signature changed: test_x pass, was fail; run `checks verify 1.1 --rec" in stdout
    assert code == 1
    assert saved == []


def test_a_recorded_signature_is_written_and_no_problem(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[dict[str, Signature]] = []
    monkeypatch.setattr(maintainer, "save_signatures", saved.append)
    runner.says["late"] = [OTHER, OTHER]

    code, stdout = checks_verify("--record", "--json")

    document = json.loads(stdout.splitlines()[-1])
    assert [*document["problems"], *document["tasks"][0]["problems"]] == []
    assert code == 0
    assert saved[0]["1.1/mistakes/late"] == Signature({"test_y": "fail"}, "GET / is not there")


def test_a_mistake_that_shows_only_after_other_tests_is_recorded_so(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[dict[str, Signature]] = []
    monkeypatch.setattr(maintainer, "save_signatures", saved.append)
    runner.says["late"] = [FAILS, PASSES]

    checks_verify("--record")

    assert not saved[0]["1.1/mistakes/late"].alone
    assert saved[0]["1.1/mistakes/m1"].alone


def test_each_claim_is_a_line_of_json_as_it_falls(runner: Runner) -> None:
    runner.says["late"] = [PASSES, PASSES]

    _, stdout = checks_verify("--json")

    lines_of_claims = [json.loads(line) for line in stdout.splitlines()[:-1]]
    assert len(lines_of_claims) == 7
    assert {each["schema"] for each in lines_of_claims} == {"eventure/verify-claim/v1"}
    (late,) = (each for each in lines_of_claims if each["claim"] == "1.1/mistakes/late")
    assert "passes: no test catches it" in late["faults"][0]
