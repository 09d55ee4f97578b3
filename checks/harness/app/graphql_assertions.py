"""What is said of several answers of /graphql, and how many statements one takes.

Answers come one by one, each after the sentence about the one before it: so the last request is the
one that a failure is about.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from checks.harness.app.api import Auth
from checks.harness.app.graphql_client import PATH, GraphQL, GraphQLAnswer, shortened

Answers = Iterable[tuple[str, GraphQLAnswer]]  # each with its name
Statements = Callable[[], AbstractContextManager[list[str]]]


def assert_answered(answers: Answers) -> None:
    """Each has data and no error."""
    for name, answer in answers:
        said = shortened(answer.text)
        assert answer.data, f"POST {PATH}, {name}: data, not {said}"
        assert not answer.errors, f"POST {PATH}, {name}: no errors, not {said}"


def assert_refused(answers: Answers) -> None:
    """Each has no data, and an error or a status of 4xx; the code of an error is one of a refusal.

    A bug on the way to the refusal is none.
    """
    for name, answer in answers:
        said, codes = shortened(answer.text), answer.codes & {"none", "internal_error"}
        assert answer.is_refused, f"POST {PATH}, {name}: refused, not {answer.status} {said}"
        assert not codes, f"POST {PATH}, {name}: refused with the code of a refusal, not {codes}"


def assert_nothing_is_asked(answers: Answers, statements: Statements) -> None:
    """Each is refused, and has sent no statement to the database."""
    asked = iter(answers)
    while True:
        with statements() as executed:
            answer = next(asked, None)
        if answer is None:
            return
        assert_refused([answer])
        case = f"POST {PATH}, {answer[0]}: a query that is refused takes no statement"
        assert executed == [], f"{case}, not {executed[:3]}"


def count_statements(graphql: GraphQL, statements: Statements, query: str, auth: Auth) -> int:
    """The statements of an answer; a request before it warms up. `statements` is the fixture."""
    graphql.data(query, auth)
    with statements() as executed:
        graphql.data(query, auth)
    return len(executed)
