"""Does every exercise still teach: starter fails, solution passes, mistakes are caught.

Each claim is tested by running: the same tests, the same harness, on copies of the solution. All
claims share one pool of workers; the costly ones begin first, so that no worker idles at the end.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Protocol

from checks.authoring.claims import (
    Fault,
    TaskReport,
    case_faults,
    earlier_faults,
    signature_faults,
    solution_faults,
    starter_faults,
)
from checks.authoring.verify_cache import VerifyCache
from checks.course.course import Course, Day, Task
from checks.results.catalogue import Case, Signature, apply, cases, load_signatures, signature
from checks.results.model import Results, TaskResult, Verdict
from checks.runner.run import RunRequest, run_request
from checks.sandbox import bubblewrap

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")
TESTS_OF_A_MISTAKE = 2
"""How many failing tests show that a mistake is caught as recorded; `whole` runs all tests."""


class Progress(Protocol):
    """Hears of a proof while it goes on; called by one thread at a time."""

    def begin(self, claims: int) -> None:
        """So many claims are going to be tested."""

    def end(self, claim: str, faults: Sequence[Fault], seconds: float) -> None:
        """A claim was tested; without faults it holds."""


@dataclass(frozen=True)
class Mode:
    """How thorough a proof is. `whole`: mistakes face all tests. `record`: signatures are taken."""

    whole: bool = False
    record: bool = False


@dataclass(frozen=True)
class Claim:
    """One claim to be tested: `test` gives its faults; `weight` is its cost, roughly."""

    id: str
    test: Callable[[], list[Fault]]
    weight: int


Chosen = Sequence[tuple[Day, Sequence[Task]]]


class Proof:
    """The claims about some tasks, and what is seen of each."""

    def __init__(self, course: Course, chosen: Chosen, cache: VerifyCache, mode: Mode) -> None:
        self.reports = {task.id: TaskReport(task.id) for _, tasks in chosen for task in tasks}
        self._course, self._chosen, self.cache, self._mode = course, chosen, cache, mode
        self._signatures = load_signatures()
        self._lock = Lock()

    def run(self, jobs: int, progress: Progress) -> list[TaskReport]:
        """Test all claims, `jobs` at a time.

        Raises KeyboardInterrupt when it is interrupted; what was seen to hold is kept by then.
        """
        claims = sorted(self.claims(), key=lambda claim: -claim.weight)
        progress.begin(len(claims))
        with ThreadPoolExecutor(jobs) as pool:
            timed = partial(self._timed, progress=progress)
            futures = [pool.submit(timed, claim) for claim in claims]
            try:
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                self.cache.cancelled.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        for report in self.reports.values():
            report.unsteady += [f for f in self.cache.unsteady.values() if f.task == report.id]
        return list(self.reports.values())

    def claims(self) -> Iterator[Claim]:
        """Every claim about the chosen tasks."""
        for day, tasks in self._chosen:
            yield from self._day_claims(day, tasks)
            for task in tasks:
                yield from self._case_claims(day, task)

    def _day_claims(self, day: Day, tasks: Sequence[Task]) -> Iterator[Claim]:
        number, first = len(tasks), tasks[0].id
        yield Claim(f"{first}/starter", partial(self._starter, day, tasks), number)
        yield Claim(f"{first}/solution", partial(self._solution, day, tasks), 5 * number)
        for earlier in (each for each in self._course.days if each.number < day.number):
            name = f"{first}/solution keeps {earlier.folder}"
            test = partial(self._earlier, day, first, earlier)
            yield Claim(name, test, 5 * len(earlier.tasks))
        if bubblewrap.probe().kind != "none":
            test = partial(self._contained, day, tasks)
            yield Claim(f"{first}/contained", test, 10 * number)

    def _case_claims(self, day: Day, task: Task) -> Iterator[Claim]:
        mistakes, alternatives = cases(task.id, "mistakes"), cases(task.id, "alternatives")
        if len(mistakes) < 4:
            self._problem(task.id, f"{task.id} has fewer than four mistakes in the catalogue")
        if not alternatives:
            self._problem(task.id, f"{task.id} has no alternative in the catalogue")
        for case in (*alternatives, *mistakes):
            weight = 3 if case.kind == "alternatives" else 1
            yield Claim(case.id, partial(self._case, day, task, case), weight)

    def _timed(self, claim: Claim, progress: Progress) -> None:
        """Test one claim, and tell of it."""
        began = time.monotonic()
        faults = claim.test()
        with self._lock:
            progress.end(claim.id, faults, time.monotonic() - began)

    def _starter(self, day: Day, tasks: Sequence[Task]) -> list[Fault]:
        def faults(results: Results) -> list[Fault]:
            pairs = list(zip(tasks, results.tasks, strict=True))
            declared = [fault for pair in pairs for fault in starter_faults(*pair)]
            names = ((f"{task.id}/starter", result) for task, result in pairs)
            return declared + [fault for pair in names for fault in self._changed(*pair)]

        request = self._request(day, tasks, self._course.root / "days" / day.folder)
        results = self.cache.run(request, faults)
        for task, result in zip(tasks, results.tasks, strict=True):
            report = self.reports[task.id]
            report.starter = _word(result)
            if result.verdict is not Verdict.SKIPPED:
                report.signatures[f"{task.id}/starter"] = signature(result.tests)
        return self._problems(faults(results))

    def _solution(self, day: Day, tasks: Sequence[Task]) -> list[Fault]:
        results = self.cache.run(self._request(day, tasks, self._finished(day)), solution_faults)
        for result in results.tasks:
            self.reports[result.id].solution = _word(result)
        return self._problems(solution_faults(results))

    def _contained(self, day: Day, tasks: Sequence[Task]) -> list[Fault]:
        """The solution in the sandbox earns what it earns outside."""
        request = replace(self._request(day, tasks, self._finished(day)), contained=True)
        faults = partial(solution_faults, claim="contained")
        results = self.cache.run(request, faults)
        for result in results.tasks:
            self.reports[result.id].contained = _word(result)
        return self._problems(faults(results))

    def _earlier(self, day: Day, first: str, earlier: Day) -> list[Fault]:
        """The solution keeps what an earlier day promised, but for what a later one supersedes."""
        superseded = {line for d in self._course.days for t in d.tasks for line in t.supersedes}
        faults = partial(earlier_faults, f"{first}/solution", superseded)
        request = self._request(earlier, earlier.tasks, self._finished(day))
        return self._problems(faults(self.cache.run(request, faults)))

    def _case(self, day: Day, task: Task, case: Case) -> list[Fault]:
        with patched(self._finished(day), case) as tree:
            results, faults = self._asked(case, self._request(day, (task,), tree))
        _count(case, results.tasks[0], self.reports[task.id])
        return self._problems(faults)

    def _asked(self, case: Case, request: RunRequest) -> tuple[Results, list[Fault]]:
        """What a case shows, by its first tests where they are enough.

        A mistake that shows only after other tests have run does not show in those alone.
        """
        if names := self._named(case):
            faults = partial(self._case_faults, case, names)
            results = self.cache.run(replace(request, names=names), faults, twice=False)
            if not faults(results):
                return results, []
        faults = partial(self._case_faults, case, ())
        results = self.cache.run(request, faults)
        return results, faults(results)

    def _case_faults(self, case: Case, names: Sequence[str], results: Results) -> list[Fault]:
        result = results.tasks[0]
        changed = self._changed(case.id, result, names) if case.kind == "mistakes" else []
        return [*case_faults(case, result), *changed]

    def _named(self, case: Case) -> tuple[str, ...]:
        """The tests to ask of a mistake, in the order of their file; none stands for all."""
        if case.kind != "mistakes" or self._mode.whole or self._mode.record:
            return ()
        known = self._signatures.get(case.id, Signature({})).tests
        failing = [name for name, how in known.items() if how != Verdict.BLOCKED]
        return tuple(failing[:TESTS_OF_A_MISTAKE])

    def _changed(self, name: str, result: TaskResult, names: Sequence[str] = ()) -> Iterable[Fault]:
        """What failed is what `diagnose` knows, unless it is being recorded."""
        known = self._signatures.get(name)
        return [] if self._mode.record else list(signature_faults(name, known, result, names))

    def _finished(self, day: Day) -> Path:
        return self._course.root / "solutions" / day.folder

    def _request(self, day: Day, tasks: Sequence[Task], tree: Path) -> RunRequest:
        request = run_request(self._course, day, tasks, tree)
        return replace(request, tests=self._finished(day), processes=1)

    def _problems(self, faults: list[Fault]) -> list[Fault]:
        for fault in faults:
            self._problem(fault.task, str(fault))
        return faults

    def _problem(self, task: str, sentence: str) -> None:
        self.reports[task].problems.append(sentence)


def _word(result: TaskResult) -> str:
    known = {Verdict.PASS: "passes", Verdict.SKIPPED: "skipped"}
    return known.get(result.verdict, "fails")


def _count(case: Case, result: TaskResult, report: TaskReport) -> None:
    """What a run that did not break adds to the task's numbers."""
    if any(test.verdict is Verdict.INFRA_ERROR for test in result.tests):
        return
    if result.verdict is Verdict.SKIPPED:
        report.skipped += 1
    elif case.kind == "mistakes":
        report.signatures[case.id] = signature(result.tests)
        report.mistakes[case.name] = bool(report.signatures[case.id].tests)
    else:
        report.alternatives[case.name] = result.verdict is Verdict.PASS


@contextmanager
def patched(solution: Path, case: Case) -> Iterator[Path]:
    """A copy of the solution with one case applied."""
    with tempfile.TemporaryDirectory(prefix="eventure-case-") as scratch:
        tree = Path(scratch) / "tree"
        shutil.copytree(solution, tree, ignore=LEFT_OUT)
        apply(case, tree)
        yield tree
