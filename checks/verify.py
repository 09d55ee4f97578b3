"""Does every exercise still teach: starter fails, solution passes, mistakes are caught.

Each claim is tested by running: the same tests, the same harness, on copies of the solution.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks.cases import Case, Signature, apply, cases, load_signatures, signature
from checks.course import Course, Day, Task
from checks.results import NO_FAILURE, Results, TaskResult, TestResult, Verdict
from checks.run import Order
from checks.verified import Verified

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")


@dataclass
class TaskReport:
    """What was seen of one task; `problems` has a sentence for each claim that does not hold."""

    id: str
    starter: str = ""
    solution: str = ""
    mistakes: dict[str, bool] = field(default_factory=dict)
    alternatives: dict[str, bool] = field(default_factory=dict)
    signatures: dict[str, Signature] = field(default_factory=dict)
    skipped: int = 0
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "task": self.id,
            "starter": self.starter,
            "solution": self.solution,
            "mistakes": {"caught": sum(self.mistakes.values()), "total": len(self.mistakes)},
            "alternatives": {
                "accepted": sum(self.alternatives.values()),
                "total": len(self.alternatives),
            },
            "skipped": self.skipped,
            "problems": self.problems,
        }


def verify_day(
    course: Course,
    day: Day,
    tasks: Sequence[Task],
    jobs: int,
    tell: Callable[[str], None],
    verified: Verified | None = None,
) -> list[TaskReport]:
    """Run every claim about these tasks of one day, `jobs` at a time, or remember it."""
    verified = verified or Verified(course.root, None)
    reports = {task.id: TaskReport(task.id) for task in tasks}
    work: list[Callable[[], None]] = [
        lambda: _starter(course, day, tasks, reports, verified),
        lambda: _solution(course, day, tasks, reports, verified),
    ]
    for task in tasks:
        known = (*cases(task.id, "mistakes"), *cases(task.id, "alternatives"))
        work += [_case_job(course, day, task, case, reports[task.id], verified) for case in known]
        _enough_cases(task, reports[task.id])
    with ThreadPoolExecutor(jobs) as pool:
        for number, _ in enumerate(pool.map(lambda job: job(), work), 1):
            tell(f"{day.folder}: {number} of {len(work)} runs")
    return list(reports.values())


def _enough_cases(task: Task, report: TaskReport) -> None:
    if len(cases(task.id, "mistakes")) < 4:
        report.problems.append(f"{task.id} has fewer than four mistakes in the catalogue")
    if not cases(task.id, "alternatives"):
        report.problems.append(f"{task.id} has no alternative in the catalogue")


def _order(course: Course, day: Day, tasks: Sequence[Task], tree: Path) -> Order:
    return Order(day, tuple(tasks), course.root / "solutions" / day.folder, tree)


def _starter(
    course: Course,
    day: Day,
    tasks: Sequence[Task],
    reports: dict[str, TaskReport],
    verified: Verified,
) -> None:
    def as_expected(found: Results) -> bool:
        pairs = list(zip(tasks, found.tasks, strict=True))
        known = all(not _changed(f"{t.id}/starter", signature(r.tests)) for t, r in pairs)
        return known and not any([*starter_problems(t, r)] for t, r in pairs)

    wanted = _order(course, day, tasks, course.root / "days" / day.folder)
    results = verified.run(wanted, as_expected, f"{day.folder}/starter")
    for task, result in zip(tasks, results.tasks, strict=True):
        report = reports[task.id]
        report.starter = _word(result)
        if result.verdict is not Verdict.SKIPPED:
            report.signatures[f"{task.id}/starter"] = signature(result.tests)
        report.problems += starter_problems(task, result)


def starter_problems(task: Task, result: TaskResult) -> Iterator[str]:
    """The starter earns nothing, and fails where and why `day.toml` declares it.

    Of a task that cannot run here nothing is claimed.
    """
    if result.verdict is Verdict.SKIPPED:
        return
    for test in result.tests:
        if test.verdict is Verdict.PASS:
            yield f"{task.id}: the starter passes {test.name}; gate it on a positive test"
    declared = [t for t in result.tests if matches(t.name, task.starter.test)]
    if not declared:
        yield f"{task.id}: the declared test {task.starter.test} does not exist"
    elif not any(task.starter.says in (t.cause.message if t.cause else "") for t in declared):
        said = declared[0].cause.message if declared[0].cause else declared[0].verdict
        yield f"{task.id}: the starter fails for another reason: {said!r}"


def matches(name: str, wanted: str) -> bool:
    """Whether `TestX::test_y[z]` is what the manifest calls `test_y`."""
    return name.rsplit("::", maxsplit=1)[-1].split("[", maxsplit=1)[0] == wanted or name == wanted


def _solution(
    course: Course,
    day: Day,
    tasks: Sequence[Task],
    reports: dict[str, TaskReport],
    verified: Verified,
) -> None:
    tree = course.root / "solutions" / day.folder
    name = f"{day.folder}/solution"
    results = verified.run(_order(course, day, tasks, tree), lambda found: found.passed, name)
    for task, result in zip(tasks, results.tasks, strict=True):
        reports[task.id].solution = _word(result)
        reports[task.id].problems += [f"{task.id}: solution: {_said(t)}" for t in _wrong(result)]
    superseded = {line for d in course.days for t in d.tasks for line in t.supersedes}

    def broken_in(result: TaskResult) -> list[TestResult]:
        return [test for test in _wrong(result) if not _superseded(test, superseded)]

    for earlier in (d for d in course.days if d.number < day.number):
        wanted = _order(course, earlier, earlier.tasks, tree)
        name = f"{day.folder}/solution on {earlier.folder}"
        found = verified.run(wanted, lambda found: not any(map(broken_in, found.tasks)), name)
        for result in found.tasks:
            broken = broken_in(result)
            reports[tasks[0].id].problems += [
                f"day {day.number}'s solution breaks {result.id}: {_said(t)}" for t in broken
            ]


def _superseded(test: TestResult, lines: set[str]) -> bool:
    return any(
        line.split()[1] == test.task and matches(test.name, line.split()[2]) for line in lines
    )


def _wrong(result: TaskResult) -> list[TestResult]:
    return [test for test in result.tests if test.verdict not in NO_FAILURE]


def _word(result: TaskResult) -> str:
    known = {Verdict.PASS: "passes", Verdict.SKIPPED: "skipped"}
    return known.get(result.verdict, "fails")


def _said(test: TestResult) -> str:
    return f"{test.name} {test.verdict}: {test.cause.message if test.cause else ''}"


def _case_job(
    course: Course, day: Day, task: Task, case: Case, report: TaskReport, verified: Verified
) -> Callable[[], None]:
    def as_expected(results: Results) -> bool:
        if results.tasks[0].verdict is Verdict.SKIPPED:
            return True
        if case.kind == "alternatives":
            return results.passed
        found = signature(results.tasks[0].tests)
        return bool(found.tests) and not _changed(case.id, found)

    def job() -> None:
        with patched(course.root / "solutions" / day.folder, case) as tree:
            wanted = _order(course, day, (task,), tree)
            result = verified.run(wanted, as_expected, case.id).tasks[0]
        if any(test.verdict is Verdict.INFRA_ERROR for test in result.tests):
            report.problems.append(f"{case.id}: the run broke: {_said(_wrong(result)[0])}")
        elif result.verdict is Verdict.SKIPPED:
            report.skipped += 1
        elif case.kind == "mistakes":
            _mistake(case, result, report)
        else:
            report.alternatives[case.name] = result.verdict is Verdict.PASS
            report.problems += [f"{case.id} is refused: {_said(t)}" for t in _wrong(result)]

    return job


def _mistake(case: Case, result: TaskResult, report: TaskReport) -> None:
    found = signature(result.tests)
    report.mistakes[case.name] = bool(found.tests)
    report.signatures[case.id] = found
    if not found.tests:
        report.problems.append(f"{case.id} passes: no test catches it")


def unrecorded(report: TaskReport) -> Iterator[str]:
    """A sentence for each failing set that `diagnose` does not know: of starters and mistakes."""
    for name, found in report.signatures.items():
        if found.tests and (why := _changed(name, found)):
            yield f"{name}: the signature {why}; run `checks verify {report.id} --record`"


def _changed(name: str, found: Signature) -> str:
    """How a signature differs from the recorded one; empty when it does not."""
    before = load_signatures().get(name)
    if before is None:
        return "is not recorded"
    return "changed" if _outline(before) != _outline(found) else ""


def _outline(known: Signature) -> dict[str, str]:
    """By test, verdict and status. An exception's name may come too late to be seen each time."""
    return {name: " ".join(how.split()[:2]) for name, how in known.tests.items()}


@contextmanager
def patched(solution: Path, case: Case) -> Iterator[Path]:
    """A copy of the solution with one case applied."""
    with tempfile.TemporaryDirectory(prefix="eventure-case-") as scratch:
        tree = Path(scratch) / "tree"
        shutil.copytree(solution, tree, ignore=LEFT_OUT)
        apply(case, tree)
        yield tree
