"""What stands below a failure: the known mistake that it looks like, or the hint command."""

import io

import pytest
from rich.console import Console

from checks.diagnosis.look_alikes import look_alikes
from checks.diagnosis.signatures import load_signatures
from checks.results.model import (
    Cause,
    Exchange,
    Results,
    TaskResult,
    TestResult,
    Verdict,
    as_json,
)
from checks.terminal.failure import FailureView
from checks.terminal.results import ResultsView, render_results

GROUP = look_alikes("1.3")[0]


BREAKPOINT = "breakpoint in app/main.py:3: passed over, a test run has no terminal; use one"


def screen(mistake: str, lang: str, says: str = "") -> str:
    """The result of task 1.3 with a failure as it is recorded, or in other words."""
    known = load_signatures()[mistake]
    verdict, status = known.judged[known.shown].split()
    cause = Cause(says or known.says, Exchange("GET", "/", "", int(status), ""))
    test = TestResult("1.3", known.shown, Verdict(verdict), cause=cause)
    task = TaskResult("1.3", "superuser", "", 1, (test,))
    output = io.StringIO()
    view = ResultsView(FailureView(lang))
    Console(file=output, width=400).print(render_results(Results("day1", False, (task,)), view))
    return output.getvalue()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_look_alikes_are_asked_their_one_question(lang: str) -> None:
    shown = screen(min(GROUP.mistakes), lang)

    assert GROUP.title.in_(lang) in shown
    assert GROUP.hint.in_(lang) in shown
    assert "checks hint" not in shown


def test_a_failure_in_other_words_is_no_known_mistake() -> None:
    shown = screen(min(GROUP.mistakes), "en", "GET /api/users/all as a superuser: another sentence")

    assert "This looks like" not in shown
    assert "checks hint 1.3" in shown


@pytest.mark.parametrize(("message", "blamed"), [("a wrong answer", True), (None, False)])
def test_an_app_that_does_not_start_blames_no_other_task(message: str | None, blamed: bool) -> None:
    cause = Cause(message or "the app does not start: NameError: name 'x' is not defined")
    test = TestResult("1.4", "test_x", Verdict.ERROR, cause=cause)
    task = TaskResult("1.4", "a-key", "", 1, (test,))
    console = Console(file=io.StringIO(), width=100)

    console.print(render_results(Results("day1", False, (task,)), ResultsView(), {"1.4": ("1.3",)}))

    assert isinstance(console.file, io.StringIO)
    assert ("1.4 builds on 1.3" in console.file.getvalue()) is blamed


@pytest.mark.parametrize(("task_id", "named"), [("4.3", True), ("4.1", False)])
def test_a_later_suite_that_cannot_import_the_app_names_the_task_that_lets_it(
    task_id: str, named: bool
) -> None:
    cause = Cause("`pytest`: 1 of 1 did not pass (ModuleNotFoundError: No module named 'app')")
    test = TestResult(task_id, "test_x", Verdict.FAIL, cause=cause)
    task = TaskResult(task_id, "a-key", "", 1, (test,))
    console = Console(file=io.StringIO(), width=100)

    console.print(render_results(Results("day4", False, (task,)), ResultsView()))

    assert isinstance(console.file, io.StringIO)
    assert ('4.1 sets pythonpath = ["."]' in console.file.getvalue()) is named


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "a part of the task was run; no points"),
        ("ru", "запущена часть задания; без баллов"),
    ],
)
def test_a_part_of_a_task_has_no_points(lang: str, said: str) -> None:
    task = TaskResult("1.4", "a-key", "", 2, (TestResult("1.4", "test_x", Verdict.PASS),))
    results = Results("day1", contained=False, tasks=(task,), partial=True)
    console = Console(file=io.StringIO(), width=100)

    console.print(render_results(results, ResultsView(FailureView(lang))))

    assert isinstance(console.file, io.StringIO)
    assert said in console.file.getvalue()
    assert "2/2" not in console.file.getvalue()
    assert as_json([results])["days"][0]["tasks"][0]["points"] is None


@pytest.mark.parametrize(
    ("printed", "verbose", "said"),
    [
        (("a", "b"), False, ["  what your code printed: checks run 1.4 -v"]),
        ((BREAKPOINT,), False, [f"  {BREAKPOINT}"]),
        (
            ("a", BREAKPOINT),
            False,
            [f"  {BREAKPOINT}", "  what your code printed: checks run 1.4 -v"],
        ),
        (("a", "b"), True, ["  your code printed", "  a", "  b"]),
        ((), False, []),
    ],
)
def test_a_pass_names_breakpoints_and_says_where_the_rest_went(
    printed: tuple[str, ...], verbose: bool, said: list[str]
) -> None:
    task = TaskResult("1.4", "a-key", "", 2, (TestResult("1.4", "test_x", Verdict.PASS),))
    results = Results("day1", contained=False, tasks=(task,), printed=printed)
    console = Console(file=io.StringIO(), width=100)

    console.print(render_results(results, ResultsView(FailureView("en", verbose=verbose))))

    assert isinstance(console.file, io.StringIO)
    assert [line.rstrip() for line in console.file.getvalue().splitlines()[1:]] == said
