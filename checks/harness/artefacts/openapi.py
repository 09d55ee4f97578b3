"""An app's OpenAPI 3.1 documents, and whether an answer is as they declare it."""

import glob
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
import jsonschema_rs

from checks.harness.app.api import Api

# One document for all versions, or one for each: a mounted app has its own.
DOCUMENT_PATHS = ("/openapi.json", "/api/v1/openapi.json", "/api/v2/openapi.json")
METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
PLACEHOLDER = re.compile(r"{([^}:]+)[^}]*}")
BEARER = frozenset({"http", "oauth2", "openIdConnect"})

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method at one path. `path` is the request's, with the document's prefix."""

    method: str
    path: str
    definition: Json
    document: Json

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def url(self, **values: object) -> str:
        """The path with values for its placeholders; 1 for those that are not given."""
        return PLACEHOLDER.sub(lambda match: str(values.get(match[1], 1)), self.path)

    def matches(self, path: str) -> bool:
        """Whether a request for `path` is for this operation."""
        patterns = map(_glob, self.path.split("/"))
        segments = path.split("/")
        return len(segments) == self.path.count("/") + 1 and all(
            map(fnmatchcase, segments, patterns)
        )

    @property
    def schemes(self) -> list[str]:
        """The security schemes of which a request needs one; none where security is optional."""
        requirements = self.definition.get("security", self.document.get("security", []))
        return [] if {} in requirements else [name for each in requirements for name in each]

    def scheme(self, name: str) -> Json:
        """The declared scheme of that name, or {}."""
        scheme: Json = self.document.get("components", {}).get("securitySchemes", {}).get(name, {})
        return scheme

    @property
    def statuses(self) -> list[str]:
        return list(self.definition.get("responses", {}))

    @property
    def error_statuses(self) -> list[str]:
        """The documented statuses of a client's error: 401, 422."""
        return [status for status in self.statuses if status.startswith("4")]

    @property
    def impossible_statuses(self) -> list[str]:
        """The documented statuses that this operation cannot answer.

        401 needs a token or a login, 403 a token. 404 needs an id, in the path or in the body. 409
        needs a write of what others see, 422 an input. 429 is a login's.
        """
        is_login = self.path.endswith(("/login", "/token"))
        has_proof = is_login or self.path.endswith("/refresh")
        is_session = has_proof or self.path.endswith("/logout")
        has_input = "requestBody" in self.definition or bool(self.definition.get("parameters"))
        possible = {
            "401": bool(self.schemes) or has_proof,
            "403": bool(self.schemes),
            "404": bool(PLACEHOLDER.search(self.path)) or self._body_names_id,
            "409": self.method != "GET" and not is_session,
            "422": has_input,
            "429": is_login,
        }
        return [status for status in self.statuses if not possible.get(status, True)]

    @property
    def _body_names_id(self) -> bool:
        """Whether a field of the request's body is the id of something, such as `event_id`."""
        schema = self.request_schema
        fields = self._resolved(schema.definition) if schema else {}
        return '_id"' in json.dumps(fields)

    @property
    def success_status(self) -> str:
        """The first documented status of success. StopIteration where there is none."""
        return next(status for status in self.statuses if status.startswith("2"))

    def schema(self, status: int | str) -> "Schema | None":
        """The schema of the JSON body of that status; None where there is none."""
        response = self._resolved(self.definition.get("responses", {}).get(str(status), {}))
        return self._schema_in(response.get("content", {}))

    @property
    def request_schema(self) -> "Schema | None":
        """The schema of the JSON body of the request; None where there is none."""
        body = self._resolved(self.definition.get("requestBody", {}))
        return self._schema_in(body.get("content", {}))

    def _schema_in(self, content: Json) -> "Schema | None":
        schema = content.get("application/json", {}).get("schema")
        return None if schema is None else Schema(schema, self.document)

    def _resolved(self, definition: Json) -> Json:
        """The definition, or the one that its `$ref` points to."""
        resolved: Any = definition
        if "$ref" in definition:
            resolved = self.document
            for segment in definition["$ref"].removeprefix("#/").split("/"):
                resolved = resolved[segment]
        return dict(resolved)

    def fault(self, answer: httpx2.Response) -> str:
        """How this answer differs from its documentation, as a sentence; "" if it does not."""
        sentence = f"{self} answers {answer.status_code}"
        if str(answer.status_code) not in self.statuses:
            return f"{sentence}; the documentation declares {', '.join(sorted(self.statuses))}"
        if not answer.content:
            return ""
        schema = self.schema(answer.status_code)
        if schema is None:
            return f"{sentence}; the documentation has no schema for that body"
        fault = schema.fault(answer.json())
        return f"{sentence} with a body that is not as documented: {fault}" if fault else ""


@dataclass(frozen=True)
class Schema:
    """A JSON schema of a document, which may refer to other places in it."""

    definition: Json
    document: Json

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        schema = {**self.definition, "components": self.document.get("components", {})}
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    def is_valid(self, body: object) -> bool:
        return self._validator.is_valid(body)

    def fault(self, body: object) -> str:
        """The first violation of the schema in `body`; "" without one."""
        for error in self._validator.iter_errors(body):
            where = "/".join(map(str, error.instance_path))
            return f"{error.message}{f' (at {where})' if where else ''}"
        return ""


@dataclass(frozen=True)
class Documentation:
    """The operations of all of the app's documents."""

    documents: tuple[Json, ...]

    @classmethod
    def read(cls, api: Api) -> Self:
        """Read the app's documents. AssertionError if it has none."""
        answers = [api.get(path) for path in DOCUMENT_PATHS]
        documents = tuple(answer.json() for answer in answers if answer.status_code == 200)
        assert documents, "GET /openapi.json answers the app's own documentation"
        return cls(documents)

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
    def operations_with_body(self) -> list[Operation]:
        """The operations whose request has a body."""
        return [each for each in self.operations if "requestBody" in each.definition]

    def operations_below(self, path: str) -> list[Operation]:
        """The operations with this segment in their path, such as `/auth/`."""
        return [each for each in self.operations if path in each.path]

    @property
    def root(self) -> str:
        """Where version 1 is documented: /api until task 5.4, /api/v1 from then on."""
        return "/api/v1" if self.find("GET", "/api/v1/events/") else "/api"

    def find(self, method: str, url: str) -> Operation | None:
        """The operation of a request; /users/all is not /users/{user_id}."""
        path = urlsplit(url).path
        matches = [each for each in self.operations if each.method == method and each.matches(path)]
        return min(matches, key=lambda each: len(PLACEHOLDER.findall(each.path)), default=None)

    def fault(self, answer: httpx2.Response) -> str:
        """How this answer differs from its documentation, as a sentence; "" if it does not."""
        method, path = answer.request.method, answer.request.url.path
        operation = self.find(method, path)
        if operation is None:
            return f"{method} {path} is not in the documentation"
        return operation.fault(answer)


def _glob(segment: str) -> str:
    """The segment as a pattern of fnmatch, which tries each `*` once: `re` may try for ever."""
    literals = PLACEHOLDER.split(segment)[::2]
    return "?*".join(map(glob.escape, literals))


def _prefix(document: Json, path: str) -> str:
    """The prefix of the document's paths: the path of its first server."""
    server = next((each.get("url", "") for each in document.get("servers", [])), "")
    prefix = urlsplit(server).path.rstrip("/")
    return "" if path.startswith(f"{prefix}/") else prefix
