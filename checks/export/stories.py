"""The story of a failure, as a page tells it: the sentence, the exchange, the SQL, the frame.

Neither the log of the app nor a line of a test is in it. The requests are those that any client
could send; what a test compares stays where the tests are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from checks.diagnosis.diagnose import Diagnosis, diagnose
from checks.diagnosis.signatures import signature
from checks.grade.texts import clean
from checks.messages.errors_ru import translate_error
from checks.messages.report import NO_ANSWER, NO_CAUSE
from checks.results.model import NO_FAILURE, Cause, TaskResult, Verdict
from checks.results.statement_text import shorten_sql
from checks.terminal.failure import DRIVER_STATEMENTS, MAX_STATEMENTS

QUIET = NO_FAILURE | {Verdict.BLOCKED}
Diagnose = Callable[[TaskResult], tuple[Diagnosis, ...]]


@dataclass(frozen=True)
class Story:
    """Why a task does not pass: its first failing test, and the names of the others.

    `waiting` tests are blocked by it; their names tell nothing. `named` are the known mistakes
    that the failure looks like. All texts are clean.
    """

    test: str
    passed: int
    planned: int
    message: str
    request: str = ""
    answer: str = ""
    statements: tuple[str, ...] = ()
    frame: str = ""
    others: tuple[str, ...] = ()
    waiting: int = 0
    named: tuple[Diagnosis, ...] = ()


def remembered(ask: Diagnose = diagnose) -> Diagnose:
    """The same diagnoses; of a cohort's many equal failures each is asked once."""
    known: dict[tuple[object, ...], tuple[Diagnosis, ...]] = {}

    def diagnoses(task: TaskResult) -> tuple[Diagnosis, ...]:
        if task.first_failure is None:
            return ()
        seen = signature(task.tests)
        key = (task.id, task.first_failure.verdict, tuple(seen.tests.items()), seen.says)
        if key not in known:
            known[key] = ask(task)
        return known[key]

    return diagnoses


def story(task: TaskResult, diagnoses: Diagnose, lang: str) -> Story | None:
    """The story of a task that does not pass; None when no test of it has failed."""
    failure = task.first_failure
    if failure is None:
        return None
    cause = failure.cause or Cause(NO_CAUSE.in_(lang))
    # a test's own message stays English, as in the terminal
    is_ours = failure.verdict is Verdict.INFRA_ERROR
    message = translate_error(cause.message, lang) if is_ours else cause.message
    request, answer = _exchange(cause, lang)
    return Story(
        _short(failure.name),
        task.passed,
        len(task.tests),
        clean(message),
        request,
        answer,
        tuple(_statements(cause)),
        clean(cause.frame),
        tuple(_short(t.name) for t in task.tests if t.verdict not in QUIET and t != failure),
        sum(test.verdict is Verdict.BLOCKED for test in task.tests),
        diagnoses(task),
    )


def _short(name: str) -> str:
    return clean(name.rsplit("::", maxsplit=1)[-1])


def _exchange(cause: Cause, lang: str) -> tuple[str, str]:
    exchange = cause.exchange
    if exchange is None:
        return "", ""
    status = exchange.status or NO_ANSWER.in_(lang)
    request = f"{exchange.method} {exchange.path} {exchange.request}".rstrip()
    return clean(request), clean(f"{status} {exchange.response}".rstrip())


def _statements(cause: Cause) -> Iterable[str]:
    own = [each for each in cause.statements if not DRIVER_STATEMENTS.search(each)]
    return (clean(shorten_sql(each)) for each in own[-MAX_STATEMENTS:])
