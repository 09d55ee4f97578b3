"""The results that `checks verify` has seen already, by the key of their run (`run_key`).

Only a result that was as expected at the first try is kept: a run that failed a claim is run
again.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, local

import platformdirs

from checks.authoring.claims import Fault
from checks.authoring.kept_results import KeptResults
from checks.authoring.run_key import RunKeys
from checks.results.model import Results, Verdict
from checks.runner.collected import CollectedSessions
from checks.runner.run import RunRequest, run

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
        # what other people's servers are, nobody knows
        self._kept = None if servers or folder is None else KeptResults(folder, anew)
        self._retries = retry
        self.remembered = 0
        self.unsteady: dict[str, Fault] = {}
        self._of_thread = local()
        self.cancelled = Event()
        self.sessions: CollectedSessions | None = None

    @property
    def keeps(self) -> bool:
        """Whether a result that is as expected is kept for the next proof."""
        return self._kept is not None and not self._kept.problem

    @property
    def problem(self) -> str:
        """Why nothing more is kept, in a sentence; "" for no reason."""
        return self._kept.problem if self._kept else ""

    def run(self, request: RunRequest, faults: Callable[[Results], Sequence[Fault]]) -> Results:
        """The results of a request; those without a fault are kept.

        One that has a fault is run once more, and what is seen then counts. Raises Cancelled.
        """
        key = self._keys.key(request)
        asked = [task.id for task in request.tasks]
        cached = self._kept.read(key, asked) if self._kept else None
        results = cached or self._run(request)
        if wrong := faults(results):
            return self._retry(request, wrong, faults) if self._retries else results
        if cached:
            self.remembered += 1
        elif (
            self._kept
            and _is_complete(results, engine=request.engine)
            and key == self._keys.key(request)  # no edit meanwhile
            and not self._keys.checker_changed()
        ):
            self._kept.keep(key, results)
        return results

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
        if self._kept:
            self._kept.finish()


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
