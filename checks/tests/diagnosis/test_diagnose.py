"""From a failure to the known mistakes: named for what is shown, or nothing is said."""

import shutil
from dataclasses import replace
from pathlib import Path

from checks.course.course import Text, find_root, load_course
from checks.diagnosis.diagnose import diagnose, named
from checks.diagnosis.look_alikes import LookAlikes, look_alikes
from checks.diagnosis.signatures import Signature, load_signatures
from checks.results.model import Cause, Exchange, TaskResult, TestResult, Verdict
from checks.runner.run import run, run_request

A, B, C = "1.2/mistakes/a", "1.2/mistakes/b", "1.2/mistakes/c"
STARTER = "1.2/starter"
ONE = Signature({"t1": "fail 200"}, "GET /x: total\nassert 1 == 2")
ALIKE = LookAlikes(frozenset({A, B}), Text("both", "оба"), Text("Why?", "Почему?"))


def test_a_failure_that_fits_one_mistake_names_it() -> None:
    other = Signature({"t1": "fail 200"}, "GET /x: pages\nassert 1 == 2")

    assert named(ONE, {A: ONE, B: other}, []) == (A,)


def test_two_that_fit_are_both_named_and_three_are_a_guess() -> None:
    assert named(ONE, {A: ONE, B: ONE}, []) == (A, B)
    assert named(ONE, {A: ONE, B: ONE, C: ONE}, []) == ()


def test_a_starter_that_fits_as_well_leaves_nothing_to_say() -> None:
    assert named(ONE, {A: ONE, STARTER: ONE}, []) == ()


def test_a_mistake_is_named_with_its_look_alikes_even_where_it_fits_alone() -> None:
    assert named(ONE, {A: ONE}, [ALIKE]) == (A, B)


def test_look_alikes_and_another_mistake_that_fit_leave_nothing_to_say() -> None:
    assert named(ONE, {A: ONE, C: ONE}, [ALIKE]) == ()


def test_look_alikes_are_one_question() -> None:
    group = look_alikes("1.3")[0]
    known = load_signatures()[min(group.mistakes)]

    said = diagnose(as_result("1.3", known))

    assert [(each.title, each.hint) for each in said] == [(group.title, group.hint)]


def test_an_answer_that_fails_a_known_mistakes_tests_in_other_words_is_not_that_mistake() -> None:
    """A row that is made by a Core INSERT was once taken for a chain that names the login."""
    known = load_signatures()["1.1/mistakes/chain-of-the-login-check"]
    says = known.says.replace("app.api.deps.get_current_user", "app.models.event.Event")

    assert diagnose(as_result("1.1", known)) != ()
    assert diagnose(as_result("1.1", replace(known, says=says))) == ()


def test_of_a_broken_run_no_mistake_is_named() -> None:
    known = load_signatures()["1.3/mistakes/no-pages"]
    result = as_result("1.3", known)
    broken = TestResult("1.3", "test_another", Verdict.INFRA_ERROR)

    assert [each.id for each in diagnose(result)] == ["1.3/mistakes/no-pages"]
    assert diagnose(TaskResult("1.3", "key", "", 1, (broken, *result.tests))) == ()


def test_an_untouched_starter_is_no_mistake() -> None:
    assert diagnose(as_result("1.3", load_signatures()["1.3/starter"])) == ()


def as_result(task: str, known: Signature) -> TaskResult:
    """The run that has this signature."""
    tests = []
    for name, how in known.tests.items():
        verdict, _, status = how.partition(" ")
        exchange = Exchange("GET", "/", "", int(status), "") if status else None
        says = known.says if name == known.shown else ""
        tests.append(TestResult(task, name, Verdict(verdict), cause=Cause(says, exchange)))
    return TaskResult(task, "key", "", 1, tuple(tests))


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
