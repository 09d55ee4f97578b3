"""A schema told in three ways is one text if it is one schema."""

import pytest
from graphql import build_schema, introspection_from_schema

from checks.harness.app.graphql_client import GraphQL
from checks.harness.app.graphql_requests import read_schemas
from checks.harness.errors import AppDown

QUERY = "type Query { events(page: Int! = 1): [Event!]! }"
EVENT = "type Event { id: Int! }"
SCHEMA = f"{QUERY} {EVENT}"
REORDERED = f'"""What is planned."""\n{EVENT}\n# first\n{QUERY}'
WITHOUT_DEFAULT = SCHEMA.replace(" = 1", "")


class DescribedApp(GraphQL):
    """An app that answers introspection with the given schema."""

    def __init__(self, schema: str) -> None:
        self.schema = schema

    def data(self, query: str, auth: object = None, **variables: object) -> dict[str, object]:
        return {**introspection_from_schema(build_schema(self.schema))}


def test_order_and_descriptions_are_no_difference() -> None:
    told = read_schemas(DescribedApp(SCHEMA), REORDERED, SCHEMA)

    assert told["introspection"] == told["printed"] == told["stored"]


def test_the_default_of_an_argument_is_one() -> None:
    told = read_schemas(DescribedApp(SCHEMA), SCHEMA, WITHOUT_DEFAULT)

    assert told["introspection"] == told["printed"] != told["stored"]


@pytest.mark.parametrize("text", ["", "type Query {", "{ events { id } }"])
def test_what_is_no_schema_is_said_so(text: str) -> None:
    with pytest.raises(AppDown, match=r"schema\.graphql is no GraphQL schema"):
        read_schemas(DescribedApp(SCHEMA), SCHEMA, text)
