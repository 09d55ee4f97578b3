"""A pytest plugin that records what the app answers to the requests of each test.

This file runs on the learner's side of the border and imports nothing of the checker. The record is
JSON: the name of a test → its exchanges, in order → the facts of one exchange, each a short hash.
Facts are the status, each value of the answer, each write and each commit. Conditions are the
request line and what the app is made of: its routes, middleware, error handlers and overrides.
Requests outside of `/api/` (the documentation of the app, above all) are no part of it, nor are
those to another app that a suite makes.
"""

import contextlib
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any
from weakref import WeakSet

from _pytest.junitxml import mangle_test_address

API, PACKAGE, DOCUMENTATION = "/api/", "app.", "fastapi.applications."
CONDITION = ">"  # the first character of each fact that is a condition; exchange_record.py reads it
FACT_LIMIT = 500
WRITE = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+(\S+)", re.IGNORECASE)


class Exchange:
    """The facts of one request and its answer, after the conditions of both."""

    def __init__(self, *conditions: str) -> None:
        self.facts: list[str] = []
        self._count: Counter[str] = Counter()
        self._body = b""
        for condition in conditions:
            self.add(condition, CONDITION)

    def add(self, fact: str, prefix: str = "") -> None:
        """Keep a fact; one that comes twice is two facts."""
        self._count[fact] += 1
        if len(self.facts) < FACT_LIMIT:
            text = f"{fact} #{self._count[fact]}"
            digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]
            self.facts.append(prefix + digest)

    def add_message(self, message: dict[str, Any]) -> None:
        """Keep what one ASGI message of the answer says."""
        if message["type"] == "http.response.start":
            self.add(f"status {message['status']}")
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                self.add_body(self._body)

    def add_body(self, body: bytes) -> None:
        """Keep each value of a JSON body by itself, so that a timestamp does not hide the rest."""
        try:
            for path, value in leaves(json.loads(body)):
                self.add(f"body {path} = {value!r}")
        except (ValueError, RecursionError):
            self.add(f"body {body!r}")


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """The values of a JSON document that hold no other, each with its path."""
    if isinstance(value, dict) and value:
        return [leaf for key, each in value.items() for leaf in leaves(each, f"{path}.{key}")]
    if isinstance(value, list) and value:
        return [leaf for i, each in enumerate(value) for leaf in leaves(each, f"{path}.{i}")]
    return [(path, value)]


CURRENT: ContextVar[Exchange | None] = ContextVar("current_exchange", default=None)
"""The exchange that is being answered; the handler's thread has it too."""


class RequestRecorder:
    """Records the exchanges of this process, and writes them to `path` when pytest ends."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._exchanges: dict[str, list[list[str]]] = {}
        self._test = ""
        self._graded: WeakSet[Any] = WeakSet()

    def pytest_configure(self) -> None:
        """Listen to every FastAPI app and every SQLAlchemy engine of this process."""
        with contextlib.suppress(ImportError):
            self._listen_to_apps()
        with contextlib.suppress(ImportError):
            listen_to_databases()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins. Its name is that of the JUnit report."""
        *folders, name = mangle_test_address(nodeid)
        self._test = f"{'.'.join(folders)}::{name}"

    def pytest_sessionfinish(self) -> None:
        """Write the record."""
        self._path.write_text(json.dumps(self._exchanges), encoding="ascii")

    def _listen_to_apps(self) -> None:
        from fastapi import FastAPI

        make, answer = FastAPI.__init__, FastAPI.__call__

        def remember(app: FastAPI, *arguments: Any, **options: Any) -> None:
            make(app, *arguments, **options)
            if is_called_from(PACKAGE):
                self._graded.add(app)

        async def record(app: FastAPI, scope: Any, receive: Any, send: Any) -> None:
            path = scope.get("path", "")
            is_asked = scope["type"] == "http" and path.startswith(API) and app in self._graded
            if not is_asked or CURRENT.get():
                await answer(app, scope, receive, send)
                return
            exchange = Exchange(
                f"{scope['method']} {path}?{scope.get('query_string')}", parts_of(app)
            )
            self._exchanges.setdefault(self._test, []).append(exchange.facts)
            await record_answer(exchange, answer(app, scope, receive, recorded(send, exchange)))

        # mypy knows the methods' exact types
        setattr(FastAPI, "__init__", remember)  # noqa: B010
        setattr(FastAPI, "__call__", record)  # noqa: B010


def parts_of(app: Any) -> str:
    """What decides how an app answers, beside the code of its handlers; the same in each copy.

    Pages of documentation are left out: a sound app may have none.
    """
    layers, layer = [], app.middleware_stack
    while layer is not None:
        layers.append(name_of(type(layer)))
        layer = getattr(layer, "app", None)
    handlers = [f"{key} {name_of(each)}" for key, each in app.exception_handlers.items()]
    overrides = [
        f"{name_of(key)} {name_of(each)}" for key, each in app.dependency_overrides.items()
    ]
    return repr((list(routes_of(app.router)), layers, sorted(handlers), sorted(overrides)))


def routes_of(router: Any) -> Iterator[str]:
    """The routes of a router and of those that it includes, in order."""
    for route in router.routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from routes_of(included)
            continue
        name = name_of(getattr(route, "endpoint", route))
        if not name.startswith(DOCUMENTATION):
            methods = sorted(getattr(route, "methods", None) or ())
            yield f"{methods} {getattr(route, 'path', '')} {name}"


def name_of(part: Any) -> str:
    """The module and the name of a function or class, and which file its code is from."""
    code = getattr(part, "__code__", None)
    file = code.co_filename.rpartition("/")[2] if code else ""
    name = getattr(part, "__qualname__", type(part).__qualname__)
    return f"{getattr(part, '__module__', '')}.{name} {file}"


def is_called_from(package: str) -> bool:
    """Whether a module of the package is among the callers of this function's caller."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the only way to the callers
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith(package):
            return True
        frame = frame.f_back
    return False


async def record_answer(exchange: Exchange, answer: Any) -> None:
    """Wait for the answer; what the app raises is a fact."""
    token = CURRENT.set(exchange)
    try:
        await answer
    except BaseException as error:
        exchange.add(f"raised {type(error).__name__}")
        raise
    finally:
        CURRENT.reset(token)


def recorded(send: Any, exchange: Exchange) -> Any:
    """`send`, which keeps what it sends."""

    async def send_and_record(message: dict[str, Any]) -> None:
        exchange.add_message(message)
        await send(message)

    return send_and_record


def listen_to_databases() -> None:
    """Keep the writes and commits of each exchange: sound code may read in another way."""
    from sqlalchemy import Engine, event
    from sqlalchemy.orm import Session

    def statement(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        if match := WRITE.match(text):
            add_to_current(f"{match[1].upper()} {match[2]}")

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Session, "after_commit", lambda _: add_to_current("commit"))


def add_to_current(fact: str) -> None:
    """Keep a fact about the exchange that is being answered, if one is."""
    if exchange := CURRENT.get():
        exchange.add(fact)
