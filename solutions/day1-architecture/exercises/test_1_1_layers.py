"""Task 1.1: each layer knows only the ones below it, and a use case is one transaction."""

from inspect import getsource

import pytest

from checks.harness.probes import appless_session, tracing
from checks.harness.probes.call_chain import chain_of
from checks.harness.probes.import_graph import ImportGraph, within

FILE = "app/call-chain.toml"
LAYERS = ("app.api", "app.services", "app.crud", "app.models")
INNER = ("app.services", "app.crud", "app.models", "app.schemas")
WEB = ("fastapi", "starlette")
HTTP = (*WEB, "app.api")
BACKWARDS = {"start_time": "2031-05-01T12:00:00Z", "end_time": "2031-05-01T10:00:00Z"}
ERROR_KEYS = {"detail", "code"}

# The probes run in your tree. First what is seen from inside while your app answers: one process
# and one life of the app for all of these. `stack()` names your functions that run at that moment.
ANSWERING = """
from contextlib import suppress
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Mapper, Session

errors = Errors(given["web"], given["inner"])  # before your app makes one
from app.main import app

client = life.enter_context(TestClient(app))

def ask(method, path, body=None, token=given["token"]):
    return client.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})

EVENT = {"title": "Fair", "start_time": "2031-05-01T10:00:00Z", "end_time": "2031-05-01T12:00:00Z"}
"""
CHAIN = """
seen = []

def note(target, *_):
    seen.append([*stack(), f"{type(target).__module__}.{type(target).__qualname__}"])

event.listen(Mapper, "init", note)
event.listen(Mapper, "after_insert", lambda mapper, connection, target: note(target))
event.listen(Session, "after_attach", lambda session, target: note(target))
status = ask("POST", "/api/events/", EVENT).status_code
names = {name: own_name(name) for name in given["chain"]}
answer = {"made": status < 300, "stacks": seen, "names": names}
"""
COMMITS = """
commits = []
event.listen(Engine, "commit", lambda connection: commits.append(stack()))
path = f"/api/events/{ask('POST', '/api/events/', EVENT).json().get('id')}"
ask("PUT", path, {**EVENT, "title": "Fete"})
ask("PATCH", path, {"title": "Feast"})
ask("DELETE", path)
answer = commits
"""
ERRORS = """
def refuse(*request):
    with suppress(Exception):  # where a server would answer 500
        ask(*request)

errors.forget()
ours, missing = f"/api/events/{given['event_id']}", "/api/events/4711"
refuse("POST", "/api/events/", EVENT | given["backwards"])
for method, body in {"PUT": EVENT, "PATCH": {"title": "Feast"}, "DELETE": None}.items():
    refuse(method, ours, body and body | given["backwards"], given["stranger"])
    refuse(method, missing, body)
refuse("GET", missing)
for method in ("PUT", "PATCH"):
    refuse(method, ours, EVENT | given["backwards"])
answer = errors.raised()
"""
CRUD = """
from datetime import datetime, timezone
from app import crud

first, second = (datetime(2031, 5, day, tzinfo=timezone.utc) for day in (1, 2))
commits = []
with session_of(given["user_id"]) as (session, user):
    event.listen(session, "after_commit", commits.append)
    times = {"start_time": first, "end_time": second}
    crud.event.create(session, {"title": "Undone", "organizer_id": user.id, **times})
    session.flush()
    session.rollback()
answer = len(commits)
"""
# Then, in a process of its own, a place that has no web framework: what a nightly job would have.
NIGHTLY = """
from datetime import datetime, timezone
unimportable(given["http"])
from app.schemas.event import EventCreate
from app.services import event_service

first, second = (datetime(2031, 5, day, tzinfo=timezone.utc) for day in (1, 2))

def create_event(data):
    with session_of(given["user_id"]) as (session, user):
        if hasattr(event_service, "EventService"):
            event_service.EventService(session).create_event(user, data)
        else:
            event_service.create_event(session, user, data)
"""
SUCCESS = """
create_event(EventCreate(title="Nightly", start_time=first, end_time=second))
answer = None
"""
FAILURE = """
data = EventCreate(title="Backwards", start_time=second, end_time=first)
answer = {"kinds": [], "says": ""}
try:
    create_event(data)
except Exception as error:
    kinds = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    answer = {"kinds": kinds, "says": f"{type(error).__name__}: {error}"}
"""
STORED = "SELECT title, organizer_id FROM events WHERE title = %(title)s"

pytestmark = pytest.mark.rows  # one organizer, one stranger and each process of probes for all


@pytest.fixture
def chain(tree):
    return chain_of(tree, FILE, LAYERS)


@pytest.fixture
def organizer(rows, users):
    return rows.shared("organizer", users.organizer)


@pytest.fixture
def stranger(rows, users):
    return rows.shared("stranger", lambda: users.organizer("stranger"))


@pytest.fixture
def event(factory, organizer):
    return factory.event(by=organizer)


@pytest.fixture
def inside(chain, rows, commands, organizer, stranger, factory):
    """`inside("commits")`: what one of the probes has seen while the app answered."""

    def run():
        sources = {"chain": CHAIN, "commits": COMMITS, "crud": CRUD, "errors": ERRORS}
        users = {"token": organizer.token, "stranger": stranger.token, "user_id": organizer.id}
        asked = {"chain": chain.names, "web": WEB, "inner": INNER, "backwards": BACKWARDS}
        prepare = getsource(tracing) + getsource(appless_session) + ANSWERING
        event_id = factory.event(by=organizer)["id"]
        return commands.probes(prepare, sources, event_id=event_id, **users, **asked)

    return lambda name: rows.shared("inside", run)[name]


@pytest.fixture
def nightly(rows, commands, organizer):
    """`nightly("success")`: the same where there is no app."""

    def run():
        prepare = getsource(appless_session) + NIGHTLY
        sources = {"success": SUCCESS, "failure": FAILURE}
        return commands.probes(prepare, sources, http=HTTP, user_id=organizer.id)

    return lambda name: rows.shared("nightly", run)[name]


@pytest.fixture
def imports(rows, tree):
    return rows.shared("imports", lambda: ImportGraph(tree.python()))


@pytest.fixture
def body(event):
    """What PUT and PATCH accept of that event."""
    return {"title": "Fete", "start_time": event["start_time"], "end_time": event["end_time"]}


class TestLayers:
    @pytest.mark.gate
    def test_the_answer_has_a_name_from_each_layer(self, chain):
        chain.assert_begins_with_its_layers()

    @pytest.mark.gate
    def test_the_answer_is_the_chain_of_the_request(self, chain, inside):
        assert chain.names.count("") == 0, f"{FILE}: how many names are still to be filled in"

        seen = inside("chain")

        assert seen["made"], "POST /api/events/ of a valid event is answered with 201"
        chain.assert_runs("POST /api/events/", seen["names"], seen["stacks"])

    def test_no_error_of_the_inner_layers_speaks_http(self, inside):
        spoken = inside("errors")

        asked = (
            "what is refused of an event (400, 403, 404): no HTTPException comes from below app.api"
        )
        assert not spoken, f"{asked}; {', '.join(spoken)}"

    def test_what_crud_did_can_be_rolled_back(self, inside, database):
        commits = inside("crud")

        stored = len(database.rows(STORED, title="Undone"))
        how = "committed the session that it was given" if commits else "used another transaction"
        asked = "events stored after app.crud.event.create(session, …) and session.rollback()"
        assert stored == 0, f"{asked}; create {how}"

    def test_crud_never_commits(self, inside):
        commits = inside("commits")

        guilty = {name for stack in commits for name in stack if within(name, ["app.crud"])}
        asked = "POST, PUT, PATCH and DELETE of an event: no function of app.crud commits"
        assert not guilty, f"{asked}; {', '.join(sorted(guilty))}"

    @pytest.mark.parametrize("package", HTTP)
    def test_the_inner_layers_know_nothing_of_http(self, imports, package):
        found = imports.ways(INNER, package, closed=HTTP)

        asked = f"app/services, crud, models and schemas do not import {package}"
        assert not found, f"{asked}; {'; '.join(found)}"

    def test_the_use_case_works_without_an_app(self, nightly, database, organizer):
        nightly("success")

        stored = database.rows(STORED, title="Nightly")
        asked = "create_event of app.services.event_service, called without an app"
        assert stored, f"{asked}: the event is stored when it returns; nobody else will commit"
        wanted = [{"title": "Nightly", "organizer_id": organizer.id}]
        assert stored == wanted, f"{asked}: what is stored"

    def test_the_use_case_fails_without_an_app(self, nightly):
        raised = nightly("failure")

        asked = "create_event of app.services.event_service with an end before the start"
        assert raised["kinds"], f"{asked}: it raises an error"
        own = [kind for kind in raised["kinds"] if within(kind, ["app"])]
        came = f"the error is a class of your own; {raised['says']} came"
        assert raised["kinds"][0] in own, f"{asked}: {came}"
        of_the_web = [kind for kind in raised["kinds"] if within(kind, HTTP)]
        assert not of_the_web, f"{asked}: the error is no HTTPException, and inherits from none"


class TestWhatStillHolds:
    def test_a_new_event_is_stored(self, api, event):
        path = f"/api/events/{event['id']}"

        answer = api.get(path)

        assert answer.status_code == 200, f"GET {path} of the event that POST /api/events/ answered"

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_a_change_is_stored(self, api, organizer, event, body, method):
        path = f"/api/events/{event['id']}"

        answer = api.request(method, path, json=body, auth=organizer)

        assert answer.status_code == 200, f"{method} {path} by its organizer"
        after = api.get(path)
        assert after.status_code == 200, f"GET {path} after the {method}"
        assert after.json()["title"] == "Fete", f"GET {path} after the {method}: the new title"

    def test_a_deleted_event_is_gone(self, api, organizer, event):
        path = f"/api/events/{event['id']}"

        answer = api.delete(path, auth=organizer)

        assert answer.status_code == 204, f"DELETE {path} by its organizer"
        after = api.get(path)
        assert after.status_code == 404, f"GET {path} after the DELETE"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
    def test_an_end_before_the_start_is_still_400(self, api, organizer, event, body, method):
        path = "/api/events/" if method == "POST" else f"/api/events/{event['id']}"

        answer = api.request(method, path, json=body | BACKWARDS, auth=organizer)

        assert answer.status_code == 400, f"{method} {path} with an end before the start"
        assert set(answer.json()) >= ERROR_KEYS, f"{method} {path}: the 400 has detail and code"

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
    def test_somebody_elses_event_is_still_403(self, api, stranger, event, body, method):
        path = f"/api/events/{event['id']}"

        answer = api.request(method, path, json=body, auth=stranger)

        assert answer.status_code == 403, f"{method} {path} by somebody else"
        assert set(answer.json()) >= ERROR_KEYS, f"{method} {path}: the 403 has detail and code"

    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
    def test_a_missing_event_is_still_404(self, api, organizer, body, method):
        path = "/api/events/4711"

        answer = api.request(method, path, json=body, auth=organizer)

        assert answer.status_code == 404, f"{method} {path} of no event"
        assert set(answer.json()) >= ERROR_KEYS, f"{method} {path}: the 404 has detail and code"
