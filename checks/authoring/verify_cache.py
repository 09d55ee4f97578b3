"""The results that `checks verify` has seen already, by the key of their run (`run_key`).

Only a result that was as expected at the first try is kept: a run that failed a claim is run
again.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from threading import Event, local
from typing import Any

import platformdirs

from checks.authoring.claims import Fault
from checks.authoring.new_proof import PREFIX, NewProof
from checks.authoring.run_key import RunKeys
from checks.errors import CourseError
from checks.files import write_file
from checks.results.model import Results, TaskResult, TestResult, Verdict, cause_from
from checks.runner.collected import CollectedSessions
from checks.runner.run import RunRequest, run

MAX_AGE_SECONDS = 30 * 24 * 3600.0
BROKEN = (Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN)


def default_folder() -> Path:
    """Where proofs are kept: in the user's cache folder, so that all clones share them."""
    return platformdirs.user_cache_path("eventure-workbook", appauthor=False) / "proved"


class VerifyCache:
    """Runs, or remembers. Without a folder nothing is remembered; without `retry`, no second try.

    With `anew`, the words of a command, only results of this proof are believed; one that was
    interrupted goes on where it was. `unsteady` has, by its id, the fault of each claim that held
    only at the second try.
    """

    def __init__(
        self, root: Path, folder: Path | None, *, retry: bool = True, anew: Sequence[str] = ()
    ) -> None:
        servers = {"DATABASE_URL", "REDIS_URL"} & set(os.environ)
        self._keys = RunKeys(root)
        self._folder = None if servers else folder  # what other people's servers are, nobody knows
        self._retries = retry
        self.remembered = 0
        self.unsteady: dict[str, Fault] = {}
        self._of_thread = local()
        self.cancelled = Event()
        self.sessions: CollectedSessions | None = None
        self._proof = NewProof(self._folder, anew) if anew and self._folder else None
        self._evict_stale()

    @property
    def keeps(self) -> bool:
        """Whether a result that is as expected is kept for the next proof."""
        return self._folder is not None

    def run(self, request: RunRequest, faults: Callable[[Results], Sequence[Fault]]) -> Results:
        """The results of a request; those without a fault are kept.

        One that has a fault is run once more, and what is seen then counts. Raises Cancelled.
        """
        file = self._folder / f"{self._keys.key(request)}.json" if self._folder else None
        cached = self._read(file, request) if file else None
        results = cached or self._run(request)
        if wrong := faults(results):
            return self._retry(request, wrong, faults) if self._retries else results
        if cached:
            self.remembered += 1
        elif (
            file
            and _is_complete(results, engine=request.engine)
            and file.stem == self._keys.key(request)  # no edit meanwhile
            and not self._keys.checker_changed()
        ):
            file.parent.mkdir(parents=True, exist_ok=True)
            entry = {"proof": self._proof.id if self._proof else "", **asdict(results)}
            write_file(file, json.dumps(entry).encode())
        return results

    def _read(self, file: Path, request: RunRequest) -> Results | None:
        """What was kept of this request; None for nothing, and for what cannot be believed."""
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            if self._proof and data["proof"] != self._proof.id:
                return None
            with contextlib.suppress(OSError):  # a folder that is only read
                os.utime(file)
            tasks = tuple(_task(task) for task in data["tasks"])
            results = Results(data["day"], data["contained"], tasks, tuple(data["notes"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, CourseError):
            return None
        except RecursionError:  # json's, of a damaged file
            return None
        asked = [task.id for task in request.tasks]
        is_whole = all(task.tests or task.verdict is Verdict.SKIPPED for task in tasks)
        return results if is_whole and [task.id for task in tasks] == asked else None

    def _retry(
        self,
        request: RunRequest,
        first_faults: Sequence[Fault],
        faults: Callable[[Results], Sequence[Fault]],
    ) -> Results:
        """The second try, with all tests: a failure may need those before.

        What it has no fault of any more is unsteady, and nothing is kept.
        """
        results = self._run(replace(request, names=()))
        remaining = {fault.id for fault in faults(results)}
        for fault in first_faults:
            if fault.id not in remaining:
                self.unsteady.setdefault(fault.id, fault)
                self._of_thread.unsteady = [*self._unsteady_here(), fault]
        return results

    def take_unsteady(self) -> list[Fault]:
        """What has become unsteady in this thread since it last asked: a claim has one thread."""
        taken, self._of_thread.unsteady = self._unsteady_here(), []
        return taken

    def _unsteady_here(self) -> list[Fault]:
        return getattr(self._of_thread, "unsteady", [])

    def _run(self, request: RunRequest) -> Results:
        return run(request, self.cancelled, sessions=self.sessions)

    def finish(self) -> None:
        """The proof has come to its end: the same command believes nothing of it."""
        if self._proof:
            self._proof.finish()

    def _evict_stale(self) -> None:
        """Delete what no run has asked for in a month."""
        kept = self._folder.glob if self._folder else lambda _: ()
        for file in (*kept("*.json"), *kept(f"{PREFIX}*")):
            with contextlib.suppress(FileNotFoundError):  # another proof was quicker
                if time.time() - file.stat().st_mtime > MAX_AGE_SECONDS:
                    file.unlink()


def _is_complete(results: Results, *, engine: bool) -> bool:
    """Whether every test was judged: a run that broke says nothing about the exercise.

    Nor does one that this machine skips as a whole, or one on a Docker engine that lacks an image.
    """
    if all(task.verdict is Verdict.SKIPPED for task in results.tasks):
        return False
    if engine and any(task.skipped for task in results.tasks):
        return False
    judged = [test.verdict for task in results.tasks for test in task.tests]
    return not results.notes and not any(verdict in BROKEN for verdict in judged)


def _task(data: dict[str, Any]) -> TaskResult:
    tests = tuple(
        TestResult(
            test["task"],
            test["name"],
            Verdict(test["verdict"]),
            test["seconds"],
            cause_from(test["cause"]),
        )
        for test in data["tests"]
    )
    return TaskResult(**{**data, "tests": tests})
