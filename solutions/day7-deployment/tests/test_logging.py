# region task 7.7
"""What a line of the log holds, and what it must not."""

import json
import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.errors import add_error_handlers
from app.api.request_log import RequestLog, UnhandledErrors
from app.core.config import Settings
from app.core.logs import JsonFormatter, configure_logging, request_id


@pytest.fixture
def current() -> Settings:
    """Of this environment: these tests run on any conftest.py."""
    return Settings()


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def logged() -> TestClient:
    """An app of two routes; one of them has a bug."""
    app = FastAPI()
    app.add_middleware(UnhandledErrors)
    app.add_middleware(RequestLog)
    add_error_handlers(app)

    @app.get("/things/{thing_id}/parts/{part_id}")
    def read(thing_id: int, part_id: int) -> None: ...

    @app.get("/bug")
    def bug() -> None:
        raise ZeroDivisionError("hunter2")

    return TestClient(app)


def fields_of(caplog: pytest.LogCaptureFixture) -> dict[str, object]:
    """The fields of the one line about a request."""
    [found] = [record.fields for record in caplog.records if hasattr(record, "fields")]
    assert isinstance(found, dict)
    return found


class TestFormat:
    def test_a_line_break_begins_no_line(self) -> None:
        record = logging.makeLogRecord({"msg": 'a\r\n{"level": "forged"}', "levelname": "INFO"})

        line = JsonFormatter().format(record)

        assert "\n" not in line
        assert json.loads(line)["level"] == "INFO"

    def test_a_traceback_is_in_the_line(self) -> None:
        try:
            raise ZeroDivisionError("by nothing")
        except ZeroDivisionError as error:
            info = (type(error), error, error.__traceback__)
        record = logging.makeLogRecord({"msg": "A bug", "exc_info": info})

        found = json.loads(JsonFormatter().format(record))

        assert "by nothing" in found["exception"]

    def test_the_settings_decide(self, root: logging.Logger, current: Settings) -> None:
        changes = {"log_level": "WARNING", "log_format": "json"}

        configure_logging(current.model_copy(update=changes))

        assert root.level == logging.WARNING
        [handler] = root.handlers
        assert isinstance(handler.formatter, JsonFormatter)
        assert logging.getLogger("uvicorn.access").disabled


class TestRequests:
    def test_the_route_stands_for_the_path(
        self, logged: TestClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO, "app"):
            logged.get("/things/7/parts/7?token=hunter2")

        fields = fields_of(caplog)
        assert fields["route"] == "/things/{thing_id}/parts/{part_id}"
        assert fields["status"] == 200
        assert "hunter2" not in str(fields)

    @pytest.mark.parametrize("chosen", ["a b", "x" * 65, "<script>", ""])
    def test_a_bad_name_is_replaced(self, logged: TestClient, chosen: str) -> None:
        answer = logged.get("/nowhere", headers={"X-Request-ID": chosen})

        assert len(answer.headers["X-Request-ID"]) == 32

    def test_a_bug_is_a_line_and_a_500_with_the_name_of_its_request(
        self, logged: TestClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = logged.get("/bug", headers={"X-Request-ID": "bug-1"})

        assert answer.status_code == 500
        assert answer.headers["X-Request-ID"] == "bug-1"
        assert "hunter2" not in answer.text
        assert "ZeroDivisionError" in caplog.text
        assert request_id.get() is None


# endregion
