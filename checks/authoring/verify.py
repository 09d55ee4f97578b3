"""Does every exercise still teach: starter fails, solution passes, mistakes are caught.

Each claim is tested by running: the same tests, the same harness, on copies of the solution. All
claims share one pool of workers; the costly ones begin first, so that no worker idles at the end.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Protocol

from checks.authoring.claims import (
    Fault,
    TaskReport,
    case_faults,
    changed,
    earlier_faults,
    signature_faults,
    solution_faults,
    starter_faults,
)
from checks.authoring.patched_tree import patched
from checks.authoring.verify_cache import VerifyCache
from checks.course.course import Course, Day, Task
from checks.results.catalogue import Case, Signature, cases, load_signatures, signature
from checks.results.model import Results, TaskResult, Verdict
from checks.runner.run import RunRequest, run_request

TESTS_OF_A_MISTAKE = 2
"""How many failing tests show that a mistake is caught as recorded; `whole` runs all tests."""


class Progress(Protocol):
    """Hears of a proof while it goes on; called by one thread at a time."""

    def begin(self, weights: Mapping[str, int]) -> None:
        """These claims are going to be tested; a weight is a cost, relative to the others."""

    def end(self, claim: str, faults: Sequence[Fault], seconds: float) -> None:
        """A claim was tested; without faults it holds."""


@dataclass(frozen=True)
class Mode:
    """How thorough a proof is.

    `whole`: mistakes face all tests. `contained`: the solution runs in the sandbox, too. `record`:
    signatures are taken.
    """

    whole: bool = False
    contained: bool = False
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
        progress.begin({claim.id: claim.weight for claim in claims})
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
        if self._mode.contained:
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
        names = self._named(case)
        with patched(self._finished(day), case) as tree:
            request = self._request(day, (task,), tree)
            results = self._asked(case, request, names)
            alone = not self._mode.record or self._shows_alone(case, request, results)
        report = self.reports[task.id]
        _count(case, results.tasks[0], report)
        if not alone and case.id in report.signatures:
            report.signatures[case.id] = replace(report.signatures[case.id], alone=False)
        return self._problems(self._case_faults(case, names, results))

    def _asked(self, case: Case, request: RunRequest, names: tuple[str, ...]) -> Results:
        faults = partial(self._case_faults, case, names)
        return self.cache.run(replace(request, names=names), faults)

    def _shows_alone(self, case: Case, request: RunRequest, results: Results) -> bool:
        """Whether a mistake's first failing tests fail in the same way without those before."""
        seen = signature(results.tasks[0].tests)
        if case.kind != "mistakes" or not (names := first_tests(seen)):
            return True
        alone = signature(self._asked(case, request, names).tasks[0].tests)
        return not changed(seen, alone, names)

    def _case_faults(self, case: Case, names: Sequence[str], results: Results) -> list[Fault]:
        result = results.tasks[0]
        mistake = case.kind == "mistakes"
        return [
            *case_faults(case, result),
            *(self._changed(case.id, result, names) if mistake else ()),
        ]

    def _named(self, case: Case) -> tuple[str, ...]:
        """The tests to ask of a mistake, in the order of their file; none stands for all."""
        known = self._signatures.get(case.id)
        if case.kind != "mistakes" or known is None or not known.alone:
            return ()
        return () if self._mode.whole or self._mode.record else first_tests(known)

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


def first_tests(known: Signature) -> tuple[str, ...]:
    """The first tests that show a mistake, without those that an earlier failure blocks."""
    failing = [name for name, how in known.tests.items() if how != Verdict.BLOCKED]
    return tuple(failing[:TESTS_OF_A_MISTAKE])


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
