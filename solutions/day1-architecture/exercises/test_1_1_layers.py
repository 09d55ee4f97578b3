"""Task 1.1: each layer knows only the ones below it, and a use case is one transaction."""

from datetime import datetime

import pytest

from checks.harness.fixtures.request_bodies import BACKWARDS
from checks.harness.probes.call_chain import read_chain
from checks.harness.probes.import_graph import ImportGraph, within
from checks.harness.probes.layer_observations import call_use_case, observe_requests

FILE = "app/call-chain.toml"
LAYERS = ("app.api", "app.services", "app.crud", "app.models")
INNER = ("app.services", "app.crud", "app.models", "app.schemas")
WEB = ("fastapi", "starlette")
HTTP = (*WEB, "app.api")
EACH_FIELD = {
    "title": "Fete",
    "description": "Lanterns at eight",
    "location": "Room 2",
    "end_time": "2031-05-03T12:00:00Z",
    "start_time": "2031-05-02T10:00:00Z",
    "status": "scheduled",
}
"""A new value for each field of an event; in this order, each may be sent alone."""
ONE_TIME = {"start_time": "2031-05-01T12:30:00Z", "end_time": "2031-05-01T09:30:00Z"}
"""Each alone turns the stored times of an event around."""

STORED = "SELECT title, organizer_id FROM events WHERE title = %(title)s"

pytestmark = pytest.mark.rows  # one organizer, one stranger and each process of probes for all


@pytest.fixture
def chain(tree):
    return read_chain(tree, FILE, LAYERS)


@pytest.fixture
def organizer(shared_rows, users):
    return shared_rows.get_or_create("organizer", users.organizer)


@pytest.fixture
def stranger(shared_rows, users):
    return shared_rows.get_or_create("stranger", lambda: users.organizer("stranger"))


@pytest.fixture
def event(factory, organizer):
    return factory.event(by=organizer)


@pytest.fixture
def observation(chain, shared_rows, commands, organizer, stranger, factory):
    """`observation("commits")`: what one of the probes has seen while the app answered."""

    def run():
        users = {"token": organizer.token, "stranger": stranger.token, "user_id": organizer.id}
        names = {"chain": chain.names, "web": WEB, "inner": INNER, "backwards": BACKWARDS}
        event_id = factory.event(by=organizer)["id"]
        return observe_requests(commands, event_id=event_id, **users, **names)

    return lambda name: shared_rows.get_or_create("observations", run)[name]


@pytest.fixture
def use_case_call(shared_rows, commands, organizer):
    """`use_case_call("success")`: how create_event has ended where there is no app."""

    def run():
        return call_use_case(commands, http=HTTP, user_id=organizer.id)

    return lambda name: shared_rows.get_or_create("use case calls", run)[name]


@pytest.fixture
def imports(shared_rows, tree):
    return shared_rows.get_or_create("imports", lambda: ImportGraph(tree.python()))


@pytest.fixture
def body(event):
    """What PUT and PATCH accept of that event."""
    return {"title": "Fete", "start_time": event["start_time"], "end_time": event["end_time"]}


def is_equal(stored, expected):
    """The same words, or the same time however its zone is written."""
    if stored is None or stored == expected or "Z" not in expected:
        return stored == expected
    return datetime.fromisoformat(stored) == datetime.fromisoformat(expected)


def assert_explained(answer, case, code=None):
    """The one shape of every error: a `detail` for people, a `code` for programs."""
    refusal = answer.json()
    for key in ("detail", "code"):
        assert refusal.get(key), f"{case}: the {answer.status_code} has a {key} that says something"
    if code:
        assert refusal["code"] == code, f"{case}: the {answer.status_code} has the code of before"


class TestLayers:
    @pytest.mark.gate
    def test_the_answer_has_a_name_from_each_layer(self, chain):
        chain.assert_begins_with_its_layers()

    @pytest.mark.gate
    def test_the_answer_is_the_chain_of_the_request(self, chain, observation):
        assert chain.names.count("") == 0, f"{FILE}: how many names are still to be filled in"

        creation = observation("chain")

        assert creation["made"], "POST /api/events/ of a valid event is answered with 201"
        chain.assert_runs("POST /api/events/", creation["names"], creation["stacks"])

    def test_no_error_of_the_inner_layers_speaks_http(self, observation):
        http_errors = observation("errors")

        case = (
            "what is refused of an event (400, 403, 404): no HTTPException comes from below app.api"
        )
        assert not http_errors, f"{case}; {', '.join(http_errors)}"

    def test_what_crud_did_can_be_rolled_back(self, observation, database):
        commits = observation("crud")

        stored = len(database.rows(STORED, title="Undone"))
        cause = "committed the session that it was given" if commits else "used another transaction"
        case = "events stored after app.crud.event.create(session, …) and session.rollback()"
        assert stored == 0, f"{case}; create {cause}"

    def test_crud_never_commits(self, observation):
        commits = observation("commits")

        committing_functions = {
            name for stack in commits for name in stack if within(name, ["app.crud"])
        }
        case = "POST, PUT, PATCH and DELETE of an event: no function of app.crud commits"
        assert not committing_functions, f"{case}; {', '.join(sorted(committing_functions))}"

    @pytest.mark.parametrize("package", HTTP)
    def test_the_inner_layers_know_nothing_of_http(self, imports, package):
        paths = imports.chains(INNER, package, excluded=HTTP)

        case = f"app/services, crud, models and schemas do not import {package}"
        assert not paths, f"{case}; {'; '.join(paths)}"

    def test_the_use_case_works_without_an_app(self, use_case_call, database, organizer):
        use_case_call("success")

        stored = database.rows(STORED, title="Nightly")
        case = "create_event of app.services.event_service, called without an app"
        assert stored, f"{case}: the event is stored when it returns; nobody else will commit"
        expected = [{"title": "Nightly", "organizer_id": organizer.id}]
        assert stored == expected, f"{case}: what is stored"

    def test_the_use_case_fails_without_an_app(self, use_case_call):
        error = use_case_call("failure")

        case = "create_event of app.services.event_service with an end before the start"
        assert error["kinds"], f"{case}: it raises an error"
        own_kinds = [kind for kind in error["kinds"] if within(kind, ["app"])]
        message = f"the error is a class of your own; {error['says']} came"
        assert error["kinds"][0] in own_kinds, f"{case}: {message}"
        http_kinds = [kind for kind in error["kinds"] if within(kind, HTTP)]
        assert not http_kinds, f"{case}: the error is no HTTPException, and inherits from none"


class TestRegressions:
    def test_a_new_event_is_stored(self, api, event):
        path = f"/api/events/{event['id']}"

        answer = api.get(path)

        assert answer.status_code == 200, f"GET {path} of the event that POST /api/events/ answered"

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_a_change_is_stored(self, api, organizer, event, body, method):
        path = f"/api/events/{event['id']}"

        answer = api.request(method, path, json=body, auth=organizer)

        assert answer.status_code == 200, f"{method} {path} by its organizer"
        second_answer = api.get(path)
        assert second_answer.status_code == 200, f"GET {path} after the {method}"
        assert second_answer.json()["title"] == "Fete", (
            f"GET {path} after the {method}: the new title"
        )

    def test_a_patch_changes_what_it_sends_and_nothing_else(self, api, organizer, event):
        path = f"/api/events/{event['id']}"
        expected = dict(event)

        for field, value in EACH_FIELD.items():
            api.patch(path, json={field: value}, auth=organizer)

            expected |= {field: value}
            stored = api.get(path).json()
            wrong = [key for key in EACH_FIELD if not is_equal(stored.get(key), expected[key])]
            assert not wrong, f"GET {path} after a PATCH of {field} alone: {', '.join(wrong)}"

    def test_a_deleted_event_is_gone(self, api, organizer, event):
        path = f"/api/events/{event['id']}"

        answer = api.delete(path, auth=organizer)

        assert answer.status_code == 204, f"DELETE {path} by its organizer"
        second_answer = api.get(path)
        assert second_answer.status_code == 404, f"GET {path} after the DELETE"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
    def test_an_end_before_the_start_is_still_400(self, api, organizer, event, body, method):
        path = "/api/events/" if method == "POST" else f"/api/events/{event['id']}"

        answer = api.request(method, path, json=body | BACKWARDS, auth=organizer)

        assert answer.status_code == 400, f"{method} {path} with an end before the start"
        assert_explained(answer, f"{method} {path}")

    @pytest.mark.parametrize("field", ["start_time", "end_time"])
    def test_one_time_is_compared_with_the_stored_other(self, api, organizer, event, field):
        path = f"/api/events/{event['id']}"

        answer = api.patch(path, json={field: ONE_TIME[field]}, auth=organizer)

        case = f"PATCH {path} with a {field} alone that turns the stored times around"
        assert answer.status_code == 400, case
        assert_explained(answer, case)

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
    def test_somebody_elses_event_is_still_403(self, api, stranger, event, body, method):
        path = f"/api/events/{event['id']}"

        answer = api.request(method, path, json=body, auth=stranger)

        assert answer.status_code == 403, f"{method} {path} by somebody else"
        assert_explained(answer, f"{method} {path}", code="forbidden")
        stored = api.get(path)
        unchanged = stored.status_code == 200 and stored.json()["title"] == event["title"]
        assert unchanged, f"GET {path} after the {method} that was refused: the event as before"

    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
    def test_a_missing_event_is_still_404(self, api, organizer, body, method):
        path = "/api/events/4711"

        answer = api.request(method, path, json=body, auth=organizer)

        assert answer.status_code == 404, f"{method} {path} of no event"
        assert_explained(answer, f"{method} {path}", code="not_found")
