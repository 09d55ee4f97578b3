"""The pytest plugin: records verdicts from outside, and reports failures.

It does nothing in a run that holds no exercise tests (`exercises/test_*.py` of a day).
It asserts nothing, so PYTEST_DONT_REWRITE: a zygote has already imported it.
"""

import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from checks import services
from checks.errors import CourseError
from checks.harness.app import tmpfs
from checks.harness.artefacts import deployment, docker_engine
from checks.harness.doubles import sentry
from checks.harness.fixtures import (
    api,
    background,
    collected_session,
    databases,
    deployment_files,
    empty_database,
    empty_schema,
    environments,
    external_session,
    graphql_clients,
    isolation,
    limited_reading,
    live_races,
    live_sockets,
    metrics_processes,
    migrations,
    operations,
    options,
    server,
    sharding,
    suite_runner,
    users,
)
from checks.harness.fixtures.judgement import judged
from checks.harness.fixtures.process_limits import limit_memory
from checks.harness.reporting import failure_report, pauses, summary
from checks.harness.reporting.evidence import EVIDENCE
from checks.harness.reporting.printed_in_passing import PrintedReader
from checks.harness.reporting.record import Recorder, short_name, task_of, unselected_tests
from checks.programs import discard_variables
from checks.results.gates import blocked_by
from checks.results.model import Verdict
from checks.sandbox import privileges

IS_PARTIAL: pytest.StashKey[bool] = pytest.StashKey()
RECORDER: pytest.StashKey[Recorder] = pytest.StashKey()
PRINTED: pytest.StashKey[PrintedReader] = pytest.StashKey()
FIXTURE_MODULES = (
    *(environments, api, server, databases, empty_database, empty_schema, migrations, users),
    *(background, suite_runner, deployment_files, operations, docker_engine, deployment, sentry),
    *(limited_reading, live_sockets, live_races, graphql_clients, metrics_processes),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run of exercise tests."""
    options.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the fixtures."""
    options.reject_bad_limits()
    config.addinivalue_line("markers", "gate: later tests of the file need this one to pass")
    config.addinivalue_line("markers", "whole: one process runs all tests of this file")
    config.addinivalue_line("markers", "rows(*params): share rows with tests of the same values")
    for module in FIXTURE_MODULES:
        config.pluginmanager.register(module, module.__name__)
    _prepare_run(config)


def _prepare_run(config: pytest.Config) -> None:
    """What depends on the options of one run; before it nothing of a tree was read."""
    config.stash[RECORDER] = Recorder(
        config.getoption("--results"), config.getoption("--other-results") or ()
    )
    config.stash[PRINTED] = PrintedReader()
    if config.getoption("--contained"):
        discard_variables()
        with suppress(CourseError):  # the environment reports it
            services.ensure()  # the servers outlive this run, so they are started outside its tmpfs
        tmpfs.unshare()
        limit_memory()
        privileges.drop(*config.stash[RECORDER].create_files())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop every app and drop every database, whatever ended the run."""
    environments.close_environments(config)
    external_session.end(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Plan the run, unless each fork of this session plans its own."""
    if not session.config.getoption("--fork-server"):
        _plan(session)


def _plan(session: pytest.Session) -> None:
    """Record the planned tests: a test without a verdict has not passed.

    Raises pytest.UsageError when this Python leaves out assertions.
    """
    config, recorder = session.config, session.config.stash[RECORDER]
    if names := config.getoption("--only"):
        session.items[:] = [item for item in session.items if short_name(item) in names]
    if part := (config.getoption("--matching") or "").lower():
        session.items[:] = [item for item in session.items if part in short_name(item).lower()]
    planned = [item for item in session.items if task_of(item.path)]
    if planned:
        isolation.isolate_process()
    recorder.plan(planned)
    for item in planned:  # the failure report takes its place, and it costs as much as a test
        item.repr_failure = lambda *_: ""  # type: ignore[method-assign]
    if config.stash.get(IS_PARTIAL, False) or options.names_tests(config):
        recorder.record_unselected(unselected_tests(planned))
    if planned and config.getoption("--base-url") and not config.option.collectonly:
        external_session.begin(config)
    number, total = sharding.shard_of(config.getoption("--shard"))
    session.items[:] = sharding.select_shard(session.items, number, total)


def _prepare_fork(session: pytest.Session) -> None:
    _prepare_run(session.config)
    _plan(session)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Wait for the start. The process that began this one may be gone, or not need it any more."""
    if server := session.config.getoption("--fork-server"):
        if not session.testsfailed:
            collected_session.serve(session, Path(server), _prepare_fork)
        pytest.exit("nobody asks for runs any more", returncode=0)
    fifo = session.config.getoption("--start-fifo")
    if fifo and not sharding.wait_for_start(Path(fifo)):
        pytest.exit("nobody waits for these verdicts", returncode=0)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """With `-k` and its like only a part of some files runs."""
    for item in items[:1]:
        item.config.stash[IS_PARTIAL] = True


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Record the end, and put a person's rows back, also after Ctrl-C."""
    session.config.stash[RECORDER].record_end()
    external_session.end(session.config)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Block a test after a gate that did not pass: it could only pass by accident."""
    recorder = item.config.stash[RECORDER]
    if task_of(item.path):
        pauses.note_start(item)
        recorder.record_start(item)
    if task_of(item.path) and not item.get_closest_marker("gate"):
        gate = recorder.failed_gate_before(item)
        if gate:
            pytest.skip(blocked_by(gate))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Note the timestamp from which requests are the test's own, not its fixtures'."""
    if EVIDENCE in item.stash:
        item.stash[EVIDENCE].called_at = time.time()


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> None:
    """Note what a comparison expected and got; what pytest says of it stays."""
    failure_report.note_comparison(config, op, left, right)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the outcome into a verdict and, on failure, replace the traceback by the report."""
    outcome = yield
    if not task_of(item.path):
        return outcome
    recorder = item.config.stash[RECORDER]
    error = call.excinfo.value if call.excinfo else None
    external_session.stop_if_unreachable(item, error)
    if outcome.failed and error is not None:
        verdict, cause = judged(item, call, error)
        outcome.longrepr = failure_report.format_failure(cause, verdict, item)
        recorder.record_verdict(item, verdict, outcome.duration, cause)
    elif outcome.skipped:
        recorder.record_skip(item, str(error))
    elif call.when == "call":
        recorder.record_verdict(item, Verdict.PASS, outcome.duration, None)
        _record_printed(item)
    return outcome


def _record_printed(item: pytest.Item) -> None:
    """Write down what the app has printed in a test that passes."""
    evidence, reader = item.stash.get(EVIDENCE, None), item.config.stash[PRINTED]
    if evidence is not None and (lines := reader.new_lines(evidence)):
        item.config.stash[RECORDER].record_printed(item, lines)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Group the verdicts by task and name the next step."""
    summary.write(terminalreporter, config.stash[RECORDER])
    external_session.write(terminalreporter, config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Name the tree or the server under test when it is not the learner's own folder."""
    subjects = {"tree": config.getoption("--tree"), "server": config.getoption("--base-url")}
    return [f"eventure {name}: {value}" for name, value in subjects.items() if value]
