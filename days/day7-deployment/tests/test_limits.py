"""What stands at the door: the limit on attempts, and what errors may tell."""

import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.errors import add_error_handlers
from app.core.errors import TooManyRequests
from app.core.rate_limit import RateLimiter


class TestRateLimiter:
    def test_each_client_has_a_budget(self) -> None:
        limiter = RateLimiter("login", "2/minute", redis_url=None)
        for _ in range(2):
            limiter.attempt("192.0.2.1")

        with pytest.raises(TooManyRequests) as refused:
            limiter.attempt("192.0.2.1")

        assert 1 <= refused.value.retry_after <= 60
        limiter.attempt("192.0.2.2")

    def test_a_store_that_is_down_locks_nobody_out_and_is_told_once(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        limiter = RateLimiter("login", "1/minute", redis_url="redis://127.0.0.1:1/0")

        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                limiter.attempt("192.0.2.1")

        assert [record.getMessage()[:20] for record in caplog.records] == ["login is NOT limited"]


class TestErrors:
    @pytest.fixture
    def faulty(self) -> TestClient:
        """An app of two routes, neither of which ends well."""
        app = FastAPI()
        add_error_handlers(app)

        @app.get("/bug")
        def bug() -> None:
            raise ZeroDivisionError("SECRET_KEY=hunter2")

        @app.get("/busy")
        def busy() -> None:
            raise TooManyRequests("Later", retry_after=7)

        return TestClient(app, raise_server_exceptions=False)

    def test_a_bug_keeps_its_traceback_to_itself(self, faulty: TestClient) -> None:
        answer = faulty.get("/bug")

        assert answer.status_code == 500
        assert answer.json()["code"] == "internal_error"
        assert "hunter2" not in answer.text

    def test_a_refusal_says_when_to_come_back(self, faulty: TestClient) -> None:
        answer = faulty.get("/busy")

        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "7"

    def test_the_frameworks_own_look_the_same(self, faulty: TestClient) -> None:
        assert faulty.get("/nowhere").json() == {"detail": "Not Found", "code": "not_found"}
