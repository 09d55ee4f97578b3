"""The pytest plugin of a run in a browser: the fixtures of task 1.2, the harness's verdicts."""

import time
from collections.abc import Generator

import pytest

from checks.harness.fixtures import users
from checks.harness.reporting import failure_report
from checks.harness.reporting.evidence import EVIDENCE, Evidence
from checks.harness.reporting.record import Recorder, task_of
from checks.harness.reporting.verdicts import app_has_answered, verdict_of
from checks.results.gates import blocked_by
from checks.results.model import Verdict
from checks.site.pyodide.tab.app_under_test import AppUnderTest
from checks.site.pyodide.tab.asgi import TabApi
from checks.site.pyodide.tab.sqlite_database import SqliteDatabase


class TabPlugin:
    """One run of one task's tests against the app of one tree."""

    def __init__(self, under_test: AppUnderTest) -> None:
        self.recorder = Recorder(None)
        self._under_test = under_test

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "gate: later tests of the file need this one to pass")
        config.pluginmanager.register(users, users.__name__)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.recorder.plan(item for item in session.items if task_of(item.path))

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if not item.get_closest_marker("gate") and (gate := self.recorder.failed_gate_before(item)):
            pytest.skip(blocked_by(gate))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        if EVIDENCE in item.stash:
            item.stash[EVIDENCE].called_at = time.time()

    def pytest_assertrepr_compare(
        self, config: pytest.Config, op: str, left: object, right: object
    ) -> None:
        failure_report.note_comparison(config, op, left, right)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        outcome = yield
        error = call.excinfo.value if call.excinfo else None
        if outcome.failed and error is not None:
            acting = call.when == "call" or app_has_answered(item, error)
            verdict = verdict_of(error, acting=acting)
            cause = failure_report.cause_of(error, item)
            self.recorder.record_verdict(item, verdict, outcome.duration, cause)
        elif outcome.skipped:
            self.recorder.record_skip(item, str(error))
        elif call.when == "call":
            self.recorder.record_verdict(item, Verdict.PASS, outcome.duration, None)
        return outcome

    @pytest.fixture
    def evidence(self, request: pytest.FixtureRequest) -> Evidence:
        """Empty tables for one test, and the positions from which its evidence counts."""
        under_test = self._under_test
        under_test.empty_tables()
        evidence = Evidence(
            environment=under_test,  # type: ignore[arg-type]
            log_offset=len(under_test.stream.getvalue()),
            statements_start=len(under_test.statements.sent),
        )
        request.node.stash[EVIDENCE] = evidence
        return evidence

    @pytest.fixture
    def api(self, evidence: Evidence) -> TabApi:
        """A client of the app under test."""
        client = TabApi(self._under_test.app(), self._under_test.stream)
        evidence.apis.append(client)
        return client

    @pytest.fixture
    def database(self, api: TabApi) -> SqliteDatabase:
        """The database of the app under test."""
        return self._under_test.database
