"""Tests of an earlier day that a later day supersedes: there they say nothing of the work."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from checks.course.manifest import Day
from checks.results.model import NO_FAILURE, Cause, Results, TestResult, Verdict


def superseded_tests(days: Iterable[Day], number: int) -> Mapping[str, str]:
    """Each `day1 1.3 test_name` of the manifests up to that day, with the task that names it."""
    tasks = (task for day in days if day.number <= number for task in day.tasks)
    return {line: task.id for task in tasks for line in task.supersedes}


def without_superseded(results: Results, superseded: Mapping[str, str]) -> Results:
    """The results with each superseded test that fails as skipped, and the task that says why."""
    tasks = tuple(
        replace(task, tests=tuple(_judged(test, superseded) for test in task.tests))
        for task in results.tasks
    )
    return replace(results, tasks=tasks)


def matches(name: str, pattern: str) -> bool:
    """Whether `TestX::test_y[z]` is what the manifest calls `test_y`."""
    return name.rsplit("::", maxsplit=1)[-1].split("[", maxsplit=1)[0] == pattern or name == pattern


def is_superseded(test: TestResult, line: str) -> bool:
    """Whether a line of a manifest, `day1 1.3 test_name`, names this test."""
    _, task, name = line.split()
    return task == test.task and matches(test.name, name)


def _judged(test: TestResult, superseded: Mapping[str, str]) -> TestResult:
    if test.verdict in NO_FAILURE:
        return test
    for line, task in superseded.items():
        if is_superseded(test, line):
            cause = Cause(f"{test.name.rsplit('::')[-1]}: superseded by task {task}")
            return replace(test, verdict=Verdict.SKIPPED, cause=cause)
    return test
