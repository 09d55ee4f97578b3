# region task 7.10
"""Numbers for whoever has the token, and what an error report is left with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import BackgroundTasks, FastAPI
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY
from pydantic import SecretStr

from app.api.metrics import count_requests
from app.core.config import Settings
from app.core.error_reports import report_errors, without_values
from app.main import create_app


@pytest.fixture
def current() -> Settings:
    """Of this environment: these tests run on any conftest.py."""
    return Settings()


TOKEN = "token-of-the-scraper"


@pytest.fixture
def client(current: Settings) -> TestClient:
    """An app with a METRICS_TOKEN; none of its requests needs the database."""
    return TestClient(create_app(current.model_copy(update={"metrics_token": SecretStr(TOKEN)})))


def test_a_request_is_counted_by_its_route(client: TestClient) -> None:
    client.get("/api/v1")

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200
    assert 'http_requests_total{method="GET",route="/api/v1",status="200"}' in answer.text


def test_a_process_that_has_written_nothing_yet_is_left_out(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is there and empty for a moment."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    (tmp_path / "counter_4711.db").touch()

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200


COUNTING = """
import sys
from unittest.mock import patch

with patch("os.getpid", lambda: 1), patch("socket.gethostname", lambda: sys.argv[1]):
    from app.core import counters, metrics

    print("ready", flush=True)
    for _ in sys.stdin:
        counters.REPORTS_MADE.inc(10)
        print(metrics.exposition().decode())
"""


def test_processes_with_the_same_number_count_into_files_of_their_own(tmp_path: Path) -> None:
    """As in two containers, where each is process 1; both run before either counts."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    processes = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", COUNTING, host],
            cwd=Path(__file__).parents[1],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for host in ("first", "second_host")
    ]

    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    said = [process.communicate("count\n")[0] for process in processes]

    assert "eventure_reports_made_total 20.0" in said[-1]


def test_a_background_task_is_no_part_of_the_duration(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the library stands still, but for the task: it takes 10 s."""
    now = [1000.0]
    monkeypatch.setattr(
        "prometheus_fastapi_instrumentator.middleware.default_timer", lambda: now[0]
    )
    app = FastAPI()

    @app.get("/with-a-task")
    def answer(tasks: BackgroundTasks) -> None:
        now[0] += 0.25
        tasks.add_task(lambda: now.append(now.pop() + 10))

    count_requests(app)
    TestClient(app).get("/with-a-task")

    labels = {"method": "GET", "route": "/with-a-task"}
    assert REGISTRY.get_sample_value("http_request_duration_seconds_sum", labels) == 0.25


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_without_the_token_there_are_no_numbers(
    client: TestClient, headers: dict[str, str]
) -> None:
    answer = client.get("/metrics", headers=headers)

    assert answer.status_code == 401
    assert "http_requests_total" not in answer.text


def test_a_report_keeps_the_first_line_of_an_error() -> None:
    said = "duplicate key\nDETAIL: Key (email)=(a@example.com) already exists."

    event = without_values({"exception": {"values": [{"value": said}]}}, {})

    assert event["exception"]["values"] == [{"value": "duplicate key"}]


def test_without_a_dsn_nothing_is_set_up(current: Settings) -> None:
    assert current.sentry_dsn is None
    report_errors(current)


# endregion
