"""When a failure matches a recorded signature: by what is shown, unless what passes denies it."""

import pytest

from checks.diagnosis.matching import matches
from checks.diagnosis.signatures import Signature

KNOWN = Signature({"t1": "fail 404", "t2": "blocked"}, "GET /x of an event\nassert 404 == 200")


def test_the_same_failure_matches() -> None:
    assert matches(KNOWN, KNOWN)


@pytest.mark.parametrize(
    "other",
    [
        Signature({"t3": "fail 404"}, KNOWN.says),
        Signature({"t1": "fail 500 KeyError"}, KNOWN.says),
        Signature({"t1": "error"}, KNOWN.says),
        Signature({"t1": "fail 404"}, "GET /y of an event\nassert 404 == 200"),
        Signature({"t0": "fail 404", "t1": "fail 404"}, KNOWN.says),
        Signature({"t1": "blocked"}, KNOWN.says),
        Signature({}),
    ],
    ids=["promise", "exception", "verdict", "words", "first failure", "blocked", "nothing"],
)
def test_another_failure_does_not_match(other: Signature) -> None:
    assert not matches(other, KNOWN)


def test_another_instance_of_the_promise_matches() -> None:
    known = Signature({"t[PUT]": "fail 409"}, "PUT /api/events/12 with an end before the start")
    mine = Signature({"t[POST]": "fail 409"}, "POST /api/events/ with an end before the start")

    assert matches(mine, known)


def test_further_failures_do_not_change_what_the_first_one_shows() -> None:
    mine = Signature({**KNOWN.tests, "t3": "fail 200", "t4": "fail 200"}, KNOWN.says)

    assert matches(mine, KNOWN)


def test_a_mistake_that_breaks_more_than_twice_as_much_is_another_one() -> None:
    larger = Signature({"t1": "fail 404", "t3": "fail 404", "t4": "fail 404"}, KNOWN.says)

    assert not matches(KNOWN, larger)
    assert matches(Signature({"t1": "fail 404", "t3": "error"}, KNOWN.says), larger)
