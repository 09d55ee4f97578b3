"""The pytest plugin: collects verdicts from outside and tells the story of a failure.

It does nothing in a run that holds no exercise tests (`exercises/test_*.py` of a day).
It asserts nothing, so PYTEST_DONT_REWRITE: a zygote has it in memory already.
"""

import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from checks import services
from checks.errors import CourseError
from checks.harness.app import tmpfs
from checks.harness.artefacts import deployed, docker_engine
from checks.harness.doubles import sentry
from checks.harness.errors import HarnessError
from checks.harness.fixtures import (
    api,
    background,
    databases,
    deployment,
    empty_database,
    empty_schema,
    environments,
    external_session,
    server,
    sharding,
    suite_runner,
    users,
)
from checks.harness.reporting import failure_report, summary
from checks.harness.reporting.evidence import EVIDENCE
from checks.harness.reporting.record import Recorder, left_out_of, task_of
from checks.results.gates import blocked_by
from checks.results.model import Verdict

SELECTED: pytest.StashKey[bool] = pytest.StashKey()
RECORDER: pytest.StashKey[Recorder] = pytest.StashKey()
FIXTURE_MODULES = (
    *(
        environments,
        api,
        server,
        databases,
        empty_database,
        empty_schema,
        users,
        background,
        suite_runner,
    ),
    *(deployment, docker_engine, deployed, sentry),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run of exercise tests."""
    group = parser.getgroup("eventure", "Eventure exercises")
    group.addoption("--tree", help="test this folder instead of the day folder of the tests")
    group.addoption("--base-url", help="test a server that somebody started, at this URL")
    group.addoption(
        "--may-empty",
        action="store_true",
        help="with --base-url: rows on another machine may be set aside for the run",
    )
    group.addoption("--contained", action="store_true", help="run the app in the sandbox")
    group.addoption("--shard", help="run a share of the tests, such as 1/2")
    group.addoption(
        "--other-results", action="append", help="the --results of another share's process"
    )
    group.addoption("--start-fifo", help="begin when something comes by this FIFO")
    group.addoption("--results", help="write the verdicts to this file, a JSON line each")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the fixtures."""
    config.addinivalue_line("markers", "gate: later tests of the file need this one to pass")
    config.addinivalue_line("markers", "whole: one process runs all tests of this file")
    config.addinivalue_line("markers", "rows(*params): share rows with tests of the same values")
    for module in FIXTURE_MODULES:
        config.pluginmanager.register(module, module.__name__)
    config.stash[RECORDER] = Recorder(
        config.getoption("--results"), config.getoption("--other-results") or ()
    )
    if config.getoption("--contained"):
        with suppress(CourseError):  # the stage will say it
            services.ensure()  # what it starts outlives this run, so it does not live in its rooms
        tmpfs.enter()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop every app and drop every database, whatever ended the run."""
    environments.close_environments(config)
    external_session.end(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write down what is planned: a test without a verdict has not passed."""
    recorder = session.config.stash[RECORDER]
    planned = [item for item in session.items if task_of(item.path)]
    recorder.plan(planned)
    config = session.config
    if config.stash.get(SELECTED, False) or _selects(config):
        recorder.leave_out(left_out_of(planned))
    if planned and config.getoption("--base-url") and not config.option.collectonly:
        external_session.begin(config)
    session.items[:] = sharding.own(session.items, *sharding.shard_of(config.getoption("--shard")))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Wait at the starting line. Who has begun us may be gone, or not want us any more."""
    line = session.config.getoption("--start-fifo")
    if line and not sharding.let_off(Path(line)):
        pytest.exit("nobody waits for these verdicts", returncode=0)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """`-k` and its like: only a part of some files is going to run."""
    for item in items[:1]:
        item.config.stash[SELECTED] = True


def _selects(config: pytest.Config) -> bool:
    """Whether the command names tests instead of files."""
    return bool(config.getoption("lf", False)) or any("::" in each for each in config.args)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """All is judged. A person's rows come back, also after Ctrl-C."""
    session.config.stash[RECORDER].end()
    external_session.end(session.config)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test behind a gate that did not pass is blocked: it could only pass by accident."""
    recorder = item.config.stash[RECORDER]
    if task_of(item.path) and not item.get_closest_marker("gate"):
        shut = recorder.shut_gate(item)
        if shut:
            pytest.skip(blocked_by(shut))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """From here on requests are the test's own, not its fixtures'."""
    if EVIDENCE in item.stash:
        item.stash[EVIDENCE].acted = time.time()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the outcome into a verdict and, on failure, replace the traceback by the story."""
    outcome = yield
    if not task_of(item.path):
        return outcome
    recorder = item.config.stash[RECORDER]
    error = call.excinfo.value if call.excinfo else None
    external_session.stop_if_gone(item, error)
    if outcome.failed and error is not None:
        cause = failure_report.cause_of(error, item)
        verdict = verdict_of(error, acting=call.when == "call" or _answered(item, error))
        if gone := environments.outage(item.config):
            verdict, cause = gone.verdict, replace(cause, message=str(gone))
        outcome.longrepr = failure_report.story(cause, verdict, item)
        recorder.verdict(item, verdict, outcome.duration, cause)
    elif outcome.skipped:
        recorder.blocked(item, str(error))
    elif call.when == "call":
        recorder.verdict(item, Verdict.PASS, outcome.duration, None)
    return outcome


def verdict_of(error: BaseException, *, acting: bool) -> Verdict:
    """A wrong answer fails; a body of another shape than asked is a wrong answer too.

    Unless the test is `acting` on the app, only what the harness expects of the app can be its
    fault; anything else there is ours.
    """
    if isinstance(error, HarnessError):
        return error.verdict
    if not acting and not isinstance(error, AssertionError):
        return Verdict.INFRA_ERROR
    if isinstance(error, (AssertionError, *failure_report.SHAPE_ERRORS)):
        return Verdict.FAIL
    return Verdict.ERROR


def _answered(item: pytest.Item, error: BaseException) -> bool:
    """Whether fixtures have had answers of the app: an error may be what it made of them then.

    Not one that says that a service cannot be had; the server names no SQLSTATE for that.
    """
    unreached = isinstance(error, psycopg.OperationalError) and error.sqlstate is None
    if unreached or isinstance(error, CourseError):
        return False
    return EVIDENCE in item.stash and bool(item.stash[EVIDENCE].exchanges())


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Group the verdicts by task and name the next step."""
    summary.write(terminalreporter, config.stash[RECORDER])
    external_session.write(terminalreporter, config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say on what the tests run, when it is not the learner's own folder."""
    words = {"tree": config.getoption("--tree"), "server": config.getoption("--base-url")}
    return [f"eventure {name}: {value}" for name, value in words.items() if value]
