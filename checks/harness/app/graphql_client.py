"""A client of POST /graphql: what came back as data, and which errors with which codes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checks.harness.app.api import Api, Auth

PATH = "/graphql"
JSON_IN_UTF_8 = {"Content-Type": "application/json; charset=utf-8"}
ENUMS = frozenset({"status", "priority"})
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
UNDERSCORE = re.compile(r"_([a-z])")

Json = dict[str, Any]  # Any: a value is what the app has answered


@dataclass(frozen=True)
class GraphQLAnswer:
    """An answer of any status; `data` and `errors` are empty where the body has none.

    A refusal in REST's form, `{"detail", "code"}`, counts as one error with that code.
    """

    status: int
    text: str
    data: Json = field(default_factory=dict)
    errors: tuple[Json, ...] = ()

    @property
    def codes(self) -> set[str]:
        """The `extensions.code` of each error; `none` for an error without one."""
        return {code_of(error) for error in self.errors}

    @property
    def is_refused(self) -> bool:
        """There is no data, and an error or a status says so. A 5xx refuses nothing: it failed."""
        has_data = any(value is not None for value in self.data.values())
        return not has_data and self.status < 500 and bool(self.errors or self.status >= 400)

    def codes_at(self, *names: str) -> set[str]:
        """The codes of the errors at a field, whatever the positions in the lists above it."""
        return {code_of(error) for error in self.errors if fields_of(error) == list(names)}


class GraphQL:
    """Asks one app. Raises what `Api` raises."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def ask(
        self,
        query: str,
        auth: Auth = None,
        variables: Mapping[str, object] | None = None,
        operation: str | None = None,
    ) -> GraphQLAnswer:
        """Send one operation, by its name where there are several. Many clients add the charset."""
        body: Json = {"query": query}
        if variables is not None:
            body["variables"] = variables
        if operation is not None:
            body["operationName"] = operation
        return self.send(json.dumps(body), auth)

    def send(self, body: str, auth: Auth = None) -> GraphQLAnswer:
        """Send this text as the body."""
        response = self.api.post(PATH, content=body, headers=JSON_IN_UTF_8, auth=auth)
        return read_answer(response.status_code, response.text, json_object(response))

    def data(self, query: str, auth: Auth = None, **variables: object) -> Json:
        """The data of a query that has to succeed."""
        answer = self.ask(query, auth, variables or None)
        assert answer.status == 200, f"POST {PATH} {shortened(query)}: 200"
        errors = [error.get("message") for error in answer.errors]
        assert not errors, f"POST {PATH} {shortened(query)} has no errors, not {errors}"
        assert answer.data, f"POST {PATH} {shortened(query)}: data"
        return answer.data


def json_object(response: Any) -> Json:  # Any: a response of httpx2, or what stands for one
    """The body; empty where it is no JSON object."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def read_answer(status: int, text: str, body: Json) -> GraphQLAnswer:
    """Of a body only what has the shape that GraphQL's specification gives it."""
    data, errors = body.get("data"), body.get("errors")
    found = errors if isinstance(errors, list) else rest_errors(body)
    return GraphQLAnswer(
        status,
        text,
        data if isinstance(data, dict) else {},
        tuple(error for error in found if isinstance(error, dict)),
    )


def rest_errors(body: Json) -> list[Json]:
    """REST's `{"detail", "code"}` as the one error that it is."""
    if "code" not in body:
        return []
    return [{"message": body.get("detail"), "extensions": {"code": body["code"]}}]


def code_of(error: Json) -> str:
    """`extensions.code`; `none` where there is none."""
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return code if isinstance(code, str) and code else "none"


def fields_of(error: Json) -> list[str]:
    """The names in an error's path, without the positions in lists."""
    path = error.get("path")
    return [each for each in path if isinstance(each, str)] if isinstance(path, list) else []


def shortened(query: str) -> str:
    """A query as it stands in a sentence."""
    line = " ".join(query.split())
    return line if len(line) <= 120 else f"{line[:120]}…"


def camel(name: str) -> str:
    """`start_time` is `startTime`."""
    return UNDERSCORE.sub(lambda match: match[1].upper(), name)


def twin(row: Mapping[str, Any]) -> Json:
    """A row of REST as GraphQL shows it: names in camelCase, enums by their names."""
    return {
        camel(name): value.upper() if name in ENUMS and isinstance(value, str) else value
        for name, value in row.items()
    }


def instants(row: Mapping[str, Any]) -> Json:
    """The same row with its timestamps as datetimes: `Z` and `+00:00` are one zone."""
    return {
        name: datetime.fromisoformat(value)
        if isinstance(value, str) and INSTANT.fullmatch(value)
        else value
        for name, value in row.items()
    }
