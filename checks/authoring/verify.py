"""Does every exercise still teach: starter fails, solution passes, mistakes are caught.

Each claim is tested by running: the same tests, the same harness, on copies of the solution.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from checks.authoring.claims import (
    Fault,
    TaskReport,
    case_faults,
    failures,
    matches,
    signature_faults,
    solution_faults,
    starter_faults,
    told,
)
from checks.authoring.verify_cache import VerifyCache
from checks.course.course import Course, Day, Task
from checks.results.catalogue import Case, apply, cases, signature
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.runner.run import RunRequest

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")


def verify_day(
    course: Course,
    day: Day,
    tasks: Sequence[Task],
    jobs: int,
    tell: Callable[[str], None],
    verified: VerifyCache | None = None,
) -> list[TaskReport]:
    """Run every claim about these tasks of one day, `jobs` at a time, or remember it."""
    verified = verified or VerifyCache(course.root, None)
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
    for report in reports.values():
        report.unsteady += [f for f in verified.unsteady.values() if f.task == report.id]
    return list(reports.values())


def _enough_cases(task: Task, report: TaskReport) -> None:
    if len(cases(task.id, "mistakes")) < 4:
        report.problems.append(f"{task.id} has fewer than four mistakes in the catalogue")
    if not cases(task.id, "alternatives"):
        report.problems.append(f"{task.id} has no alternative in the catalogue")


def _order(course: Course, day: Day, tasks: Sequence[Task], tree: Path) -> RunRequest:
    return RunRequest(day, tuple(tasks), course.root / "solutions" / day.folder, tree)


def _starter(
    course: Course,
    day: Day,
    tasks: Sequence[Task],
    reports: dict[str, TaskReport],
    verified: VerifyCache,
) -> None:
    def faults(found: Results) -> list[Fault]:
        pairs = list(zip(tasks, found.tasks, strict=True))
        declared = [fault for pair in pairs for fault in starter_faults(*pair)]
        return declared + [f for t, r in pairs for f in signature_faults(f"{t.id}/starter", r)]

    wanted = _order(course, day, tasks, course.root / "days" / day.folder)
    results = verified.run(wanted, faults)
    for task, result in zip(tasks, results.tasks, strict=True):
        report = reports[task.id]
        report.starter = _word(result)
        if result.verdict is not Verdict.SKIPPED:
            report.signatures[f"{task.id}/starter"] = signature(result.tests)
        report.problems += map(str, starter_faults(task, result))


def _solution(
    course: Course,
    day: Day,
    tasks: Sequence[Task],
    reports: dict[str, TaskReport],
    verified: VerifyCache,
) -> None:
    tree = course.root / "solutions" / day.folder
    results = verified.run(_order(course, day, tasks, tree), solution_faults)
    for result in results.tasks:
        reports[result.id].solution = _word(result)
    for fault in solution_faults(results):
        reports[fault.task].problems.append(str(fault))
    _earlier(course, day, reports[tasks[0].id], verified)


def _earlier(course: Course, day: Day, report: TaskReport, verified: VerifyCache) -> None:
    """The solution keeps what the days before promised, but for what it supersedes."""
    superseded = {line for d in course.days for t in d.tasks for line in t.supersedes}

    def faults(found: Results) -> list[Fault]:
        return [
            Fault(f"{report.id}/solution", f"breaks {result.id}: {told(test)}")
            for result in found.tasks
            for test in failures(result)
            if not _superseded(test, superseded)
        ]

    tree = course.root / "solutions" / day.folder
    for earlier in (d for d in course.days if d.number < day.number):
        found = verified.run(_order(course, earlier, earlier.tasks, tree), faults)
        report.problems += map(str, faults(found))


def _superseded(test: TestResult, lines: set[str]) -> bool:
    return any(
        line.split()[1] == test.task and matches(test.name, line.split()[2]) for line in lines
    )


def _word(result: TaskResult) -> str:
    known = {Verdict.PASS: "passes", Verdict.SKIPPED: "skipped"}
    return known.get(result.verdict, "fails")


def _case_job(
    course: Course, day: Day, task: Task, case: Case, report: TaskReport, verified: VerifyCache
) -> Callable[[], None]:
    def faults(results: Results) -> list[Fault]:
        result = results.tasks[0]
        mistake = case.kind == "mistakes"
        known = signature_faults(case.id, result) if mistake else ()
        return [*case_faults(case, result), *known]

    def job() -> None:
        with patched(course.root / "solutions" / day.folder, case) as tree:
            result = verified.run(_order(course, day, (task,), tree), faults).tasks[0]
        report.problems += map(str, case_faults(case, result))
        _count(case, result, report)

    return job


def _count(case: Case, result: TaskResult, report: TaskReport) -> None:
    """What a run that did not break adds to the task's numbers."""
    if any(test.verdict is Verdict.INFRA_ERROR for test in result.tests):
        return
    if result.verdict is Verdict.SKIPPED:
        report.skipped += 1
    elif case.kind == "mistakes":
        found = report.signatures[case.id] = signature(result.tests)
        report.mistakes[case.name] = bool(found.tests)
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
