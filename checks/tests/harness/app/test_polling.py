"""Waiting for a condition: until it holds, or until the timeout."""

import pytest

from checks.harness.app.polling import holds_within, last_value, wait_until


def test_a_condition_that_comes_to_hold_is_waited_for() -> None:
    answers = iter([False, False, True])

    assert holds_within(5, lambda: next(answers), interval=0.001)


def test_a_condition_that_never_holds_is_given_up_after_the_timeout() -> None:
    assert not holds_within(0.01, lambda: False, interval=0.001)


def test_a_timeout_fails_by_the_sentence_alone() -> None:
    with pytest.raises(AssertionError, match=r"^GET /: 200$"):
        wait_until(lambda: False, "GET /: 200", 0.01, interval=0.001)


def test_the_last_value_is_the_expected_one_or_what_there_was_at_the_timeout() -> None:
    values = iter([1, 2, 3])

    assert last_value(lambda: next(values), 3, 5, interval=0.001) == 3
    assert last_value(lambda: 2, 3, 0.01, interval=0.001) == 2
