"""The report of a failure: request, response, SQL, and the line in the learner's code."""

import os
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from checks.harness.app.clock import now
from checks.harness.app.own_paths import own_paths
from checks.harness.app.process import last_error, learner_frame, learner_lines
from checks.harness.errors import HarnessError
from checks.harness.reporting.comparison import compared, explained
from checks.harness.reporting.evidence import EVIDENCE, Evidence
from checks.harness.reporting.learner_code import code_lines, printed_lines
from checks.messages.errors_ru import translate_error, translate_finding
from checks.messages.messages import translate
from checks.results.model import Cause, Exchange, Verdict

# what indexing into a body raises when the body is not what was promised
SHAPE_ERRORS = (LookupError, TypeError, ValueError)
LOG_LINES = 25
LOG_TIMEOUT = 0.2
# the beginnings of the lines that pytest adds to an assertion's message, of no use to a learner
PYTEST_DETAILS = ("+", "Omitting ", "Use -v", "...Full output", "Full diff")
SQL_LINES = 12
INDENT = " " * 12
COMPARISON: pytest.StashKey[tuple[str, tuple[str, str]]] = pytest.StashKey()
"""The operator of the last failed comparison, and what it expected and got."""


def cause_of(error: BaseException, item: pytest.Item) -> Cause:
    """Collect the evidence of a failing test while its app is still there."""
    evidence = item.stash.get(EVIDENCE, None)
    cause = _cause_of(error, item, evidence)
    tree = evidence.environment.tree if evidence and evidence.environment else None
    return replace(
        cause,
        message=own_paths(cause.message, tree),
        log=own_paths(cause.log, tree),
        expected=own_paths(cause.expected, tree),
        got=own_paths(cause.got, tree),
    )


def _cause_of(error: BaseException, item: pytest.Item, evidence: Evidence | None) -> Cause:
    message = _message(error)
    is_assertion = isinstance(error, AssertionError)
    comparison = item.config.stash.get(COMPARISON, None)
    expected, got = explained(message, comparison) if is_assertion else ("", "")
    if evidence is None:
        return Cause(message, expected=expected, got=got)
    exchange = evidence.exchange_of(message)
    log = evidence.app_log = _log(evidence, exchange)
    if isinstance(error, SHAPE_ERRORS) and exchange and exchange.response == "null":
        message = "the answer is null: does your handler return something?"
    frame = _failing_frame(log, evidence)
    return Cause(
        message,
        exchange,
        tuple(evidence.statements(exchange)),
        frame,
        "\n".join(log.splitlines()[-LOG_LINES:]),
        expected,
        got,
        _code(evidence, frame, message),
        printed_lines(log),
    )


def note_comparison(config: pytest.Config, operator: str, left: object, right: object) -> None:
    """Remember the values of a comparison that has failed, for the report of its test."""
    with suppress(Exception):  # a value may refuse to be written or compared; evidence only
        config.stash[COMPARISON] = operator, compared(operator, left, right)


def _code(evidence: Evidence, frame: str, message: str) -> tuple[str, ...]:
    """The lines of the learner's frame, or of the place that the message names."""
    if evidence.environment is None:
        return ()
    return code_lines(evidence.environment.tree, frame or message)


def _log(evidence: Evidence, exchange: Exchange | None) -> str:
    """The app's log; the answer 500 may come a moment before its traceback is written."""
    deadline = now() + LOG_TIMEOUT
    while True:
        log = evidence.log_of(exchange)
        complete = exchange is None or exchange.status != 500 or "Traceback" in log
        if complete or now() > deadline:
            return log
        time.sleep(0.01)


def _failing_frame(log: str, evidence: Evidence) -> str:
    """The innermost line of the learner's code in the last traceback, and its exception."""
    frame = (
        learner_frame(log, evidence.environment.border()) if evidence.environment and log else ""
    )
    return f"{frame}: {last_error(log)}" if frame and "Traceback" in log else frame


def _message(error: BaseException) -> str:
    """The assertion's own message and the two values, without pytest's details."""
    if isinstance(error, HarnessError):
        return str(error)
    if isinstance(error, AssertionError):
        lines = str(error).strip().splitlines() or ["an assertion without a message"]
        shown = [line for line in lines if not line.lstrip().startswith(PYTEST_DETAILS)]
        return "\n".join(line for line in shown if line.strip() != "assert False") or shown[0]
    if isinstance(error, SHAPE_ERRORS):
        return f"the answer has another shape than asked: {type(error).__name__}: {error}"
    return f"{type(error).__name__}: {error}"


def format_failure(
    cause: Cause, verdict: Verdict, item: pytest.Item, lang: str | None = None
) -> str:
    """The failure as text, six parts at most, its message first.

    The language is that of EVENTURE_LANG unless given, as on the board.
    """
    lang = lang or os.environ.get("EVENTURE_LANG", "en")
    line = (item.location[1] or 0) + 1
    translated = translate_finding if verdict is Verdict.FAIL else translate_error
    parts = [f"{translate(verdict, lang)}: {translated(cause.message, lang)}"]
    parts.append(_labelled("test", f"{item.location[0]}:{line}", lang))
    if cause.exchange:
        parts += _exchange(cause.exchange, lang)
    if cause.statements:
        count = translate("{count} statements", lang).format(count=len(cause.statements))
        parts.append(_labelled("SQL", count, lang))
        parts += [f"{INDENT}{_one_line(s)}" for s in cause.statements[:SQL_LINES]]
    if cause.frame:
        parts.append(_labelled("your code", cause.frame, lang))
    if log := _log_excerpt(cause, item):
        parts += [_labelled("log", "", lang), *(f"{INDENT}{line}" for line in log)]
    return "\n".join(parts)


def _labelled(label: str, text: str, lang: str) -> str:
    return f"  {translate(label, lang):<9} {text}".rstrip()


def _log_excerpt(cause: Cause, item: pytest.Item) -> list[str]:
    """The end of the log: the learner's own frames and the exception; with -v all of its lines."""
    evidence = item.stash.get(EVIDENCE, None)
    if item.config.get_verbosity() > 0 or evidence is None or evidence.environment is None:
        return cause.log.splitlines()
    return learner_lines(evidence.app_log, evidence.environment.tree)[-LOG_LINES:]


def _exchange(exchange: Exchange, lang: str) -> list[str]:
    headers = " ".join(f"[{name}: {value}]" for name, value in exchange.headers)
    status = translate("no answer", lang) if exchange.status is None else exchange.status
    return [
        _labelled("request", f"{exchange.method} {exchange.path} {headers}", lang),
        *([f"{INDENT}{exchange.request}"] if exchange.request else []),
        _labelled("response", f"{status} {exchange.response}", lang),
    ]


def _one_line(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= 160 else f"{text[:160]}…"
