"""Run a day's exercise tests on a tree and fold the verdicts into `Results`.

The tests run in a process of their own that never imports what it tests. That process is ours,
so its records are believed; a test that it planned and never judged is `infra_error`, or
`timeout` when the learner's processes have used up the budget of the run.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import IO

from checks.errors import CourseError
from checks.results.model import Results
from checks.results.printed import printed_in_passing
from checks.results.records import Listener, merge_records, watch_records
from checks.runner.budget import Overrun
from checks.runner.collected import CollectedSessions
from checks.runner.inherited_limits import require_limits
from checks.runner.processes import (
    Cancelled,
    OutOfBudget,
    Process,
    PytestProcess,
    fork_session,
    processes,
    start_pytest,
    wait,
)
from checks.runner.request import (
    RunRequest,
    pytest_arguments,
    run_options,
    run_request,
    variables_of,
)
from checks.sandbox import bubblewrap
from checks.sandbox.shared_temp import require_shared_temp
from checks.sandbox.stale_folders import sweep_once
from checks.services.temporary_folders import temporary_folder
from checks.workspace.overlay import write_overlay

__all__ = ["Cancelled", "RunRequest", "StartedRun", "run", "run_request", "started_run"]

EXIT_NO_TESTS = 5  # how pytest ends that has run no test


class StartedRun:
    """A run whose processes are there; they may wait at their starting line still."""

    def __init__(self, request: RunRequest, started: Sequence[PytestProcess]) -> None:
        self.request = request
        self._processes = started
        self._files = [process.results for process in started]

    @property
    def waits(self) -> bool:
        """Whether none of its processes has ended by itself."""
        return all(process.process.poll() is None for process in self._processes)

    def results(self, cancelled: Event | None = None, listener: Listener | None = None) -> Results:
        """Let it off and judge; `listener` hears of verdicts before the processes have ended.

        Raises Cancelled soon after `cancelled` is set.
        """
        request = self.request
        poll = watch_records(self._files, self._results, listener) if listener else lambda: None
        for process in self._processes:
            process.start_tests()
        try:
            statuses = wait(self._processes, request.budget, cancelled or Event(), poll)
        except OutOfBudget as error:
            return self._cut_off(error.overrun)
        expected = (
            {0, 1, EXIT_NO_TESTS} if request.processes > 1 else {0, 1}
        )  # one may have none to run
        unexpected = [status for status in statuses if status not in expected]
        return self._results(
            tuple(f"the test process ended with {status}" for status in unexpected)
        )

    def _cut_off(self, overrun: Overrun) -> Results:
        request, note = self.request, f"{overrun.reason}; run one task at a time"
        tasks = merge_records(
            request.tasks,
            self._files,
            note,
            request.lang,
            unjudged=overrun.verdict,
            reason=overrun.reason,
        )
        return Results(request.day.folder, request.contained, tasks, (note,))

    def _results(self, notes: tuple[str, ...] = ()) -> Results:
        request, printed = self.request, "".join(process.printed() for process in self._processes)
        reason = notes[0] if notes else ""
        tasks = merge_records(request.tasks, self._files, printed, request.lang, reason=reason)
        said = printed_in_passing(self._files)
        return Results(request.day.folder, request.contained, tasks, notes, printed=said)


def run(
    request: RunRequest,
    cancelled: Event | None = None,
    listener: Listener | None = None,
    sessions: CollectedSessions | None = None,
) -> Results:
    """Run and judge. Raises CourseError when nothing can be contained as asked, and Cancelled.

    With `sessions` the tests are collected once for all runs of them.
    """
    with started_run(request, sessions=sessions) as started:
        return started.results(cancelled, listener)


@contextmanager
def started_run(
    request: RunRequest, *, prestart: bool = False, sessions: CollectedSessions | None = None
) -> Iterator[StartedRun]:
    """Start the processes of a run, and tidy up when the block ends, whatever has ended it.

    With `prestart` they collect the tests and wait for `results` to let them off: until then they
    have read nothing of the tree that is tested. Raises CourseError for a limit of the shell that
    would end an honest app.
    """
    require_limits()
    sweep_once()
    with (
        temporary_folder("run") as scratch,
        _under_test(request, scratch) as tree,
        processes(
            partial(_start, request, tree, sessions),
            scratch,
            request.processes,
            wait=prestart,
        ) as started,
    ):
        yield StartedRun(request, started)


def _start(
    request: RunRequest,
    tree: Path,
    sessions: CollectedSessions | None,
    own: list[str],
    output: IO[bytes],
) -> Process:
    """One process of a run: a fork of a session that has the tests, else a pytest of its own."""
    words, options = pytest_arguments(request), [*run_options(request, tree), *own]
    variables = variables_of(request)
    if sessions is not None and (server := sessions.socket(words)):
        with suppress(OSError):
            return fork_session(server, options, variables, output)
    return start_pytest([*words, *options], variables, output)


@contextmanager
def _under_test(request: RunRequest, scratch: Path) -> Iterator[Path]:
    """The tree itself; contained, the pristine day with only the learner's files laid over."""
    if not request.contained:
        yield request.tree
        return
    require_shared_temp()
    containment = bubblewrap.probe()
    if containment.kind == "none":
        raise CourseError("Cannot contain the app: " + " ".join(containment.reasons))
    scratch.chmod(0o755)
    tree = scratch / "tree"
    write_overlay(request.tests, request.tree, request.day, tree)
    yield tree
