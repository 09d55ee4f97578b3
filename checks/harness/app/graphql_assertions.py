"""What is said of several answers of /graphql at once, and how many statements one takes."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from checks.harness.app.api import Auth
from checks.harness.app.graphql_client import PATH, GraphQL, GraphQLAnswer, shortened

Statements = Callable[[], AbstractContextManager[list[str]]]


def assert_answered(answers: Mapping[str, GraphQLAnswer]) -> None:
    """Each has data and no error."""
    for name, answer in answers.items():
        said = shortened(answer.text)
        assert answer.data, f"POST {PATH}, {name}: data, not {said}"
        assert not answer.errors, f"POST {PATH}, {name}: no errors, not {said}"


def assert_refused(answers: Mapping[str, GraphQLAnswer]) -> None:
    """Each has an error, or a status of 4xx, and no data."""
    for name, answer in answers.items():
        said = shortened(answer.text)
        assert answer.is_refused, f"POST {PATH}, {name}: refused, not {answer.status} {said}"


def count_statements(graphql: GraphQL, statements: Statements, query: str, auth: Auth) -> int:
    """The statements of an answer; a request before it warms up. `statements` is the fixture."""
    graphql.data(query, auth)
    with statements() as executed:
        graphql.data(query, auth)
    return len(executed)
