"""A refusal is no bug; nothing is asked of the database; a failure is about the last request."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from checks.harness.app.graphql_assertions import assert_nothing_is_asked, assert_refused
from checks.harness.app.graphql_client import GraphQLAnswer, read_answer


def refusal(code: str) -> GraphQLAnswer:
    return read_answer(200, "", {"data": None, "errors": [{"extensions": {"code": code}}]})


@pytest.mark.parametrize("code", ["internal_error", ""])
def test_a_bug_on_the_way_to_a_refusal_is_none(code: str) -> None:
    with pytest.raises(AssertionError, match="the code of a refusal"):
        assert_refused([("a circle", refusal(code))])


def test_the_answer_that_fails_is_the_last_one_asked_for() -> None:
    asked = []

    def answers() -> Iterator[tuple[str, GraphQLAnswer]]:
        for name, code in (
            ("good", "forbidden"),
            ("bad", "internal_error"),
            ("later", "forbidden"),
        ):
            asked.append(name)
            yield name, refusal(code)

    with pytest.raises(AssertionError, match="bad"):
        assert_refused(answers())

    assert asked == ["good", "bad"]


def test_a_statement_is_the_failure_of_the_query_that_sent_it() -> None:
    log: list[list[str]] = []

    @contextmanager
    def statements() -> Iterator[list[str]]:
        log.append([])
        yield log[-1]

    def answers() -> Iterator[tuple[str, GraphQLAnswer]]:
        yield "a quiet one", refusal("validation_error")
        log[-1].append("SELECT 1")
        yield "a loud one", refusal("validation_error")

    with pytest.raises(
        AssertionError, match=r"a loud one: .* takes no statement, not \['SELECT 1'\]"
    ):
        assert_nothing_is_asked(answers(), statements)
