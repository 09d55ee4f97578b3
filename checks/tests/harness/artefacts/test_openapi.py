"""Whether an answer is as documented: on documents of a few lines."""

from typing import Any

import httpx2
import pytest

from checks.harness.artefacts.generated_requests import send_generated_requests
from checks.harness.artefacts.openapi import Documentation, Operation, Schema

ERROR = {"type": "object", "required": ["detail", "code"]}
JSON = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}


def document(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Eventure", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Error": ERROR}},
        **more,
    }


def one_route(operation: dict[str, Any], path: str = "/api/events/{event_id}") -> Documentation:
    return Documentation((document({path: {"get": operation}}),))


def answered(status: int, body: object = None, path: str = "/api/events/7") -> httpx2.Response:
    request = httpx2.Request("GET", f"http://app{path}")
    if body is None:
        return httpx2.Response(status, request=request)
    return httpx2.Response(status, json=body, request=request)


class TestMatches:
    @pytest.mark.parametrize(
        ("path", "request_path", "expected"),
        [
            ("/events/{id}", "/events/7", True),
            ("/events/{id}", "/events/", False),
            ("/events/{id}", "/events/7/tasks", False),
            ("/files/{name}.{suffix}", "/files/a.txt", True),
            ("/files/{name:path}", "/files/a", True),
            ("/a.b", "/aXb", False),
            ("/[ab]*", "/a", False),
            ("/[ab]*", "/[ab]*", True),
        ],
    )
    def test_a_placeholder_is_a_part_of_one_segment(
        self, path: str, request_path: str, expected: bool
    ) -> None:
        assert Operation("GET", path, {}, {}).matches(request_path) is expected

    def test_thirty_of_them_in_one_segment_end(self) -> None:
        path = "/" + "{a}" * 30 + "!"

        assert not Operation("GET", path, {}, {}).matches("/" + "a" * 80)


class TestFault:
    def test_a_declared_answer_has_none(self) -> None:
        docs = one_route({"responses": {"404": JSON}})

        assert docs.fault(answered(404, {"detail": "No", "code": "no"})) == ""

    @pytest.mark.parametrize(
        ("responses", "status", "body", "says"),
        [
            ({"200": JSON}, 404, {}, "answers 404; the documentation declares 200"),
            ({"4XX": JSON, "default": JSON}, 404, {}, "declares 4XX, default"),
            ({"404": {"description": "Gone"}}, 404, {}, "has no schema for that body"),
            ({"404": JSON}, 404, {"detail": "No"}, '"code" is a required property'),
        ],
        ids=["another status", "a range", "no schema", "another body"],
    )
    def test_what_is_wrong_is_said(
        self, responses: dict[str, Any], status: int, body: object, says: str
    ) -> None:
        docs = one_route({"responses": responses})

        fault = docs.fault(answered(status, body))

        assert fault.startswith("GET /api/events/{event_id} answers")
        assert says in fault

    def test_an_empty_body_needs_no_schema(self) -> None:
        assert one_route({"responses": {"204": {}}}).fault(answered(204)) == ""

    def test_an_unknown_address_is_said(self) -> None:
        fault = one_route({"responses": {}}).fault(answered(200, {}, "/api/other"))

        assert fault == "GET /api/other is not in the documentation"

    def test_a_response_may_stand_among_the_components(self) -> None:
        app_document = document(
            {"/a": {"get": {"responses": {"404": {"$ref": "#/components/responses/Gone"}}}}}
        )
        app_document["components"]["responses"] = {"Gone": JSON}

        assert (
            Documentation((app_document,))
            .fault(answered(404, {}, "/a"))
            .endswith("required property")
        )


class TestFind:
    def test_a_literal_path_wins_over_a_parameter(self) -> None:
        both = document({"/users/{user_id}": {"get": {}}, "/users/all": {"get": {}}})
        docs = Documentation((both,))

        assert str(docs.find("GET", "/users/all?skip=1")) == "GET /users/all"
        assert str(docs.find("GET", "/users/7")) == "GET /users/{user_id}"
        assert docs.find("POST", "/users/all") is None
        assert docs.find("GET", "/users/7/role") is None

    def test_a_mounted_app_has_its_address_before_its_paths(self) -> None:
        mounted = document({"/events/": {"get": {}}}, servers=[{"url": "/api/v1"}])
        docs = Documentation((document({}), mounted))

        assert str(docs.find("GET", "/api/v1/events/")) == "GET /api/v1/events/"
        assert docs.root == "/api/v1"

    def test_before_there_are_versions_the_root_is_api(self) -> None:
        assert one_route({}).root == "/api"

    def test_a_url_has_real_ids_where_they_are_given(self) -> None:
        operation = Operation("GET", "/events/{event_id}/participants/{user_id}", {}, {})

        assert operation.url(user_id=5) == "/events/1/participants/5"


class TestSecurity:
    @pytest.mark.parametrize(
        ("operation", "app_document", "names"),
        [
            ({}, {}, []),
            ({"security": [{"Bearer": []}]}, {}, ["Bearer"]),
            ({}, {"security": [{"Bearer": []}]}, ["Bearer"]),
            ({"security": []}, {"security": [{"Bearer": []}]}, []),
            ({"security": [{"Bearer": []}, {}]}, {}, []),
        ],
        ids=["open", "locked", "the whole app", "all but this one", "optional"],
    )
    def test_which_schemes_it_needs(
        self, operation: dict[str, Any], app_document: dict[str, Any], names: list[str]
    ) -> None:
        assert Operation("GET", "/", operation, app_document).schemes == names


def test_a_format_is_part_of_a_schema() -> None:
    schema = Schema({"type": "string", "format": "date-time"}, {})

    assert schema.is_valid("2031-05-01T10:00:00Z")
    assert not schema.is_valid("tomorrow")


class TestEveryCase:
    def generated(self, app_document: dict[str, Any]) -> list[tuple[str, str, bytes]]:
        requests: list[tuple[str, str, bytes]] = []
        send_generated_requests(
            app_document,
            {"event_id": 7},
            3,
            lambda m, target, _, body: requests.append((m, target, body)),
        )
        return requests

    def test_the_same_requests_come_each_time_and_deletions_last(self) -> None:
        event_id = {"name": "event_id", "in": "path", "required": True}
        item = {"parameters": [{**event_id, "schema": {"type": "integer"}}]}
        both = {each: {**item, "responses": {"200": {}}} for each in ("delete", "get")}
        app_document = document({"/events/{event_id}": both})

        requests = self.generated(app_document)

        assert requests == self.generated(app_document)
        methods = [method for method, _, _ in requests]
        assert methods == sorted(methods, reverse=True)
        assert ("GET", "/events/7", b"") in requests

    def test_an_operation_that_takes_nothing_is_asked_too(self) -> None:
        requests = self.generated(document({"/": {"get": {"responses": {"200": {}}}}}))

        assert ("GET", "/", b"") in requests

    def test_a_schema_that_cannot_be_read_is_said(self) -> None:
        broken = {"parameters": [{"name": "x", "in": "query"}], "responses": {"200": {}}}

        with pytest.raises(AssertionError, match="Schemathesis cannot read the documentation"):
            self.generated(document({"/": {"get": broken}}))
