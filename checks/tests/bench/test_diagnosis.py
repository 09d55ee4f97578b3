"""The measure of the diagnosis: what counts as right and wrong, and that the goals are reached."""

import pytest

from checks.bench.diagnosis import (
    ALONE,
    OTHERWISE,
    STARTERS,
    TAKEN_OUT,
    Known,
    confusions,
    known_tasks,
    measure,
    misses,
    table,
)
from checks.bench.failure_variants import VARIANTS
from checks.diagnosis.signatures import Signature

A, B = "1.2/mistakes/a", "1.2/mistakes/b"
ONE = Signature({"t[PUT]": "fail 200", "t2": "fail 200"}, "PUT /x of event 3: total")
ELSE = Signature({"t9": "fail 200"}, "GET /y")


def test_the_goals_are_reached_over_the_whole_catalogue() -> None:
    counts = measure(known_tasks())

    assert misses(counts) == [], "\n".join(confusions(counts))


def test_twins_without_a_shared_question_are_confused_when_one_is_taken_out() -> None:
    counts = measure([Known({A: ONE, B: ONE}, [])])

    assert counts[TAKEN_OUT].confusions == [(A, (B,)), (B, (A,))]
    assert list(confusions({ALONE: counts[ALONE]})) == [f"{A} as b (1)", f"{B} as a (1)"]
    assert f"{TAKEN_OUT}: more than 3% are wrong" in misses(counts)


def test_mistakes_that_differ_are_met_with_silence_when_they_are_taken_out() -> None:
    counts = measure([Known({A: ONE, B: ELSE}, [])])

    assert (counts[TAKEN_OUT].silent, counts[TAKEN_OUT].total) == (2, 2)


def test_a_starter_is_met_with_silence_though_a_mistake_looks_the_same() -> None:
    counts = measure([Known({A: ONE, "1.2/starter": ONE}, [])])

    assert (counts[STARTERS].silent, counts[STARTERS].total) == (1, 1)


def test_a_mistake_that_is_named_in_other_words_is_right() -> None:
    counts = measure([Known({A: ONE}, [])])

    assert counts[OTHERWISE].right == counts[OTHERWISE].total == len(VARIANTS)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_another_failure_of_the_same_promise(name: str) -> None:
    varied = list(VARIANTS[name](ONE))

    assert len(varied) == 1
    assert name == "as recorded" or varied[0] != ONE


def test_the_table_has_a_line_for_each_row() -> None:
    counts = measure([Known({A: ONE}, [])])

    assert [line.split("  ")[0] for line in table(counts)][1:] == list(counts)
