"""What a run of `checks verify` has to show, and what was seen of a task.

Each claim that does not hold is a fault.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from checks.course.course import Task
from checks.diagnosis.signatures import Signature, signature
from checks.results.catalogue import Case
from checks.results.model import NO_FAILURE, Results, TaskResult, TestResult, Verdict
from checks.results.superseded import is_superseded, matches


@dataclass(frozen=True)
class Fault:
    """A claim that did not hold: whose (`1.2/starter`, `1.2/mistakes/x`), and what was seen."""

    id: str
    message: str

    def __str__(self) -> str:
        return f"{self.id}: {self.message}"

    @property
    def task(self) -> str:
        return self.id.split("/", maxsplit=1)[0]


@dataclass
class TaskReport:
    """What was seen of one task; `problems` has a sentence for each claim that does not hold.

    `unsteady` has what the first run said of each claim that held only at the second.
    """

    id: str
    starter: str = ""
    solution: str = ""
    contained: str = "not asked"
    engine: str = "not asked"
    mistakes: dict[str, bool] = field(default_factory=dict)
    alternatives: dict[str, bool] = field(default_factory=dict)
    signatures: dict[str, Signature] = field(default_factory=dict)
    skipped: int = 0
    problems: list[str] = field(default_factory=list)
    unsteady: list[Fault] = field(default_factory=list)

    def unsteady_lines(self) -> list[str]:
        return [f"{f.id} held only at the second try: {f.message}" for f in self.unsteady]

    def count(self, case: Case, result: TaskResult) -> None:
        """Add what a run of a case shows, unless it broke."""
        if any(test.verdict is Verdict.INFRA_ERROR for test in result.tests):
            return
        if result.verdict is Verdict.SKIPPED:
            self.skipped += 1
        elif case.kind == "mistakes":
            self.signatures[case.id] = signature(result.tests)
            self.mistakes[case.name] = bool(self.signatures[case.id].tests)
        else:
            self.alternatives[case.name] = result.verdict is Verdict.PASS

    def count_unasked(self, case: Case) -> None:
        """Add a case that no run can show anything about: its patch does not fit the solution."""
        (self.mistakes if case.kind == "mistakes" else self.alternatives)[case.name] = False

    def as_json(self) -> dict[str, Any]:
        return {
            "task": self.id,
            "starter": self.starter,
            "solution": self.solution,
            "contained": self.contained,
            "engine": self.engine,
            "mistakes": {"caught": sum(self.mistakes.values()), "total": len(self.mistakes)},
            "alternatives": {
                "accepted": sum(self.alternatives.values()),
                "total": len(self.alternatives),
            },
            "skipped": self.skipped,
            "problems": self.problems,
            "unsteady": [fault.id for fault in self.unsteady],
        }


def starter_faults(task: Task, result: TaskResult) -> Iterator[Fault]:
    """The starter earns nothing, and fails where and why `day.toml` declares it.

    Of a task that cannot run here nothing is claimed.
    """
    if result.verdict is Verdict.SKIPPED:
        return
    name = f"{task.id}/starter"
    for test in result.tests:
        if test.verdict is Verdict.PASS:
            yield Fault(name, f"passes {test.name}; gate it on a positive test")
    declared = [t for t in result.tests if matches(t.name, task.starter.test)]
    if not declared:
        yield Fault(name, f"the declared test {task.starter.test} does not exist")
    elif not any(task.starter.says in (t.cause.message if t.cause else "") for t in declared):
        message = declared[0].cause.message if declared[0].cause else declared[0].verdict
        yield Fault(name, f"fails for another reason: {message!r}")


def solution_faults(results: Results, claim: str = "solution") -> list[Fault]:
    """The solution passes every test of its own day, in the sandbox too."""
    return [Fault(f"{task.id}/{claim}", why) for task in results.tasks for why in refusals(task)]


def earlier_faults(claim: str, superseded: Collection[str], results: Results) -> list[Fault]:
    """The solution passes the tests of an earlier day, but for what is superseded since."""
    return [
        Fault(claim, f"breaks {result.id}: {failure_line(test)}")
        for result in results.tasks
        for test in failures(result)
        if not any(is_superseded(test, line) for line in superseded)
    ]


def case_faults(case: Case, result: TaskResult) -> Iterator[Fault]:
    """Some test catches a mistake, none refuses an alternative. A broken run shows neither."""
    wrong = failures(result)
    if any(test.verdict is Verdict.INFRA_ERROR for test in wrong):
        yield Fault(case.id, f"the run broke: {failure_line(wrong[0])}")
    elif case.kind == "alternatives":
        yield from (Fault(case.id, f"is refused: {message}") for message in refusals(result))
    elif not wrong and result.verdict is not Verdict.SKIPPED:
        yield Fault(case.id, "passes: no test catches it")


def signature_faults(
    name: str, recorded: Signature | None, result: TaskResult, names: Collection[str] = ()
) -> Iterator[Fault]:
    """What failed is what `diagnose` knows of this starter or mistake.

    With `names` only those tests were asked, and only their verdicts are compared: requests that
    tests share are then another test's. A broken run shows nothing.
    """
    if any(test.verdict is Verdict.INFRA_ERROR for test in result.tests):
        return
    observed = signature(result.tests)
    if observed.tests and (why := changed(recorded, observed, names)):
        record = f"run `checks verify {result.id} --record`"
        yield Fault(name, f"the signature {why}; {record}")


def changed(recorded: Signature | None, observed: Signature, names: Collection[str] = ()) -> str:
    """How a signature differs from the recorded one; empty when it does not."""
    if recorded is None:
        return "is not recorded"
    words = 1 if names else 2
    was, now = _outline(recorded, words), _outline(observed, words)
    compared = names or was.keys() | now.keys()
    other = sorted(test for test in compared if was.get(test) != now.get(test))
    if not other:
        return ""
    first, more = other[0], f" and {len(other) - 1} more" if other[1:] else ""
    return f"changed: {first} {now.get(first, 'pass')}, was {was.get(first, 'pass')}{more}"


def _outline(recorded: Signature, words: int) -> dict[str, str]:
    """By test, its verdict and, with two words, the status that was seen.

    An exception's name may come too late to be seen each time.
    """
    return {name: " ".join(how.split()[:words]) for name, how in recorded.tests.items()}


def failures(result: TaskResult) -> list[TestResult]:
    return [test for test in result.tests if test.verdict not in NO_FAILURE]


def failure_line(test: TestResult) -> str:
    return f"{test.name} {test.verdict}: {test.cause.message if test.cause else ''}"


def refusals(result: TaskResult) -> list[str]:
    """Why a task is not passed, by test; a task without a test is not either.

    A test that another one blocks is told only where that other one is not among them.
    """
    if not result.tests:
        return ["no test was run"]
    wrong = failures(result)
    causes = [test for test in wrong if test.verdict is not Verdict.BLOCKED]
    return [failure_line(test) for test in causes or wrong]
