"""What `checks verify` says of a solution that is refused."""

import pytest

from checks.authoring.claims import refusals
from checks.results.model import Cause, TaskResult, TestResult, Verdict

BLOCKED = (Verdict.BLOCKED, "TestPool::test_it_is_closed", "blocked: TestPool::test_it_answers")
UNJUDGED = (Verdict.INFRA_ERROR, "TestPool::test_it_answers", "PostgreSQL could not start")


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        (
            [UNJUDGED, BLOCKED],
            ["TestPool::test_it_answers infra_error: PostgreSQL could not start"],
        ),
        ([BLOCKED], ["TestPool::test_it_is_closed blocked: blocked: TestPool::test_it_answers"]),
        ([], ["no test was run"]),
    ],
)
def test_a_cause_is_told_and_what_it_blocks_is_not(
    tests: list[tuple[Verdict, str, str]], said: list[str]
) -> None:
    told = tuple(
        TestResult("7.5", name, verdict, cause=Cause(message)) for verdict, name, message in tests
    )

    assert refusals(TaskResult("7.5", "health", "Liveness", 2, told)) == said
