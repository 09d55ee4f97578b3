# region task 7.5
"""Alive and ready: what each asks, and that neither waits for long."""

import threading

import anyio
import pytest
from fastapi.testclient import TestClient
from redis import RedisError

from app.core.config import Settings
from app.main import create_app
from app.services import health_service
from app.services.health_service import Health, Probe, ask_redis


@pytest.fixture
def current() -> Settings:
    """Of this environment: these tests run on any conftest.py."""
    return Settings()


def test_both_are_well(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").json()["checks"]["database"] == "ok"


def test_what_is_missing_is_named_and_not_described(current: Settings) -> None:
    changes = {"database_url": "sqlite:////nowhere/at/all.db", "redis_url": "redis://127.0.0.1:1"}

    with TestClient(create_app(current.model_copy(update=changes))) as client:
        answer = client.get("/health/ready")
        alive = client.get("/health/live")

    assert answer.status_code == 503
    checks = {"database": "down", "redis": "down"}
    assert answer.json() == {"status": "down", "checks": checks}
    assert alive.status_code == 200


def test_without_a_redis_none_is_asked(current: Settings) -> None:
    health = Health(current.model_copy(update={"redis_url": None}))

    assert [probe.name for probe in health.probes] == ["database"]


def test_a_redis_that_is_away_is_an_error() -> None:
    with pytest.raises(RedisError):
        ask_redis("redis://127.0.0.1:1/0")()


def test_a_question_that_hangs_is_asked_once_and_answered_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health_service, "PATIENCE", 0.05)
    goes_on, asked = threading.Event(), []

    def question() -> None:
        asked.append("once")
        goes_on.wait(10)

    async def ask() -> list[bool]:
        probe = Probe("a slow thing", question)
        found = [await probe.is_up(), await probe.is_up()]
        assert asked == ["once"]
        goes_on.set()
        monkeypatch.setattr(health_service, "PATIENCE", 10)
        return [*found, await probe.is_up()]

    assert anyio.run(ask) == [False, False, True]


# endregion
