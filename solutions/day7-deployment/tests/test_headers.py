# region task 7.8
"""What browsers are told, whatever the answer is."""

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.core.config import Settings
from app.main import create_app


@pytest.fixture
def current() -> Settings:
    """Of this environment: these tests run on any conftest.py."""
    return Settings()


FRONT = "https://front.example"


@pytest.fixture
def browser(current: Settings) -> TestClient:
    """A client over https of an app that one page may read."""
    allowed = current.model_copy(update={"backend_cors_origins": [FRONT]})
    return TestClient(create_app(allowed), base_url="https://localhost")


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/auth/me", "/nowhere"])
def test_a_page_of_the_list_may_read_whatever_comes(browser: TestClient, path: str) -> None:
    headers = browser.get(path, headers={"Origin": FRONT}).headers

    assert headers["Access-Control-Allow-Origin"] == FRONT
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"]


@pytest.mark.parametrize("origin", ["https://front.example.evil", "http://front.example", "null"])
def test_no_other_page_may(browser: TestClient, origin: str) -> None:
    headers = browser.get("/api/v1", headers={"Origin": origin}).headers

    assert "Access-Control-Allow-Origin" not in headers


def test_what_has_tokens_is_not_stored(browser: TestClient) -> None:
    assert browser.get("/api/v1/auth/me").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in browser.get("/api/v1").headers


@pytest.mark.parametrize("listed", ["*", "https://front.example/", "front.example", "null"])
def test_an_origin_is_a_scheme_and_a_host(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setenv("BACKEND_CORS_ORIGINS", listed)

    with pytest.raises(ValidationError, match="is no origin"):
        Settings()


# endregion
