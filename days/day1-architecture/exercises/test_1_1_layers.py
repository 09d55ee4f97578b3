"""Task 1.1: each layer knows only the ones below it, and a use case is one transaction."""

import tomllib

import pytest

from checks.harness.imports import ImportGraph, within

FILE = "app/call-chain.toml"
LAYERS = ("app.api", "app.services", "app.crud", "app.models")
INNER = ("app.services", "app.crud", "app.models", "app.schemas")
HTTP = ("fastapi", "starlette", "app.api")
BACKWARDS = {"start_time": "2031-05-01T12:00:00Z", "end_time": "2031-05-01T10:00:00Z"}
ERROR_KEYS = {"detail", "code"}

# The probes run in your tree. First what is seen from inside while your app answers: one process
# for all of these. `stack()` names your functions that run at that moment, the outermost first.
PREPARE = """
import pydoc
import sys
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Mapper, Session
from app.main import app

def stack():
    return stack_of(sys._getframe(1))

def stack_of(frame):
    names = []
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("app."):
            names.insert(0, f"{module}.{frame.f_code.co_qualname}")
        frame = frame.f_back
    return names

def own_name(name):
    # where the named thing is defined: app.models.Event is app.models.event.Event
    thing = pydoc.locate(name)
    return f"{thing.__module__}.{thing.__qualname__}" if hasattr(thing, "__qualname__") else None

refused = []

def ask(method, path, body=None, token=given["token"]):
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.request(method, path, json=body, headers=headers)
    if answer.status_code >= 300:
        refused.append(f"it answered {answer.status_code} {answer.text}")
    return answer.json() if answer.content else {}

EVENT = {"title": "Fair", "start_time": "2031-05-01T10:00:00Z", "end_time": "2031-05-01T12:00:00Z"}
"""
CHAIN = """
seen = []

def note(target, *_):
    seen.append([*stack(), f"{type(target).__module__}.{type(target).__qualname__}"])

event.listen(Mapper, "init", note)
event.listen(Mapper, "after_insert", lambda mapper, connection, target: note(target))
event.listen(Session, "after_attach", lambda session, target: note(target))
with TestClient(app) as client:
    ask("POST", "/api/events/", EVENT)
names = {name: own_name(name) for name in given["chain"]}
answer = {"refused": refused, "stacks": seen, "names": names}
"""
COMMITS = """
commits = []
event.listen(Engine, "commit", lambda connection: commits.append(stack()))
with TestClient(app) as client:
    path = f"/api/events/{ask('POST', '/api/events/', EVENT).get('id')}"
    ask("PUT", path, {**EVENT, "title": "Fete"})
    ask("PATCH", path, {"title": "Feast"})
    ask("DELETE", path)
answer = commits
"""
ERRORS = """
import threading

spoken = {}

def of_the_web(kind):
    return any(each.__module__.split(".")[0] in given["web"] for each in kind.__mro__)

def watch(frame, what, found):
    # Python calls this for each function that begins. An error shows in all that it passes on
    # its way up; the first of yours is the one to name.
    if not frame.f_globals.get("__name__", "").startswith(tuple(given["inner"])):
        return None
    if what == "exception" and of_the_web(found[0]):
        said = f"{stack_of(frame)[-1]} raises {found[0].__name__}"
        spoken.setdefault(id(found[1]), (said, found[1]))
    return watch

threading.settrace(watch)
ours, missing = f"/api/events/{given['event_id']}", "/api/events/4711"
with TestClient(app, raise_server_exceptions=False) as client:
    ask("POST", "/api/events/", EVENT | given["backwards"])
    for method, body in {"PUT": EVENT, "PATCH": {"title": "Feast"}, "DELETE": None}.items():
        ask(method, ours, body and body | given["backwards"], given["stranger"])
        ask(method, missing, body)
    ask("GET", missing)
    for method in ("PUT", "PATCH"):
        ask(method, ours, EVENT | given["backwards"])
answer = sorted({said for said, _ in spoken.values()})
"""
# A session on your database, without your app.
SESSION = """
import os
import sqlalchemy as sa
from datetime import datetime, timezone
from sqlalchemy.orm import Session
from app.models import User

def begun():
    session = Session(sa.create_engine(os.environ["DATABASE_URL"]), expire_on_commit=False)
    user = session.get(User, given["user_id"])
    session.commit()
    return session, user

def day(number):
    return datetime(2031, 5, number, tzinfo=timezone.utc)
"""
CRUD = """
from app import crud

session, user = begun()
commits = []
event.listen(session, "after_commit", commits.append)
times = {"start_time": day(1), "end_time": day(2)}
crud.event.create(session, {"title": "Undone", "organizer_id": user.id, **times})
session.flush()
session.rollback()
answer = len(commits)
"""
# Then, in a process of its own, a place that has no web framework: what a nightly job would have.
ALONE = """
import sys
from importlib.abc import MetaPathFinder

def of_the_web(name):
    return any(name == each or name.startswith(f"{each}.") for each in given["web"])

class NoWeb(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if of_the_web(name):
            raise ImportError(f"without an app, {name} is not to be had")

for name in filter(of_the_web, list(sys.modules)):
    del sys.modules[name]
sys.meta_path.insert(0, NoWeb())
"""
SERVICE = """
from app.schemas.event import EventCreate
from app.services import event_service

def create_event(session, user, data):
    if hasattr(event_service, "EventService"):
        event_service.EventService(session).create_event(user, data)
    else:
        event_service.create_event(session, user, data)
"""
SUCCESS = """
session, user = begun()
create_event(session, user, EventCreate(title="Nightly", start_time=day(1), end_time=day(2)))
session.rollback()
answer = None
"""
FAILURE = """
session, user = begun()
data = EventCreate(title="Backwards", start_time=day(2), end_time=day(1))
answer = {"kinds": [], "says": ""}
try:
    create_event(session, user, data)
except Exception as error:
    kinds = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    answer = {"kinds": kinds, "says": f"{type(error).__name__}: {error}"}
"""
INSIDE = {"chain": CHAIN, "commits": COMMITS, "crud": CRUD, "errors": ERRORS}  # the last one traces
NIGHTLY = {"success": SUCCESS, "failure": FAILURE}
STORED = "SELECT title, organizer_id FROM events WHERE title = %(title)s"

pytestmark = pytest.mark.rows  # one organizer, one stranger and each process of probes for all


def answered(tree):
    """The four names of the learner's answer by layer; they may still be empty."""
    try:
        chain = tomllib.loads(tree.text(FILE)).get("chain")
    except tomllib.TOMLDecodeError as error:
        raise AssertionError(f"{FILE} cannot be read as TOML: {error}") from None
    four = isinstance(chain, list) and len(chain) == len(LAYERS)
    if not four or not all(isinstance(name, str) for name in chain):
        asked = f"{FILE}: `chain` is to hold four names, one from each of {', '.join(LAYERS)}"
        raise AssertionError(f"{asked}; it holds {chain!r}")
    return dict(zip(LAYERS, chain, strict=True))


def names_of(tree):
    """The four names, as far as there are four."""
    try:
        return list(answered(tree).values())
    except AssertionError:
        return []


def lack(layer, name):
    """What is wrong with a line of the answer, as a comment behind it."""
    if within(name, [layer]):
        return ""
    return f": this does not begin with {layer}." if name else ": to be filled"


def assert_runs(chain, seen):
    """Each name of the chain exists and runs, and each is called by the one before it."""
    found = [seen["names"][name] or name for name in chain]
    for name, own in zip(chain, found, strict=True):
        runs = any(own in stack for stack in seen["stacks"])
        if not runs and seen["names"][name] is None:
            written = "a function is module.function or module.Class.method"
            raise AssertionError(f'{FILE}: your app has no "{name}"; {written}')
        if not runs:
            raise AssertionError(f"{FILE}: POST /api/events/ makes its row without {name}")
    if not any(runs_through(stack, found) for stack in seen["stacks"]):
        raise AssertionError(f"{FILE}: one of these names is not called by the one before it")


def runs_through(stack, chain):
    """Whether the stack holds the chain's names in the chain's order."""
    rest = iter(stack)
    return all(name in rest for name in chain)


@pytest.fixture
def organizer(rows, people):
    return rows.shared("organizer", people.organizer)


@pytest.fixture
def stranger(rows, people):
    return rows.shared("stranger", lambda: people.organizer("stranger"))


@pytest.fixture
def event(make, organizer):
    return make.event(by=organizer)


@pytest.fixture
def inside(tree, rows, shell, organizer, stranger, make):
    """`inside("commits")`: what one of the probes has seen while the app answered."""

    def run():
        people = {"token": organizer.token, "stranger": stranger.token, "user_id": organizer.id}
        asked = {"chain": names_of(tree), "web": HTTP[:2], "inner": INNER, "backwards": BACKWARDS}
        event = make.event(by=organizer)
        return shell.probes(PREPARE + SESSION, INSIDE, event_id=event["id"], **people, **asked)

    return lambda name: rows.shared("inside", run)[name]


@pytest.fixture
def nightly(rows, shell, organizer):
    """`nightly("success")`: the same where there is no app."""

    def run():
        return shell.probes(ALONE + SESSION + SERVICE, NIGHTLY, web=HTTP, user_id=organizer.id)

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
    def test_the_answer_has_a_name_from_each_layer(self, tree):
        chain = answered(tree)

        wrong = [layer for layer, name in chain.items() if not within(name, [layer])]
        if wrong:
            lines = [f'"{name}",  # {layer}{lack(layer, name)}' for layer, name in chain.items()]
            said = f"{FILE}: fill in {', '.join(wrong)}; now `chain` holds"
            raise AssertionError("\n  ".join([said, *lines]))

    @pytest.mark.gate
    def test_the_answer_is_the_chain_of_the_request(self, tree, inside):
        chain = list(answered(tree).values())
        assert chain.count("") == 0, f"{FILE}: how many names are still to be filled in"

        seen = inside("chain")

        assert not seen["refused"], "POST /api/events/ of a valid event is answered with 201"
        assert_runs(chain, seen)

    def test_crud_never_commits(self, inside):
        commits = inside("commits")

        guilty = {name for stack in commits for name in stack if within(name, ["app.crud"])}
        asked = "POST, PUT, PATCH and DELETE of an event: no function of app.crud commits"
        assert not guilty, f"{asked}; {', '.join(sorted(guilty))}"

    def test_what_crud_did_can_be_rolled_back(self, inside, database):
        commits = inside("crud")

        stored = len(database.rows(STORED, title="Undone"))
        how = "committed the session that it was given" if commits else "used another transaction"
        asked = "events stored after app.crud.event.create(session, …) and session.rollback()"
        assert stored == 0, f"{asked}; create {how}"

    def test_no_error_of_the_inner_layers_speaks_http(self, inside):
        spoken = inside("errors")

        asked = (
            "what is refused of an event (400, 403, 404): no HTTPException comes from below app.api"
        )
        assert not spoken, f"{asked}; {', '.join(spoken)}"

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
