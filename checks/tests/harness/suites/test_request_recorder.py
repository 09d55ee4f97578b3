"""The record has the requests to the app that is graded, and no others."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from checks.harness.suites.exchange_record import read_exchanges
from checks.harness.suites.request_recorder import RequestRecorder
from checks.sandbox.learner_files import LearnerFolder


def test_an_app_that_the_suite_has_made_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded, toy = FastAPI(), FastAPI()
    monkeypatch.setitem(sys.modules, "app.main", SimpleNamespace(app=graded))
    monkeypatch.setattr(FastAPI, "__call__", FastAPI.__call__)
    recorder = RequestRecorder(str(tmp_path / "record.json"))
    recorder._listen_to_apps()
    for name, app in {"t.py::graded": graded, "t.py::toy": toy}.items():
        recorder.pytest_runtest_logstart(name)
        TestClient(app).get("/api/events/")

    recorder.pytest_sessionfinish()

    assert list(read_exchanges(LearnerFolder(tmp_path), "record.json")) == ["t::graded"]
