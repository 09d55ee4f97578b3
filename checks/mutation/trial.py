"""The trial of a mutant: the task's own tests on a tree with the mutant, up to the first failure.

What was seen is remembered by the hash of everything that decides it, as `checks verify` does.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from threading import Event

from checks.authoring.patched_tree import LEFT_OUT
from checks.authoring.run_key import RunKeys
from checks.course.course import Course, Day, Task
from checks.errors import CourseError
from checks.files import write_file
from checks.mutation.mutant import Mutant
from checks.results.model import NO_FAILURE, Results, TestResult, Verdict
from checks.results.records import Listener
from checks.runner.collected import CollectedSessions
from checks.runner.run import Cancelled, RunRequest, run, run_request
from checks.services.temporary_folders import temporary_folder

NO_EVIDENCE = NO_FAILURE | {
    *(Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN, Verdict.BLOCKED),
}
"""Verdicts that kill no mutant: a pass, or a test that the checker could not judge."""


class Outcome(StrEnum):
    """What became of a mutant; `unjudged` is neither killed nor a survivor."""

    KILLED = "killed"
    SURVIVED = "survived"
    UNJUDGED = "unjudged"


@dataclass(frozen=True)
class Judgement:
    """The outcome, and the test that decided it: its name and its words."""

    outcome: Outcome
    test: str = ""
    says: str = ""


class Trials:
    """Runs, or remembers; without a folder nothing is remembered."""

    def __init__(self, course: Course, folder: Path | None, *, reads: bool = True) -> None:
        self._course, self._folder, self._reads = course, folder, reads
        self._keys = RunKeys(course.root)
        self.sessions: CollectedSessions | None = None
        self.cancelled = Event()
        self.remembered = 0

    def of_task(self, day: Day, task: Task) -> "TaskTrials":
        """Raises CourseError when the solution does not pass: then no test tells a mutant."""
        solution = self._course.root / "solutions" / day.folder
        request = run_request(self._course, day, (task,), solution)
        request = replace(request, tests=solution, processes=1)
        return TaskTrials(self, request, self.key(request))

    def key(self, request: RunRequest) -> str:
        """The key of a run of the solution as it is now."""
        return self._keys.key(request)

    def recall(self, key: str) -> Judgement | None:
        if self._folder is None or not self._reads:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError):
            data = json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8"))
            judgement = Judgement(Outcome(data["outcome"]), data["test"], data["says"])
            self.remembered += 1
            return judgement
        return None

    def remember(self, key: str, judgement: Judgement) -> None:
        if self._folder is not None and judgement.outcome is not Outcome.UNJUDGED:
            self._folder.mkdir(parents=True, exist_ok=True)
            entry = json.dumps({"at": time.time(), **asdict(judgement)})
            write_file(self._folder / f"{key}.json", entry.encode())


@dataclass(frozen=True)
class TaskTrials:
    """The trials of one task's mutants; `key` is the key of its solution's run."""

    trials: Trials
    request: RunRequest
    key: str

    def check_solution(self) -> None:
        """Raises CourseError for a solution that its own tests refuse, or that none can judge."""
        judgement = self._recalled_or_seen("solution", self._run_solution)
        task = self.request.tasks[0].id
        if judgement.outcome is Outcome.KILLED:
            raise CourseError(f"{task}: its own solution fails {judgement.test}: {judgement.says}")
        if judgement.outcome is Outcome.UNJUDGED:
            raise CourseError(f"{task}: the tests cannot be run here: {judgement.says}")

    def judge(self, mutant: Mutant) -> Judgement:
        """What the tests say of a mutant. Raises Cancelled."""
        return self._recalled_or_seen(
            f"{mutant.path}\n{mutant.text}", partial(self._run_mutant, mutant)
        )

    def _recalled_or_seen(self, what: str, see: Callable[[], Judgement]) -> Judgement:
        key = hashlib.sha256(f"{self.key}\n{what}".encode()).hexdigest()
        judgement = self.trials.recall(key)
        if judgement is None:
            judgement = see()
            if self.key == self.trials.key(self.request):  # no edit meanwhile
                self.trials.remember(key, judgement)
        return judgement

    def _run_solution(self) -> Judgement:
        return judgement_of(self._run(self.request.tree))

    def _run_mutant(self, mutant: Mutant) -> Judgement:
        with temporary_folder("mutant") as scratch:
            tree = scratch / "tree"
            shutil.copytree(self.request.tree, tree, ignore=LEFT_OUT)
            (tree / mutant.path).write_bytes(mutant.text.encode())
            seen = self._run(tree)
            if isinstance(seen, TestResult) and seen.verdict is Verdict.TIMEOUT:
                seen = self._run(tree)  # on a busy machine one timeout is no fault of the mutant
            return judgement_of(seen)

    def _run(self, tree: Path) -> Results | TestResult:
        """The first test that fails, or the results of a run in which none did."""
        stop, failed = Event(), list[TestResult]()

        def first_failure(test: TestResult) -> None:
            if test.verdict not in NO_EVIDENCE:
                failed.append(test)
                stop.set()

        try:
            return run(
                replace(self.request, tree=tree),
                _EitherEvent(stop, self.trials.cancelled),
                Listener(first_failure, lambda _: None),
                self.trials.sessions,
            )
        except Cancelled:
            if failed:
                return failed[0]
            raise


class _EitherEvent(Event):
    """Set when it, or the other one, is set."""

    def __init__(self, *events: Event) -> None:
        super().__init__()
        self._events = events

    def is_set(self) -> bool:
        return any(event.is_set() for event in self._events)


def judgement_of(seen: Results | TestResult) -> Judgement:
    """Killed by a test that fails; survived when every test that can run here passed."""
    tests = [seen] if isinstance(seen, TestResult) else seen.tasks[0].tests
    decisive = [test for test in tests if test.verdict not in NO_EVIDENCE]
    if decisive:
        return _judgement(Outcome.KILLED, decisive[0])
    unjudged = [test for test in tests if test.verdict not in NO_FAILURE]
    if unjudged:
        return _judgement(Outcome.UNJUDGED, unjudged[0])
    if not any(test.verdict is Verdict.PASS for test in tests):
        return Judgement(Outcome.UNJUDGED, says="no test was run")
    return Judgement(Outcome.SURVIVED)


def _judgement(outcome: Outcome, test: TestResult) -> Judgement:
    return Judgement(outcome, test.name, test.cause.message if test.cause else str(test.verdict))
