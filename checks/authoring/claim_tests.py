"""The test of each kind of claim: a starter, a solution, a mistake or an alternative is run.

Each test writes what it saw into the report of its task, and gives the faults.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

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
from checks.authoring.patched_tree import SolutionCopies, patched
from checks.authoring.verify_cache import VerifyCache
from checks.course.course import Course, Day, Task
from checks.diagnosis.signatures import Signature, load_signatures, signature
from checks.harness.app.limit_variables import ENGINE_LEFT_OUT
from checks.results.catalogue import Case, StalePatch
from checks.results.model import Results, TaskResult, Verdict
from checks.runner.run import RunRequest, run_request

TESTS_OF_A_MISTAKE = 1
"""How many failing tests show that a mistake is caught as recorded; `whole` runs all tests."""


@dataclass(frozen=True)
class Mode:
    """How thorough a proof is.

    `whole`: mistakes face all tests. `contained`: the solution runs in the sandbox, too. `engine`:
    its tests that need a Docker engine run, too. `record`: signatures are taken.
    """

    whole: bool = False
    contained: bool = False
    engine: bool = False
    record: bool = False


class ClaimTests:
    """Runs what a claim is about; `reports` has the report of each task by its id."""

    def __init__(
        self, course: Course, reports: Mapping[str, TaskReport], cache: VerifyCache, mode: Mode
    ) -> None:
        self.reports = reports
        self._course, self.cache, self._mode = course, cache, mode
        self._signatures = load_signatures()
        self.copies = SolutionCopies()

    def starter(self, day: Day, tasks: Sequence[Task]) -> list[Fault]:
        def faults(results: Results) -> list[Fault]:
            pairs = list(zip(tasks, results.tasks, strict=True))
            declared = [fault for pair in pairs for fault in starter_faults(*pair)]
            names = ((f"{task.id}/starter", result) for task, result in pairs)
            return declared + [fault for pair in names for fault in self._changed(*pair)]

        request = self._request(day, tasks, self._course.root / "days" / day.folder)
        results = self.cache.run(request, faults)
        for task, result in zip(tasks, results.tasks, strict=True):
            report = self.reports[task.id]
            report.starter = _outcome(result)
            if result.verdict is not Verdict.SKIPPED:
                report.signatures[f"{task.id}/starter"] = signature(result.tests)
        return self._problems(faults(results))

    def solution(self, day: Day, tasks: Sequence[Task]) -> list[Fault]:
        request = self._request(day, tasks, self._solution_folder(day))
        results = self.cache.run(request, solution_faults)
        for result in results.tasks:
            self.reports[result.id].solution = _outcome(result)
        left_out = engine_tests(results) if self._mode.engine else {}
        faults = self._on_engine(request, left_out) if left_out else []
        return faults + self._problems(solution_faults(results))

    def _on_engine(self, request: RunRequest, names: Mapping[str, list[str]]) -> list[Fault]:
        """The tests that need a Docker engine, by task, are passed where one answers."""
        tasks = tuple(task for task in request.tasks if task.id in names)
        chosen = tuple(name for task in tasks for name in names[task.id])
        faults = partial(solution_faults, claim="engine")
        results = self.cache.run(replace(request, tasks=tasks, names=chosen, engine=True), faults)
        for result in results.tasks:
            self.reports[result.id].engine = "skipped" if result.skipped else _outcome(result)
        return self._problems(faults(results))

    def contained(self, day: Day, tasks: Sequence[Task]) -> list[Fault]:
        """The solution in the sandbox earns what it earns outside."""
        request = replace(self._request(day, tasks, self._solution_folder(day)), contained=True)
        faults = partial(solution_faults, claim="contained")
        results = self.cache.run(request, faults)
        for result in results.tasks:
            self.reports[result.id].contained = _outcome(result)
        return self._problems(faults(results))

    def earlier_day(self, day: Day, first: str, earlier: Day) -> list[Fault]:
        """The solution keeps what an earlier day promised, but for what a later one supersedes."""
        superseded = {line for d in self._course.days for t in d.tasks for line in t.supersedes}
        faults = partial(earlier_faults, f"{first}/solution", superseded)
        request = self._request(earlier, earlier.tasks, self._solution_folder(day))
        return self._problems(faults(self.cache.run(request, faults)))

    def case(self, day: Day, task: Task, case: Case) -> list[Fault]:
        """A mistake is caught as recorded, an alternative accepted; a patch fits its solution."""
        try:
            return self._case(day, task, case)
        except StalePatch as error:
            self.reports[task.id].count_unasked(case)
            return self._problems([Fault(case.id, str(error))])

    def _case(self, day: Day, task: Task, case: Case) -> list[Fault]:
        names = self._recorded_tests(case)
        with patched(self._solution_folder(day), case, self.copies) as tree:
            request = self._request(day, (task,), tree)
            results = self._run_case(case, request, names)
            alone = not self._mode.record or self._shows_alone(case, request, results)
        report = self.reports[task.id]
        report.count(case, results.tasks[0])
        if not alone and case.id in report.signatures:
            report.signatures[case.id] = replace(report.signatures[case.id], alone=False)
        return self._problems(self._case_faults(case, names, results))

    def _run_case(self, case: Case, request: RunRequest, names: tuple[str, ...]) -> Results:
        faults = partial(self._case_faults, case, names)
        return self.cache.run(replace(request, names=names), faults)

    def _shows_alone(self, case: Case, request: RunRequest, results: Results) -> bool:
        """Whether a mistake's first failing tests fail in the same way without those before."""
        observed = signature(results.tasks[0].tests)
        if case.kind != "mistakes" or not (names := first_tests(observed)):
            return True
        alone = signature(self._run_case(case, request, names).tasks[0].tests)
        return not changed(observed, alone, names)

    def _case_faults(self, case: Case, names: Sequence[str], results: Results) -> list[Fault]:
        result = results.tasks[0]
        mistake = case.kind == "mistakes"
        return [
            *case_faults(case, result),
            *(self._changed(case.id, result, names) if mistake else ()),
        ]

    def _recorded_tests(self, case: Case) -> tuple[str, ...]:
        """The tests to ask of a mistake, in the order of their file; none stands for all."""
        recorded = self._signatures.get(case.id)
        if case.kind != "mistakes" or recorded is None or not recorded.alone:
            return ()
        return () if self._mode.whole or self._mode.record else first_tests(recorded)

    def _changed(self, name: str, result: TaskResult, names: Sequence[str] = ()) -> Iterable[Fault]:
        """What failed is what `diagnose` knows, unless it is being recorded."""
        recorded = self._signatures.get(name)
        return [] if self._mode.record else list(signature_faults(name, recorded, result, names))

    def _solution_folder(self, day: Day) -> Path:
        return self._course.root / "solutions" / day.folder

    def _request(self, day: Day, tasks: Sequence[Task], tree: Path) -> RunRequest:
        request = run_request(self._course, day, tasks, tree)
        return replace(request, tests=self._solution_folder(day), processes=1)

    def _problems(self, faults: list[Fault]) -> list[Fault]:
        for fault in faults:
            self._problem(fault.task, str(fault))
        return faults

    def _problem(self, task: str, sentence: str) -> None:
        self.reports[task].problems.append(sentence)


def first_tests(recorded: Signature) -> tuple[str, ...]:
    """The first tests that show a mistake, without those that an earlier failure blocks."""
    failing = [name for name, how in recorded.tests.items() if how != Verdict.BLOCKED]
    return tuple(failing[:TESTS_OF_A_MISTAKE])


def engine_tests(results: Results) -> dict[str, list[str]]:
    """By task, the tests that were skipped because a Docker engine was left out."""
    found = {
        task.id: [t.name for t in task.tests if t.cause and ENGINE_LEFT_OUT in t.cause.message]
        for task in results.tasks
    }
    return {task: names for task, names in found.items() if names}


def _outcome(result: TaskResult) -> str:
    recorded = {Verdict.PASS: "passes", Verdict.SKIPPED: "skipped"}
    return recorded.get(result.verdict, "fails")
