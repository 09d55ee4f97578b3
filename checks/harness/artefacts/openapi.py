"""What an app says of itself in OpenAPI 3.1, and whether an answer is what it said."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
import jsonschema_rs

from checks.harness.app.api import Api

# One document for all versions, or one for each: apps that are mounted have their own.
PLACES = ("/openapi.json", "/api/v1/openapi.json", "/api/v2/openapi.json")
METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
PLACEHOLDER = re.compile(r"{([^}:]+)[^}]*}")
BEARER = frozenset({"http", "oauth2", "openIdConnect"})

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method at one path. `path` is what a client asks for, with the document's prefix."""

    method: str
    path: str
    said: Json
    document: Json

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def url(self, **values: object) -> str:
        """The path with its placeholders filled in; 1 for those that are not given."""
        return PLACEHOLDER.sub(lambda found: str(values.get(found[1], 1)), self.path)

    def fits(self, path: str) -> bool:
        """Whether a request for `path` is one for this operation."""
        steps = [PLACEHOLDER.sub("[^/]+", step) for step in map(_escaped, self.path.split("/"))]
        return re.fullmatch("/".join(steps), path) is not None

    @property
    def schemes(self) -> list[str]:
        """The security schemes of which it needs one; none where identity is optional."""
        ways = self.said.get("security", self.document.get("security", []))
        return [] if {} in ways else [name for way in ways for name in way]

    def scheme(self, name: str) -> Json:
        """The declared scheme of that name, or {}."""
        found: Json = self.document.get("components", {}).get("securitySchemes", {}).get(name, {})
        return found

    @property
    def statuses(self) -> list[str]:
        return list(self.said.get("responses", {}))

    def schema(self, status: int | str) -> "Schema | None":
        """What the JSON body of that status looks like; None where nothing is said of it."""
        response = self._resolved(self.said.get("responses", {}).get(str(status), {}))
        return self._schema_in(response.get("content", {}))

    @property
    def request_schema(self) -> "Schema | None":
        """What the JSON body of the request looks like."""
        return self._schema_in(self._resolved(self.said.get("requestBody", {})).get("content", {}))

    def _schema_in(self, content: Json) -> "Schema | None":
        said = content.get("application/json", {}).get("schema")
        return None if said is None else Schema(said, self.document)

    def _resolved(self, thing: Json) -> Json:
        found: Any = thing
        if "$ref" in thing:
            found = self.document
            for step in thing["$ref"].removeprefix("#/").split("/"):
                found = found[step]
        return dict(found)

    def fault(self, answer: httpx2.Response) -> str:
        """What is wrong with the documentation of this answer, as a sentence; "" if nothing."""
        asked = f"{self} answers {answer.status_code}"
        if str(answer.status_code) not in self.statuses:
            return f"{asked}; the documentation declares {', '.join(sorted(self.statuses))}"
        if not answer.content:
            return ""
        schema = self.schema(answer.status_code)
        if schema is None:
            return f"{asked}; the documentation has no schema for that body"
        wrong = schema.fault(answer.json())
        return f"{asked} with a body that is not as documented: {wrong}" if wrong else ""


@dataclass(frozen=True)
class Schema:
    """A JSON schema that stands in a document, and may point to other places in it."""

    said: Json
    document: Json

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        whole = {**self.said, "components": self.document.get("components", {})}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    def fits(self, body: object) -> bool:
        return self._validator.is_valid(body)

    def fault(self, body: object) -> str:
        """The first thing in `body` that is not as the schema says; "" if there is none."""
        for error in self._validator.iter_errors(body):
            where = "/".join(map(str, error.instance_path))
            return f"{error.message}{f' (at {where})' if where else ''}"
        return ""


@dataclass(frozen=True)
class Documentation:
    """Every operation that the app documents, of all its documents."""

    documents: tuple[Json, ...]

    @classmethod
    def read(cls, api: Api) -> Self:
        """Ask the app. AssertionError if it shows no document at all."""
        answers = [api.get(place) for place in PLACES]
        found = tuple(answer.json() for answer in answers if answer.status_code == 200)
        assert found, "GET /openapi.json answers the app's own documentation"
        return cls(found)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(
            Operation(method.upper(), _prefix(document, path) + path, item[method], document)
            for document in self.documents
            for path, item in document.get("paths", {}).items()
            for method in METHODS
            if method in item
        )

    @property
    def root(self) -> str:
        """Where version 1 is documented: /api until task 5.4, /api/v1 from then on."""
        return "/api/v1" if self.find("GET", "/api/v1/events/") else "/api"

    def find(self, method: str, url: str) -> Operation | None:
        """The operation that a request is for; /users/all is not /users/{user_id}."""
        path = urlsplit(url).path
        found = [each for each in self.operations if each.method == method and each.fits(path)]
        return min(found, key=lambda each: len(PLACEHOLDER.findall(each.path)), default=None)

    def fault(self, answer: httpx2.Response) -> str:
        """What is wrong with the documentation of this answer, as a sentence; "" if nothing."""
        asked, path = answer.request, answer.request.url.path
        operation = self.find(asked.method, path)
        if operation is None:
            return f"{asked.method} {path} is not in the documentation"
        return operation.fault(answer)


def _escaped(step: str) -> str:
    return step if "{" in step else re.escape(step)


def _prefix(document: Json, path: str) -> str:
    """What the document's paths are relative to: the path of its first server."""
    server = next((each.get("url", "") for each in document.get("servers", [])), "")
    prefix = urlsplit(server).path.rstrip("/")
    return "" if path.startswith(f"{prefix}/") else prefix


def every_case(
    document: Json, ids: Json, examples: int, send: Callable[[str, str, Json, bytes], object]
) -> None:
    """Have Schemathesis make up requests for each operation of a document, always the same ones.

    `send(method, target, headers, body)` sends one: some that fit the schema, with the `ids`
    (`event_id`) of things that really exist and with any others, and some that do not fit.
    Deletions come last, so that the others find something. AssertionError for a document that
    Schemathesis cannot read.
    """
    from schemathesis import errors

    try:
        for strategy in _strategies(document, ids):
            for case in _cases(strategy, examples):
                send(*_request(case))
    except errors.InvalidSchema as error:
        raise AssertionError(f"Schemathesis cannot read the documentation: {error}") from None


def _strategies(document: Json, ids: Json) -> Iterator[Any]:
    import schemathesis
    from schemathesis.core.result import Err

    good, bad = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
    found: list[Any] = []
    for each in schemathesis.openapi.from_dict(dict(document)).get_all_operations():
        if isinstance(each, Err):
            raise each.err()
        found.append(each.ok())
    for operation in sorted(found, key=lambda each: bool(each.method == "delete")):
        names = {each.name for each in operation.path_parameters} & ids.keys()
        known = {name: ids[name] for name in names}
        yield operation.as_strategy(good, path_parameters=known)
        yield operation.as_strategy(bad, path_parameters=known)
        if known:
            yield operation.as_strategy(good)


def _cases(strategy: Any, examples: int) -> list[Any]:
    """So many different examples of a strategy. None where it has none: no input, no bad input."""
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis.errors import Unsatisfiable

    found: list[Any] = []

    @seed(1)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(case: Any) -> None:
        found.append(case)

    with suppress(Unsatisfiable):
        keep()
    return found


def _request(case: Any) -> tuple[str, str, Json, bytes]:
    """The bytes that Schemathesis itself would send, which it can only over TCP."""
    import requests

    parts = case.as_transport_kwargs(base_url="http://localhost")
    ready = requests.Request(**{name: parts[name] for name in REQUEST if name in parts}).prepare()
    body = ready.body.encode() if isinstance(ready.body, str) else ready.body
    return (
        str(ready.method),
        ready.path_url,
        ready.headers,
        body if isinstance(body, bytes) else b"",
    )


REQUEST = ("method", "url", "headers", "params", "cookies", "json", "data", "files")
