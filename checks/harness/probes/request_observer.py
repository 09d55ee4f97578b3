"""What the app does inside while it answers: the functions behind each row, commit and error.

A probe takes the texts of `tracing`, of `appless_session` and of this file, in that order. It runs
on the learner's side of the border, and the app lives in its process.
"""

from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine, Insert, event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session

if TYPE_CHECKING:  # over there, all three files are one
    from checks.harness.probes.appless_session import session_of
    from checks.harness.probes.tracing import ErrorRecorder, qualified_name, stack

EVENTS, MISSING = "/api/events/", "/api/events/4711"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
"""As with the requests over a socket (`harness/app/api.py`): nothing says `testclient`."""
EVENT = {"title": "Fair", "start_time": "2031-05-01T10:00:00Z", "end_time": "2031-05-01T12:00:00Z"}


class RequestObserver:
    """One life of the app, until `life` ends; requests carry the access token of an organizer."""

    def __init__(self, life: ExitStack, token: str) -> None:
        app = import_module("app.main").app
        client = TestClient(app, "http://localhost", headers=BROWSER, client=("127.0.0.1", 50000))
        self._client = life.enter_context(client)
        self._token = token

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """The response. An error that a server would answer with 500 is raised."""
        headers = {"Authorization": f"Bearer {token or self._token}"}
        return self._client.request(method, path, json=body, headers=headers)

    def creation(self, names: list[str]) -> dict[str, Any]:
        """POST of a valid event: whether it was `made`, and the stacks behind its row.

        Each of the `stacks` ends with the class of the object that came to the session, or of the
        row that an INSERT through the session makes. `names` has, by each given name, where the
        thing is defined, or None.
        """
        stacks: list[list[str]] = []

        def note(kind: type) -> None:
            stacks.append([*stack(), f"{kind.__module__}.{kind.__qualname__}"])

        def note_insert(state: ORMExecuteState) -> None:  # a value would be the result
            for model in inserted_by(state):
                note(model)

        event.listen(Mapper, "init", lambda target, *_: note(type(target)))
        event.listen(Mapper, "after_insert", lambda *arguments: note(type(arguments[-1])))
        event.listen(Session, "after_attach", lambda *arguments: note(type(arguments[-1])))
        event.listen(Session, "do_orm_execute", note_insert)
        status = self.ask("POST", EVENTS, EVENT).status_code
        defined = {name: qualified_name(name) for name in names}
        return {"made": status < 300, "stacks": stacks, "names": defined}

    def commits(self) -> list[list[str]]:
        """POST, PUT, PATCH and DELETE of an event: the functions that run at each commit."""
        stacks: list[list[str]] = []
        event.listen(Engine, "commit", lambda *_: stacks.append(stack()))
        path = f"{EVENTS}{self.ask('POST', EVENTS, EVENT).json().get('id')}"
        self.ask("PUT", path, {**EVENT, "title": "Fete"})
        self.ask("PATCH", path, {"title": "Feast"})
        self.ask("DELETE", path)
        return stacks

    def refusals(
        self, errors: "ErrorRecorder", event_id: int, stranger: str, invalid: dict[str, str]
    ) -> list[str]:
        """What is raised by the inner layers for requests that are answered with 400, 403, 404.

        `event_id` is the organizer's, `stranger` a token of somebody else, `invalid` are fields
        that no event may have.
        """
        errors.reset()
        path = f"{EVENTS}{event_id}"
        self._refuse("POST", EVENTS, EVENT | invalid)
        for method, body in {"PUT": EVENT, "PATCH": {"title": "Feast"}, "DELETE": None}.items():
            self._refuse(method, path, body and body | invalid, stranger)
            self._refuse(method, MISSING, body)
        self._refuse("GET", MISSING)
        for method in ("PUT", "PATCH"):
            self._refuse(method, path, EVENT | invalid)
        return errors.raised()

    def _refuse(self, method: str, path: str, body: Any = None, token: str = "") -> None:
        with suppress(Exception):  # where a server would answer 500
            self.ask(method, path, body, token)


def inserted_by(state: ORMExecuteState) -> list[type]:
    """The model whose table the statement inserts into; [] for any other statement."""
    if not isinstance(state.statement, Insert):
        return []
    models = vars(import_module("app.models")).values()
    name = state.statement.table.description
    return [model for model in models if getattr(model, "__tablename__", None) == name]


def commits_of_crud(user_id: int) -> int:
    """How often `app.crud.event.create` commits; what it has put into the session is rolled back.

    The event is called Undone.
    """
    crud = import_module("app.crud")
    times = {
        "start_time": datetime(2031, 5, 1, tzinfo=UTC),
        "end_time": datetime(2031, 5, 2, tzinfo=UTC),
    }
    commits: list[Session] = []
    with session_of(user_id) as (session, user):
        event.listen(session, "after_commit", commits.append)
        crud.event.create(session, {"title": "Undone", "organizer_id": user.id, **times})
        session.flush()
        session.rollback()
    return len(commits)
