# region task 7.10
"""Numbers for whoever has the token, and what an error report is left with."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

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
