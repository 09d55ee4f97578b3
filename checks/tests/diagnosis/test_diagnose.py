"""From a failing set to the mistake it looks like."""

import shutil
from pathlib import Path

import pytest

from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.results.catalogue import Signature, cases, load_signatures, signature
from checks.results.diagnose import diagnose, likeness, nearest
from checks.results.model import Cause, Exchange, TaskResult, TestResult, Verdict
from checks.runner.run import run, run_request

A, B = "1.2/mistakes/a", "1.2/mistakes/b"
KNOWN = {
    A: Signature({"t1": "fail 404", "t2": "blocked"}, "GET /x of an event"),
    B: Signature({"t3": "fail 200"}, "GET /y is refused"),
}


def test_an_equal_failing_set_is_the_nearest() -> None:
    assert nearest(Signature({"t3": "fail 200"}), KNOWN) == (B,)


def test_another_status_is_another_mistake() -> None:
    assert nearest(Signature({"t3": "fail 500 AttributeError"}), KNOWN) == ()


def test_nothing_is_said_of_a_failing_set_that_resembles_none() -> None:
    assert nearest(Signature({"t9": "fail 200"}), KNOWN) == ()


def test_of_two_that_fail_the_same_tests_the_one_with_the_same_words_is_nearest() -> None:
    twins = {
        A: Signature({"t1": "fail 200"}, "total 1"),
        B: Signature({"t1": "fail 200"}, "total 2"),
    }

    assert nearest(Signature({"t1": "fail 200"}, "total 2"), twins) == (B,)


def test_two_that_look_the_same_are_both_named_and_three_are_a_guess() -> None:
    one = Signature({"t1": "fail 200"}, "total 1")

    assert nearest(one, {A: one, B: one}) == (A, B)
    assert nearest(one, {A: one, B: one, "1.2/mistakes/c": one}) == ()


def test_the_same_first_failure_outweighs_further_ones_that_differ() -> None:
    mine = Signature({"t1": "fail 200", "t2": "fail 200", "t3": "fail 200"}, "total 1")
    known = {A: Signature({"t1": "fail 200"}, "total 1"), B: Signature({"t1": "fail 200"}, "no")}

    assert nearest(mine, known) == (A,)


def test_tests_that_were_only_blocked_make_nothing_alike() -> None:
    mine = Signature({"t1": "error", "t2": "blocked", "t3": "blocked", "t4": "blocked"})
    known = Signature({"t1": "fail 404", "t2": "blocked", "t3": "blocked", "t4": "blocked"})

    assert likeness(mine, known) == 0.0


def test_of_a_broken_run_no_mistake_is_named() -> None:
    name, known = next(
        (n, s)
        for n, s in load_signatures().items()
        if "/mistakes/" in n and len(s.tests) > 3 and set(s.tests.values()) == {"fail 200"}
    )
    task = name.split("/", maxsplit=1)[0]
    broken = TestResult(task, "test_another", Verdict.INFRA_ERROR)
    tests = tuple(
        TestResult(task, each, *verdict_and_cause(how)) for each, how in known.tests.items()
    )

    assert diagnose(TaskResult(task, "key", "", 1, tests)) != ()
    assert diagnose(TaskResult(task, "key", "", 1, (broken, *tests))) == ()


def test_likeness_is_the_share_of_what_both_have() -> None:
    mine = Signature({"a": "fail", "b": "fail"})

    assert likeness(mine, Signature({"b": "fail", "c": "fail"})) == 1 / 3


def test_an_untouched_starter_is_no_mistake() -> None:
    known = load_signatures()["1.3/starter"].tests
    tests = tuple(TestResult("1.3", name, *verdict_and_cause(how)) for name, how in known.items())

    assert diagnose(TaskResult("1.3", "superuser", "", 1, tests)) == ()


def verdict_and_cause(how: str) -> tuple[Verdict, float, Cause | None]:
    verdict, _, status = how.partition(" ")
    exchange = Exchange("GET", "/", "", int(status), "") if status else None
    return Verdict(verdict), 0.0, Cause("", exchange)


def test_a_signature_has_status_and_exception_and_nothing_that_changes_from_run_to_run() -> None:
    exchange = Exchange("GET", "/x", "", 500, "")
    frame = "app/x.py:3 in f: sqlalchemy.exc.NoResultFound: No row"
    token = "a token eyJhbGciOi.eyJzdWIi.abc at 2026-01-01T10:00:00"
    tests = (
        TestResult("1.2", "t0", Verdict.PASS),
        TestResult("1.2", "t1", Verdict.FAIL, cause=Cause(token, exchange, frame=frame)),
        TestResult("1.2", "t2", Verdict.BLOCKED, cause=Cause("blocked: t1")),
    )

    observed = signature(tests)

    assert observed.tests == {"t1": "fail 500 NoResultFound", "t2": "blocked"}
    assert observed.says == "a token … at …"


def test_a_mistake_without_a_hint_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "1.2" / "mistakes"
    folder.mkdir(parents=True)
    (folder / "x.patch").write_text("title: X\ntitle.ru: Х\n\n--- a/app\n+++ b/app\n")

    with pytest.raises(CourseError, match=r"lacks hint, hint\.ru"):
        cases("1.2", "mistakes", tmp_path)


def test_a_starter_that_is_begun_is_no_mistake(tmp_path: Path) -> None:
    """Task 1.1 with the call chain filled in and nothing moved yet: each learner is there once."""
    root = find_root(Path(__file__))
    course = load_course(root)
    tree = Path(shutil.copytree(root / "days" / course.day("1").folder, tmp_path / "tree"))
    chain = "app/call-chain.toml"
    shutil.copy(root / "solutions" / course.day("1").folder / chain, tree / chain)

    observed = run(run_request(course, course.day("1"), [course.task("1.1")], tree)).tasks[0]

    assert observed.verdict is Verdict.FAIL
    assert diagnose(observed) == ()
