"""Task 4.2's sound and faulty app are told apart by what they do alone."""

import random

from checks.harness.suites.canary_runs import (
    COMMITTED,
    SERVICE,
    drawn_edits,
    drawn_order,
)
from checks.tests.support.repository import ROOT

SEEDS = range(40)


def rng(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same draw each time


def names(code: str) -> set[str]:
    return set(compile(code, "service", "exec").co_names)


def test_the_faulty_app_is_run_first_or_last() -> None:
    """Between the two others, the databases of the sound copy would still be there."""
    orders = [drawn_order(rng(seed)) for seed in SEEDS]

    assert {order.index("faulty") for order in orders} == {0, 2}
    assert all(sorted(order) == ["faulty", "sound", "sound"] for order in orders)


def test_each_form_changes_the_day_s_own_app() -> None:
    text = (ROOT / "solutions" / "day4-testing" / SERVICE).read_text(encoding="utf-8")

    assert text.count(COMMITTED) == 1


def test_no_name_of_the_program_is_in_one_kind_of_app_alone() -> None:
    edits = [drawn_edits(rng(seed)) for seed in SEEDS]
    sound, faulty = (
        {frozenset(names(f"if True:\n{edit[number][2]}")) for edit in edits} for number in (0, 1)
    )

    assert sound == faulty
