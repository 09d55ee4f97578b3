"""The record has the requests to the app that is graded, and no others."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from checks.harness.suites.exchange_record import read_exchanges
from checks.harness.suites.request_recorder import RequestRecorder
from checks.sandbox.learner_files import LearnerFolder

FACTORY = "from fastapi import FastAPI\ndef create_app(): return FastAPI()"


def made_in(module: str) -> FastAPI:
    """An app that a function of this module has made."""
    names: dict[str, object] = {"__name__": module}
    exec(FACTORY, names)  # noqa: S102 - the text is above
    app = names["create_app"]()  # type: ignore[operator]  # the function of the text
    assert isinstance(app, FastAPI)
    return app


def test_an_app_that_the_suite_has_made_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for method in ("__init__", "__call__"):
        monkeypatch.setattr(FastAPI, method, getattr(FastAPI, method))
    recorder = RequestRecorder(str(tmp_path / "record.json"))
    recorder._listen_to_apps()
    for name, module in {"t.py::graded": "app.main", "t.py::toy": "tests.test_events"}.items():
        recorder.pytest_runtest_logstart(name)
        TestClient(made_in(module)).get("/api/events/")

    recorder.pytest_sessionfinish()

    assert list(read_exchanges(LearnerFolder(tmp_path), "record.json")) == ["t::graded"]
