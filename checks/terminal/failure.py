"""One failure in the terminal: what was expected and what came, what was asked, the evidence.

It takes the lines that a terminal has for it; `-v` shows all of it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from checks.course.promises import PromiseOf, no_promise
from checks.messages.errors_ru import translate_error, translate_finding
from checks.messages.messages import translate
from checks.results.model import Cause, Exchange, TestResult, Verdict
from checks.results.statement_text import shorten_sql
from checks.terminal.fitting import Fitted, Section

MAX_STATEMENTS = 10
MAX_LOG_LINES = 8
LEAST_ROWS = 8
ROWS_AROUND = 11  # of a terminal: the title, the verdict, the advice, the keys or the prompt
# statements of psycopg and SQLAlchemy themselves: not printed, though tests may judge them
DRIVER_STATEMENTS = re.compile(
    r"^(SAVEPOINT|RELEASE|ROLLBACK TO) .?_pg3|^ROLLBACK$|pg_catalog\.pg_|FROM pg_type",
    re.IGNORECASE,
)
PARAMETERS = re.compile(r" -- \$1 = .*$", re.DOTALL)
ABOUT_STATEMENTS = re.compile(r"\b(statements?|SQL)\b")
TELLING_HEADERS = frozenset({"location", "retry-after", "www-authenticate", "allow"})
"""Headers of a response that a learner looks for first; another one is shown when it is asked."""


@dataclass(frozen=True)
class FailureView:
    """How much of a failure is shown: `rows` lines, None for no limit; `verbose` shows all.

    `promise_of` gives the sentence of the statement that a test proves.
    """

    lang: str = "en"
    rows: int | None = None
    verbose: bool = False
    promise_of: PromiseOf = no_promise


def view_for(
    lang: str, height: int | None, promise_of: PromiseOf = no_promise, *, verbose: bool = False
) -> FailureView:
    """The view that leaves the other lines of a screen their room; None stands for no terminal."""
    rows = None if height is None or verbose else max(LEAST_ROWS, height - ROWS_AROUND)
    return FailureView(lang, rows, verbose, promise_of)


def indented(text: str, columns: int, style: str = "") -> RenderableType:
    """A paragraph with each line indented by `columns`, however narrow the terminal is."""
    return Padding(Text(text, style=style), (0, 0, 0, columns), expand=False)


def render_failure(test: TestResult, view: FailureView) -> RenderableType:
    """The test's name, expected and got, what was asked, then the evidence."""
    cause = test.cause or Cause(translate("no cause was recorded", view.lang))
    is_own = test.verdict is Verdict.FAIL  # what a test itself asks stays English
    message = (translate_finding if is_own else translate_error)(cause.message, view.lang)
    promise = view.promise_of(test.task, test.name) if is_own else ""
    finding = _finding(message, cause, promise, view)
    return Fitted(
        [_name(test, promise, view), *finding, *_evidence(message, cause, view)], view.rows
    )


def _name(test: TestResult, promise: str, view: FailureView) -> Section:
    """The test's name, and the number of its sentence in the statement."""
    name = Text(test.name.split("::")[-1], style="bold")
    if promise and view.lang == "en":
        name.append(f"  promise {promise.partition('.')[0]}", style="not bold dim")
    return Section(name, 2, rank=9, most=1)


def _finding(message: str, cause: Cause, promise: str, view: FailureView) -> Iterator[Section]:
    """Expected and got first, where they are known; then what was asked.

    A Russian failure tells the promise in the statement's words; the English ones of the test are
    added where nothing else names the finding.
    """
    asked, explanation = _split(message)
    if cause.expected:
        yield _labelled("expected", cause.expected, view, "green", rank=7)
    if cause.got or cause.expected:
        yield _labelled("got", cause.got or "—", view, "red", rank=7)
    known = bool(cause.got or cause.expected)
    if in_russian := promise if view.lang == "ru" else "":
        yield _labelled("promise", in_russian, view, "", rank=7)
    if asked and known and (view.verbose or not in_russian or message != cause.message):
        yield _labelled("asked", asked, view, "", rank=6)
    elif asked and in_russian and not known and message == cause.message:
        yield _labelled("test", asked, view, "red", rank=8)
    elif asked and not known:
        yield Section(Text(asked, style="red"), 2, rank=8, least=2)
    if explanation and (view.verbose or not known):
        yield Section(Text(explanation, style="dim"), 4, rank=3, most=_most(8, view))


def _split(message: str) -> tuple[str, str]:
    """What was asked, and pytest's explanation of the assertion."""
    lines = message.splitlines() or [""]
    start = next((n for n, line in enumerate(lines) if line.startswith("assert ")), len(lines))
    return "\n".join(lines[:start]), "\n".join(line for line in lines[start:] if line.strip())


def _labelled(label: str, text: str, view: FailureView, style: str, rank: int) -> Section:
    shown = Text(f"{translate(label, view.lang):<9} ", style="dim").append(text, style=style)
    return Section(shown, 2, rank, most=_most(4, view))


def _most(lines: int, view: FailureView) -> int:
    return 1000 if view.verbose else lines


def _evidence(message: str, cause: Cause, view: FailureView) -> Iterator[Section]:
    """The exchange, the learner's line and its neighbours, the SQL, what the code has printed."""
    if cause.exchange:
        yield from _exchange(_split(message)[0], cause.exchange, view)
    if cause.frame:
        place = f"{translate('your code', view.lang)} {translate_error(cause.frame, view.lang)}"
        yield Section(Text(place, style="bold"), 4, rank=8)
    if cause.code:
        yield Section(Text("\n".join(cause.code)), 6, rank=5, least=len(cause.code))
    yield from _statements(cause, view)
    if cause.printed:
        printed = "\n".join(translate_error(line, view.lang) for line in cause.printed)
        yield Section(Text(translate("your code printed", view.lang), style="bold"), 4, rank=4)
        yield Section(Text(printed), 6, rank=4, least=2)
    yield from _log(cause, view)


def _statements(cause: Cause, view: FailureView) -> Iterator[Section]:
    """The SQL; where statements are what the test counts, each keeps its beginning."""
    statements = folded_statements(cause.statements)
    counted = ABOUT_STATEMENTS.search(cause.message) is not None
    for statement in statements if view.verbose else statements[-MAX_STATEMENTS:]:
        text = Text(f"SQL {statement}", style="dim")
        least, most = (1, 2) if counted else (0, 4)
        yield Section(text, 4, rank=3 if counted else 1, least=least, most=_most(most, view))


def _exchange(asked: str, exchange: Exchange, view: FailureView) -> Iterator[Section]:
    request = exchange.whole_request if view.verbose else ""
    response = exchange.whole_response if view.verbose else ""
    headers = _headers(exchange.headers)
    yield Section(Text(f"→ {exchange.method} {exchange.path}{headers}"), 4, rank=8)
    if exchange.request:
        yield Section(Text(request or exchange.request, style="dim"), 6, rank=2, least=1)
    answered = [
        (name, value)
        for name, value in exchange.answer_headers
        if view.verbose or _is_telling(name, asked)
    ]
    status = exchange.status or translate("no answer", view.lang)
    body = response or exchange.response
    text = f"← {status}{_headers(answered)} {body}".rstrip()
    yield Section(Text(text), 4, rank=2, least=1)


def _headers(headers: Sequence[tuple[str, str]]) -> str:
    return "".join(f" [{name}: {value}]" for name, value in headers)


def _is_telling(name: str, asked: str) -> bool:
    """Whether a reader looks for this header: always, or since what was asked names it."""
    named = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", asked, re.IGNORECASE)
    return name.lower() in TELLING_HEADERS or named is not None


def _log(cause: Cause, view: FailureView) -> Iterator[Section]:
    """The end of the log where nothing else tells what happened."""
    wanted = view.verbose or not (cause.exchange or cause.frame)
    if cause.log and wanted:
        lines = cause.log.splitlines()
        shown = "\n".join(lines if view.verbose else lines[-MAX_LOG_LINES:])
        yield Section(Text(shown, style="dim"), 4, rank=0)


def folded_statements(statements: Sequence[str]) -> list[str]:
    """The app's own statements, each once, with how often it was sent where that was repeatedly.

    The parameters that are shown are those of the first time.
    """
    own = [each for each in statements if not DRIVER_STATEMENTS.search(each)]
    counts = Counter(PARAMETERS.sub("", statement) for statement in own)
    firsts: dict[str, str] = {}
    for statement in own:
        firsts.setdefault(PARAMETERS.sub("", statement), statement)
    return [
        (f"×{counts[key]} " if counts[key] > 1 else "") + shorten_sql(statement)
        for key, statement in firsts.items()
    ]
