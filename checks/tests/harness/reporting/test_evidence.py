"""Which request and which process's log are the evidence of a failure."""

from types import SimpleNamespace
from typing import Any

import pytest

from checks.harness.app import passed_breakpoints
from checks.harness.reporting.evidence import Evidence
from checks.harness.reporting.printed_in_passing import PrintedReader
from checks.results.model import Exchange

PATHS = ["/api/v2/events/?page_size=100", "/api/v2/events/7", "/api/v2/events/7/statistics"]


class Process:
    """A process whose log grows."""

    def __init__(self, name: str, log: str) -> None:
        self.socket, self.text = name, log
        self.pid = sum(map(ord, name))

    def log(self, since: int) -> str:
        return self.text[since:]

    def log_size(self) -> int:
        return len(self.text)


def client(process: Process, *paths: str) -> Any:
    exchanges = [Exchange("GET", path, "", 200, "", at=n) for n, path in enumerate(paths)]
    return SimpleNamespace(process=process, exchanges=exchanges)


def evidence_with(app: Process, *clients: Any) -> Evidence:
    environment: Any = SimpleNamespace(started_app=app)
    evidence = Evidence(environment, log_offset=app.log_size())
    for each in clients:
        evidence.add_client(each)
    return evidence


@pytest.mark.parametrize(
    ("message", "path"),
    [
        ("GET /api/v2/events/{event_id}", PATHS[1]),
        ("GET /api/v2/events/{event_id}: as in the list", PATHS[1]),
        ("GET /api/v2/events/7.", PATHS[1]),
        ("GET /api/v2/events/?page_size=100", PATHS[0]),
        ("GET /api/v2/events/{id}/statistics, then GET /api/v2/events/{id}", PATHS[2]),
        ("POST /api/v2/events/", PATHS[2]),
    ],
)
def test_the_last_request_that_the_message_names_is_shown(message: str, path: str) -> None:
    app = Process("app", "")
    evidence = evidence_with(app, client(app, *PATHS))

    exchange = evidence.exchange_of(message)

    assert exchange is not None
    assert exchange.path == path


def test_the_log_is_that_of_the_process_that_was_asked() -> None:
    app, further = Process("app", "before "), Process("app-1", "earlier test ")
    evidence = evidence_with(app, client(app, "/one"), client(further, "/two"))
    app.text += "Traceback of the app"
    further.text += "Traceback of the further one"

    logs = [evidence.log_of(evidence.exchange_of(f"GET {path}")) for path in ("/one", "/two")]

    assert logs == ["Traceback of the app", "Traceback of the further one"]


def test_without_a_request_it_is_the_app_s_own_log() -> None:
    app = Process("app", "")
    evidence = evidence_with(app)
    app.text = "printed"

    assert evidence.log_of(None) == "printed"


def test_what_is_printed_while_tests_pass_is_read_once_from_the_start_of_a_process() -> None:
    app, other = Process("app", "at import\n"), Process("other", "")
    evidence = evidence_with(app, client(other, PATHS[0]))
    reader = PrintedReader()
    app.text += '{"event": "request"}\nin a route\n'
    other.text = "elsewhere\n"

    said = [reader.new_lines(evidence) for _ in range(2)]

    assert said == [("at import", "in a route", "elsewhere"), ()]


def test_of_a_command_the_breakpoints_are_told() -> None:
    said = "breakpoint in app/cli.py:3: passed over, a test run has no terminal; run it by hand"
    passed_breakpoints.note(f"a warning\n{said}\n{said}\n")
    reader = PrintedReader()

    told = [reader.new_lines(Evidence()) for _ in range(2)]

    assert told == [(said,), ()]
