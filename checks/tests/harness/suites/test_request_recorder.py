"""The record has the requests to the app that is graded, and no others."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.testclient import TestClient

from checks.harness.suites.exchange_record import read_exchanges
from checks.harness.suites.request_recorder import CONDITION, RequestRecorder
from checks.sandbox.learner_files import LearnerFolder

FACTORY = "from fastapi import FastAPI\ndef create_app(): return FastAPI()"


def made_in(module: str) -> FastAPI:
    """An app that a function of this module has made."""
    names: dict[str, object] = {"__name__": module}
    exec(FACTORY, names)  # noqa: S102 - the text is above
    app = names["create_app"]()  # type: ignore[operator]  # the function of the text
    assert isinstance(app, FastAPI)
    return app


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RequestRecorder:
    """Records the apps of this test, and writes to record.json."""
    for method in ("__init__", "__call__"):
        monkeypatch.setattr(FastAPI, method, getattr(FastAPI, method))
    recorder = RequestRecorder(str(tmp_path / "record.json"))
    recorder._listen_to_apps()
    return recorder


def test_an_app_that_the_suite_has_made_is_not_recorded(
    tmp_path: Path, recorder: RequestRecorder
) -> None:
    for name, module in {"t.py::graded": "app.main", "t.py::toy": "tests.test_events"}.items():
        recorder.pytest_runtest_logstart(name)
        TestClient(made_in(module)).get("/api/events/")

    recorder.pytest_sessionfinish()

    assert list(read_exchanges(LearnerFolder(tmp_path), "record.json")) == ["t::graded"]


async def nothing() -> None:
    """A dependency, a handler or a route of a suite's own."""


@pytest.mark.parametrize(
    "change",
    [
        lambda app: app.router.routes.clear(),
        lambda app: app.router.routes.pop(),
        lambda app: app.add_api_route("/{path:path}", nothing),
        lambda app: app.add_middleware(GZipMiddleware),
        lambda app: app.add_exception_handler(500, nothing),
        lambda app: app.dependency_overrides.update({nothing: nothing}),
    ],
    ids=["routes", "a router", "a route", "middleware", "an error handler", "an override"],
)
def test_a_change_of_the_app_is_a_condition(
    tmp_path: Path, recorder: RequestRecorder, change: Callable[[FastAPI], object]
) -> None:
    for name in ("as it is", "again", "changed"):
        app = made_in("app.main")
        router = APIRouter()
        router.get("/events/")(nothing)
        app.include_router(router, prefix="/api")
        if name == "changed":
            change(app)
        recorder.pytest_runtest_logstart(f"t.py::{name}")
        with TestClient(app) as client:
            client.get("/api/events/")
    recorder.pytest_sessionfinish()

    record = read_exchanges(LearnerFolder(tmp_path), "record.json")
    first, second, changed = (
        {fact for fact in exchanges[0] if fact.startswith(CONDITION)}
        for exchanges in record.values()
    )
    assert first == second != changed
