"""The one result model: what a run found out, for the board, the reports and the exporters."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from checks.course.manifest import is_bonus

SCHEMA = "eventure/results/v1"


class Verdict(StrEnum):
    """What is known of one test. `infra_error` and `flaky` are never counted as a learner's 0.

    `skipped` says that this machine cannot run the test: neither a pass nor a failure.
    """

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    TIMEOUT = "timeout"
    OOM = "oom"
    OUTPUT_LIMIT = "output_limit"
    BLOCKED = "blocked"
    NOT_RUN = "not_run"
    SKIPPED = "skipped"
    INFRA_ERROR = "infra_error"
    FLAKY = "flaky"


NO_FAILURE = frozenset({Verdict.PASS, Verdict.SKIPPED})


@dataclass(frozen=True)
class Exchange:
    """One request, sent `at` (seconds since the epoch), and what came back.

    Bodies are cut to what a screen can hold; `whole_request` and `whole_response` are those that
    were cut. `headers` are the request's own, `answer_headers` the response's.
    """

    method: str
    path: str
    request: str
    status: int | None
    response: str
    headers: tuple[tuple[str, str], ...] = ()
    at: float = 0.0
    answer_headers: tuple[tuple[str, str], ...] = ()
    whole_request: str = ""
    whole_response: str = ""


@dataclass(frozen=True)
class Cause:
    """Why a test has no pass: the sentence first, then the evidence.

    `expected` and `got` are the values of a failed comparison, cut to what differs; `code` are the
    lines of the learner's frame, `printed` those that the learner's code has printed.
    """

    message: str
    exchange: Exchange | None = None
    statements: tuple[str, ...] = ()
    frame: str = ""
    log: str = ""
    expected: str = ""
    got: str = ""
    code: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()


@dataclass(frozen=True)
class TestResult:
    """One test's verdict. `name` is the function's name, with its parameters in brackets."""

    __test__ = False

    task: str
    name: str
    verdict: Verdict
    seconds: float = 0.0
    cause: Cause | None = None


@dataclass(frozen=True)
class TaskResult:
    """One task: its points are earned when every test that can run here has passed, and only then.

    A task of which nothing can run here is `skipped`, whatever it may be worth.
    """

    id: str
    key: str
    title: str
    max_points: int
    tests: tuple[TestResult, ...]
    hint: str = ""

    @property
    def is_bonus(self) -> bool:
        """Whether the points are extra: no sum counts them."""
        return is_bonus(self.id)

    @property
    def passed(self) -> int:
        return sum(test.verdict is Verdict.PASS for test in self.tests)

    @property
    def verdict(self) -> Verdict:
        """PASS when all passed; else the first verdict that is not a pass; NOT_RUN when empty.

        Skipped tests are left out, until there is nothing else.
        """
        if not self.tests:
            return Verdict.NOT_RUN
        if self.first_failure is not None:
            return self.first_failure.verdict
        return Verdict.PASS if self.passed else Verdict.SKIPPED

    @property
    def points(self) -> int:
        return self.max_points if self.verdict is Verdict.PASS else 0

    @property
    def first_failure(self) -> TestResult | None:
        return next((t for t in self.tests if t.verdict not in NO_FAILURE), None)

    @property
    def skipped(self) -> tuple[TestResult, ...]:
        """The tests that this machine cannot run; their cause says why."""
        return tuple(test for test in self.tests if test.verdict is Verdict.SKIPPED)


@dataclass(frozen=True)
class Results:
    """One run of one day on one tree. `partial` when only some tests of the tasks were run.

    `printed` are the last lines that the learner's code has printed in tests that pass.
    """

    day: str
    contained: bool
    tasks: tuple[TaskResult, ...]
    notes: tuple[str, ...] = field(default=())
    partial: bool = False
    printed: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Something has passed, and nothing says otherwise: what was skipped is no pass."""
        verdicts = {task.verdict for task in self.tasks}
        return Verdict.PASS in verdicts and verdicts <= NO_FAILURE


def as_json(results: Iterable[Results]) -> dict[str, Any]:
    """The document that `--json` prints; the fields are `Results`' own, verdicts as words."""
    return {"schema": SCHEMA, "days": [_day(result) for result in results]}


def _day(result: Results) -> dict[str, Any]:
    tasks = [
        {
            **asdict(task),
            "verdict": task.verdict,
            "points": None if result.partial else task.points,
            "passed": task.passed,
        }
        for task in result.tasks
    ]
    return {**asdict(result), "tasks": tasks, "passed": result.passed}


def cause_from(data: Mapping[str, Any] | None) -> Cause | None:
    """Read a `Cause` back from the record that a run wrote."""
    if data is None:
        return None
    fields = {**data, "exchange": _exchange_from(data.get("exchange"))}
    for name in ("statements", "code", "printed"):
        fields[name] = tuple(data.get(name, ()))
    return Cause(**fields)


def _exchange_from(data: Mapping[str, Any] | None) -> Exchange | None:
    if not data:
        return None
    headers = {
        name: tuple(map(tuple, data.get(name, ()))) for name in ("headers", "answer_headers")
    }
    return Exchange(**{**data, **headers})
