"""Task 1.1: each layer knows only the ones below it, and a use case is one transaction."""

import ast
import tomllib

import pytest

FILE = "app/call-chain.toml"
LAYERS = ("app.api", "app.services", "app.crud", "app.models")
HTTP = ("fastapi", "starlette", "app.api")
BACKWARDS = {"start_time": "2031-05-01T12:00:00Z", "end_time": "2031-05-01T10:00:00Z"}
ERROR_KEYS = {"detail", "code"}

# The probes below run in your tree, in a process of their own. `stack()` names your functions
# that are running at that moment, the outermost first.
PREPARE = """
import sys
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Mapper, Session
from app.main import app

def stack():
    frame, names = sys._getframe(1), []
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("app."):
            names.insert(0, f"{module}.{frame.f_code.co_qualname}")
        frame = frame.f_back
    return names

def ask(method, path, body=None):
    token = {"Authorization": "Bearer " + given["token"]}
    answer = client.request(method, path, json=body, headers=token)
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None

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
answer = seen
"""
COMMITS = """
commits = []
event.listen(Engine, "commit", lambda connection: commits.append(stack()))
with TestClient(app) as client:
    path = f"/api/events/{ask('POST', '/api/events/', EVENT)['id']}"
    ask("PUT", path, {**EVENT, "title": "Fete"})
    ask("PATCH", path, {"title": "Feast"})
    ask("DELETE", path)
answer = commits
"""
SESSION = """
import os
import sqlalchemy as sa
from datetime import datetime, timezone
from sqlalchemy.orm import Session
from app.models import User

session = Session(sa.create_engine(os.environ["DATABASE_URL"]))
user = session.get(User, given["user_id"])
times = {key: datetime(2031, 5, day, tzinfo=timezone.utc) for key, day in given["days"].items()}
"""
SERVICE = """
from app.schemas.event import EventCreate
from app.services import event_service

answer = []
try:
    data = EventCreate(title="Fair", **times)
    if hasattr(event_service, "EventService"):
        event_service.EventService(session).create_event(user, data)
    else:
        event_service.create_event(session, user, data)
except Exception as error:
    answer = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
"""
CRUD = """
from app import crud

crud.event.create(session, {"title": "Fair", "organizer_id": user.id, **times})
session.flush()
session.rollback()
answer = None
"""


def answered(tree):
    """The names of the learner's answer; an empty list when it is no list of strings."""
    try:
        chain = tomllib.loads(tree.text(FILE)).get("chain")
    except tomllib.TOMLDecodeError as error:
        raise AssertionError(f"{FILE} is TOML ({error})") from None
    good = isinstance(chain, list) and all(isinstance(name, str) for name in chain)
    return chain if good else []


def within(name, packages):
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def names_of(path, node):
    """The modules that one piece of code imports, whatever the form of the import."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        package = path.removesuffix(".py").split("/")[: -node.level] if node.level else []
        base = ".".join([*package, *filter(None, [node.module])])
        return [base, *(f"{base}.{alias.name}" for alias in node.names)]
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
        ("import_module", "__import__")
    ):
        return [str(word.value) for word in node.args if isinstance(word, ast.Constant)]
    return []


def forbidden_imports(tree):
    """Where the inner layers import HTTP, as `app/services/x.py:3 imports fastapi`."""
    return sorted(
        {
            f"{path}:{node.lineno} imports {name}"
            for layer in ("services", "crud", "models", "schemas")
            for path, module in tree.python(f"app/{layer}/**/*.py")
            for node in ast.walk(module)
            for name in names_of(path, node)
            if within(name, HTTP)
        }
    )


def runs_through(stack, chain):
    """Whether the stack holds the chain's names in the chain's order."""
    rest = iter(stack)
    return all(name in rest for name in chain)


@pytest.fixture
def event(make, organizer):
    return make.event(by=organizer)


@pytest.fixture
def body(event):
    """What PUT and PATCH accept of that event."""
    return {"title": "Fete", "start_time": event["start_time"], "end_time": event["end_time"]}


class TestLayers:
    @pytest.mark.gate
    def test_the_answer_names_one_function_of_each_layer(self, tree, shell, organizer):
        chain = answered(tree)
        placed = [within(name, [layer]) for name, layer in zip(chain, LAYERS, strict=False)]
        four = len(chain) == len(LAYERS) and all(placed)
        assert four, f"{FILE}: one name from each of {', '.join(LAYERS)}, in this order"

        stacks = shell.probe(PREPARE + CHAIN, token=organizer.token)

        for name in chain:
            asked = f"{FILE}: {name} runs while POST /api/events/ makes a row"
            assert any(name in stack for stack in stacks), asked
        nested = any(runs_through(stack, chain) for stack in stacks)
        assert nested, f"{FILE}: each name is called by the one before it, down to the new row"

    def test_the_inner_layers_know_nothing_of_http(self, tree):
        found = forbidden_imports(tree)

        asked = "app/services, crud, models and schemas import none of fastapi, starlette, app.api"
        assert not found, f"{asked}; {'; '.join(found)}"

    def test_the_use_case_works_without_an_app(self, shell, organizer):
        backwards = {"start_time": 2, "end_time": 1}

        raised = shell.probe(SESSION + SERVICE, user_id=organizer.id, days=backwards)

        asked = "create_event of app.services.event_service with an end before the start"
        assert raised != [], f"{asked}: raises an error"
        assert within(raised[0], ["app"]), f"{asked}: the error is a class of your own"
        assert not any(within(kind, HTTP) for kind in raised), f"{asked}: it is no HTTPException"

    def test_crud_never_commits(self, shell, organizer):
        commits = shell.probe(PREPARE + COMMITS, token=organizer.token)

        guilty = {name for stack in commits for name in stack if within(name, ["app.crud"])}
        assert guilty == set(), "POST, PUT, PATCH, DELETE of an event: app.crud never commits"

    def test_what_crud_did_can_be_rolled_back(self, shell, database, organizer):
        days = {"start_time": 1, "end_time": 2}

        shell.probe(SESSION + CRUD, user_id=organizer.id, days=days)

        stored = database.value("SELECT count(*) FROM events")
        assert stored == 0, "events stored after app.crud.event.create and session.rollback()"

    def test_a_new_event_is_stored(self, api, event):
        answer = api.get(f"/api/events/{event['id']}")

        assert answer.status_code == 200, "GET of the event that POST /api/events/ answered"

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_a_change_is_stored(self, api, organizer, event, body, method):
        path = f"/api/events/{event['id']}"

        answer = api.request(method, path, json=body, auth=organizer)

        assert answer.status_code == 200, f"{method} {path} by its organizer"
        assert api.get(path).json()["title"] == "Fete", f"GET {path} after the change"

    def test_a_deleted_event_is_gone(self, api, organizer, event):
        path = f"/api/events/{event['id']}"

        answer = api.delete(path, auth=organizer)

        assert answer.status_code == 204, f"DELETE {path} by its organizer"
        assert api.get(path).status_code == 404, f"GET {path} after the DELETE"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
    def test_an_end_before_the_start_is_still_400(self, api, organizer, event, body, method):
        path = "/api/events/" if method == "POST" else f"/api/events/{event['id']}"

        answer = api.request(method, path, json=body | BACKWARDS, auth=organizer)

        assert answer.status_code == 400, f"{method} {path} with an end before the start"
        assert set(answer.json()) >= ERROR_KEYS, "the body of a 400 has detail and code"

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
    def test_somebody_elses_event_is_still_403(self, api, stranger, event, body, method):
        path = f"/api/events/{event['id']}"

        answer = api.request(method, path, json=body, auth=stranger)

        assert answer.status_code == 403, f"{method} {path} by somebody else"
        assert set(answer.json()) >= ERROR_KEYS, "the body of a 403 has detail and code"

    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
    def test_a_missing_event_is_still_404(self, api, organizer, body, method):
        path = "/api/events/4711"

        answer = api.request(method, path, json=body, auth=organizer)

        assert answer.status_code == 404, f"{method} {path} of no event"
        assert set(answer.json()) >= ERROR_KEYS, "the body of a 404 has detail and code"
