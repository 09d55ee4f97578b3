"""Requests to /graphql that hold a mutation and are refused, and a schema told in three ways."""

import json
from collections.abc import Mapping
from typing import Any

from checks.harness.app import graphql_queries as queries
from checks.harness.app.graphql_client import PATH, GraphQL, twin
from checks.harness.errors import AppDown

JSON = "application/json"
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "graphql-transport-ws",
}
KINDS = (
    *("GET", "GET with a JSON body", "a form", "a form that holds JSON", "text/plain"),
    *("text/plain; charset=application/json", "multipart/form-data", "a multipart form"),
    *("no Content-Type", "POST with a query string", "a WebSocket's handshake", "PUT"),
    *("a list of operations", "a list of one operation"),
)
VALID = {
    "title": " Spring fair ",
    "location": " Hall 1 ",
    "start_time": "2031-05-01T10:00:00",
    "end_time": "2031-05-01T12:30:00+02:00",
}
"""An event as POST takes it: texts to be trimmed, two timestamps in different zones."""
INVALID: Mapping[str, Mapping[str, Any]] = {
    "with an end before the start": {"end_time": "2031-05-01T11:59:00+02:00"},
    "with an end at the start": {"end_time": "2031-05-01T12:00:00+02:00"},
    "with a blank title": {"title": "  "},
    "with a title of 201 characters": {"title": "x" * 201},
    "with a title with a control character": {"title": "Spring\x00fair"},
    "with a title of null": {"title": None},
    "with a location of 301 characters": {"location": "x" * 301},
    "with an unknown status": {"status": "soon"},
    "with a number for a timestamp": {"start_time": 0},
    "with a word for a timestamp": {"start_time": "soon"},
    "with a timestamp outside the calendar": {"end_time": "9999-12-31T23:59:59-12:00"},
}
"""Changes of VALID that make it invalid."""
REFUSED_TITLE = "Refused"
"""A title for which a test lets the database refuse the row."""
REFUSALS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "against a rule": ({**VALID, "end_time": VALID["start_time"]}, "unique_violation"),
    "lost to somebody faster": ({**VALID, "title": REFUSED_TITLE}, "unique_violation"),
    "stopped by statement_timeout": ({**VALID, "title": REFUSED_TITLE}, "query_canceled"),
}
"""Bodies of POST, and the condition of PostgreSQL by which REFUSED_TITLE is refused."""
MALFORMED: Mapping[str, tuple[str, Mapping[str, Any] | None]] = {
    **{name: (query, None) for name, query in queries.MALFORMED.items()},
    **{
        name: (queries.CREATE % "id", {"input": {**twin(VALID), **change}})
        for name, change in queries.NO_UTF_8.items()
    },
}
"""Queries, with their variables."""
AGAINST_A_RULE = ("with an end before the start", "with a blank title")
"""Of these, some whose values have the types of the schema: only a resolver can refuse them."""


def refused_requests(operation: Mapping[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """By its name in KINDS, a method and the options of a request that holds this operation.

    All but the last three are what a page of another site can have a browser send without asking
    (Fetch standard, CORS-safelisted methods and Content-Type).
    """
    text = json.dumps(operation)
    form = {"query": operation["query"], "variables": json.dumps(operation["variables"])}
    typed = {
        kind: ("POST", {"content": text, "headers": {"Content-Type": kind}})
        for kind in ("text/plain", "text/plain; charset=application/json", "multipart/form-data")
    }
    parts = {"operations": (None, text), "map": (None, "{}")}
    requests: dict[str, tuple[str, dict[str, Any]]] = {
        "GET": ("GET", {"params": form}),
        "GET with a JSON body": ("GET", {"content": text, "headers": {"Content-Type": JSON}}),
        "a form": ("POST", {"data": form}),
        "a form that holds JSON": (
            "POST",
            {"content": text, "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        ),
        **typed,
        "a multipart form": ("POST", {"files": parts}),
        "no Content-Type": ("POST", {"content": text}),
        "POST with a query string": ("POST", {"params": form, "data": {"a": "b"}}),
        "a WebSocket's handshake": ("GET", {"headers": HANDSHAKE}),
        "PUT": ("PUT", {"json": operation}),
        "a list of operations": ("POST", {"json": [operation, operation]}),
        "a list of one operation": ("POST", {"json": [operation]}),
    }
    return {kind: requests[kind] for kind in KINDS}


def read_schemas(graphql: GraphQL, printed: str, stored: str) -> dict[str, str]:
    """The schema that the app tells by introspection, the printed one, and that of a file.

    Each as one text without descriptions, sorted: as far as two of them differ, so do the schemas.
    Raises AppDown for a text that is no schema.
    """
    from graphql import get_introspection_query

    introspection = graphql.data(get_introspection_query(descriptions=False))
    return {
        "introspection": _normalised_introspection(introspection),
        "printed": _normalised(printed, "`python -m app.cli print-schema`"),
        "stored": _normalised(stored, "schema.graphql"),
    }


def _normalised_introspection(introspection: Any) -> str:  # Any: what the app has answered
    from graphql import build_client_schema, lexicographic_sort_schema, print_schema

    try:
        return print_schema(lexicographic_sort_schema(build_client_schema(introspection)))
    except Exception as error:  # noqa: BLE001 - graphql-core raises whatever fits
        raise AppDown(f"POST {PATH} with introspection: no schema ({error})") from None


def _normalised(text: str, name: str) -> str:
    from graphql import build_schema, introspection_from_schema

    try:
        schema = build_schema(text)
        # through introspection, so that descriptions and the order of the text are left behind
        told = introspection_from_schema(schema, descriptions=False)
    except Exception as error:  # noqa: BLE001 - graphql-core raises whatever fits
        raise AppDown(f"{name} is no GraphQL schema: {error}") from None
    return _normalised_introspection(told)
