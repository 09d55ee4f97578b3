# region task B2
"""GraphQL: what REST shows, by the same rules, and no more of it than the bounds allow."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from graphql import GraphQLError, parse
from sqlalchemy.orm import Session

from app import crud
from app.api.graphql import errors, limits, schema
from app.core.config import Settings
from app.main import create_app
from app.models import Event
from tests.helpers import event_body, join

SCHEMA_FILE = Path(__file__).parent.parent / "schema.graphql"
EVENTS = "/api/v1/events/"
CREATE = "mutation M($input: EventInput!) { createEvent(input: $input) { id title } }"
WHOLE = "{ events { title organizer { email } tasks { title event { title } } } }"


# Any: what GraphQL has answered; the test says what it expects of it.
def ask(client: TestClient, query: str, headers: dict[str, str], **variables: object) -> Any:
    """The whole body of an answer."""
    answer = client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    assert answer.status_code == 200
    return answer.json()


def codes(body: Any) -> set[str]:
    """What went wrong, in words for programs."""
    return {error["extensions"]["code"] for error in body.get("errors", ())}


def test_an_event_comes_with_its_organizer_and_its_tasks(
    client: TestClient, auth_headers: dict[str, str]
) -> None:
    event = client.post(EVENTS, json=event_body(), headers=auth_headers).json()
    task = {"title": "Bake a cake", "event_id": event["id"]}
    client.post("/api/v1/tasks/", json=task, headers=auth_headers)

    [shown] = ask(client, WHOLE, auth_headers)["data"]["events"]

    assert shown["organizer"] == {"email": "organizer@example.com"}
    assert shown["tasks"] == [{"title": "Bake a cake", "event": {"title": event["title"]}}]


def test_strangers_see_less(client: TestClient, auth_headers: dict[str, str]) -> None:
    client.post(EVENTS, json=event_body(), headers=auth_headers)

    by_nobody, by_stranger = ask(client, WHOLE, {}), ask(client, WHOLE, join(client, "paul"))

    assert by_nobody["data"]["events"][0]["tasks"] is None
    assert codes(by_nobody) == {"unauthenticated"}
    assert by_stranger["data"]["events"][0]["organizer"] == {"email": None}
    assert codes(by_stranger) == {"forbidden"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"endTime": "2001-01-01T00:00:00Z"}, "invalid_state"), ({"title": " "}, "validation_error")],
)
def test_creating_obeys_the_rules_of_rest(
    client: TestClient, auth_headers: dict[str, str], changes: dict[str, str], code: str
) -> None:
    body = event_body()
    sent = {"title": body["title"], "startTime": body["start_time"], "endTime": body["end_time"]}

    created = ask(client, CREATE, auth_headers, input=sent)["data"]["createEvent"]
    refused = ask(client, CREATE, auth_headers, input=sent | changes)

    assert client.get(f"{EVENTS}{created['id']}").json()["title"] == body["title"]
    assert (refused["data"], codes(refused)) == ({"createEvent": None}, {code})


@pytest.mark.parametrize(
    "query",
    [
        "{ event(id: 1) { tasks { event { tasks { event { tasks { id } } } } } } }",
        "{ ...Many } fragment Many on Query { " + "a: __typename " * 16 + "}",
        "query Q($n: Int! = 51) { events(pageSize: $n) { tasks { id } } }",
        "{ events(pageSize: 99) { a: tasks(pageSize: -999) { id } tasks(pageSize: 99) { id } } }",
        f"{{ event(id: {'9' * 5000}) {{ id }} }}",
        "{ events { id } " * 200,
        "{ ... on Query { nothing } }",
        "query A { __typename } query B { nothing }",
        "",
    ],
)
def test_what_is_too_much_or_malformed_is_refused(client: TestClient, query: str) -> None:
    body = ask(client, query, {})

    assert body["data"] is None
    assert codes(body) == {"validation_error"}


def test_a_whole_number_with_a_point_is_a_page_size() -> None:
    document = parse("query Q($n: Int!) { events(pageSize: $n) { id } }")

    costs = [limits.size_of(document, None, {"n": number}).cost for number in (100, 100.0, 1e400)]

    assert costs == [100, 100, limits.DEFAULT_PAGE_SIZE]


def test_an_unknown_event_is_null_and_pages_begin_at_one(client: TestClient) -> None:
    assert codes(ask(client, "{ event(id: 4711) { id } }", {})) == {"not_found"}
    assert codes(ask(client, "{ events(page: 0) { id } }", {})) == {"validation_error"}


def test_what_the_database_refuses_leaves_the_others_standing(
    client: TestClient, auth_headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_unless_bad(session: Session, values: dict[str, object]) -> Event:
        bad = {"organizer_id": None} if values["title"] == "Bad" else {}
        return create(session, {**values, **bad})

    create = crud.event.create
    monkeypatch.setattr(crud.event, "create", create_unless_bad)
    times = 'startTime: "2031-05-01T10:00Z", endTime: "2031-05-01T12:00Z"'
    fields = [
        f'{title.lower()}: createEvent(input: {{title: "{title}", {times}}}) {{ title }}'
        for title in ("First", "Bad", "Third")
    ]

    body = ask(client, f"mutation {{ {' '.join(fields)} }}", auth_headers)

    assert codes(body) == {"conflict"}
    assert body["data"] == {"first": {"title": "First"}, "bad": None, "third": {"title": "Third"}}
    assert len(client.get(EVENTS).json()) == 2


def test_half_a_surrogate_pair_is_no_bug() -> None:
    shown = errors.shown(GraphQLError("Field '\ud800' is not defined"))

    assert shown["message"] == "Field '?' is not defined"


def test_a_bug_is_no_sentence_for_strangers() -> None:
    broken = GraphQLError("SELECT secrets", original_error=KeyError("secrets"))

    assert errors.explained(broken) == ("Something went wrong on our side", "internal_error")


def test_fragments_that_spread_each_other_twice_are_measured_at_once() -> None:
    chain = " ".join(f"fragment f{n} on Q {{ ...f{n + 1} ...f{n + 1} }}" for n in range(90))
    document = parse(f"{{ ...f0 }} {chain} fragment f90 on Q {{ a: id }}")

    assert limits.size_of(document, None, {}).aliases == 2**90


def test_what_is_public_is_not_described() -> None:
    public = Settings().model_copy(update={"environment": "production"})

    with TestClient(create_app(public), base_url="http://localhost") as client:
        body = ask(client, "{ __schema { types { name } } }", {})

    assert codes(body) == {"validation_error"}


def test_the_schema_in_the_file_is_the_one_of_the_code() -> None:
    """Whoever changes the schema sees it in the diff: `python -m app.cli print-schema`."""
    written = [line for line in SCHEMA_FILE.read_text().splitlines() if not line.startswith("#")]

    assert "\n".join(written).strip() == schema.create_schema(is_public=False).as_str().strip()


# endregion
