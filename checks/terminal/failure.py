"""One failure in the terminal: test, request, response, SQL, and the line in the learner's code."""

import re

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.results.model import Cause, TestResult, Verdict

MAX_STATEMENTS = 10
MAX_SQL_WIDTH = 400
MAX_LOG_LINES = 8
SELECT_COLUMNS = re.compile(r"^(SELECT(?: DISTINCT)?) .{60,}? (FROM .*)$", re.IGNORECASE)
# statements of psycopg and SQLAlchemy themselves: not printed, though tests may judge them
DRIVER_STATEMENTS = re.compile(
    r"^(SAVEPOINT|RELEASE|ROLLBACK TO) .?_pg3|^ROLLBACK$|pg_catalog\.pg_|FROM pg_type",
    re.IGNORECASE,
)


def indented(text: str, columns: int, style: str = "") -> RenderableType:
    """A paragraph with each line indented by `columns`, however narrow the terminal is."""
    return Padding(Text(text, style=style), (0, 0, 0, columns), expand=False)


def render_failure(test: TestResult, lang: str) -> RenderableType:
    """The test's name and message, the HTTP exchange, the SQL, the learner's line."""
    cause = test.cause or Cause(translate("no cause was recorded", lang))
    message = cause.message
    if test.verdict is Verdict.INFRA_ERROR:  # a test's own message stays English
        message = translate_error(message, lang)
    first, *rest = message.splitlines() or [""]
    lines = [
        indented(test.name.split("::")[-1], 2, style="bold"),
        indented(first, 2, style="red"),
        *(indented(line, 4, style="dim") for line in rest),
    ]
    return Group(*lines, *_exchange(cause, lang), *_server_side(cause, lang))


def _exchange(cause: Cause, lang: str) -> list[RenderableType]:
    exchange = cause.exchange
    if exchange is None:
        return []
    request = [indented(f"→ {exchange.method} {exchange.path}", 4)]
    if exchange.request:
        request.append(indented(exchange.request, 6, style="dim"))
    return [
        *request,
        indented(f"← {exchange.status or translate('no answer', lang)} {exchange.response}", 4),
    ]


def _server_side(cause: Cause, lang: str) -> list[RenderableType]:
    """The SQL statements, the learner's line, else the end of the log."""
    own = [statement for statement in cause.statements if not DRIVER_STATEMENTS.search(statement)]
    statements = map(shorten_sql, own[-MAX_STATEMENTS:])
    lines = [indented(f"SQL {statement}", 4, style="dim") for statement in statements]
    if cause.frame:
        lines.append(indented(f"{translate('your code', lang)} {cause.frame}", 4, style="bold"))
    if cause.log and not cause.exchange and not cause.frame:
        log = cause.log.splitlines()[-MAX_LOG_LINES:]
        lines += [indented(line, 4, style="dim") for line in log]
    return lines


def shorten_sql(statement: str) -> str:
    """A statement on one line. A long list of columns is cut first, since FROM matters more.

    An ellipsis marks each cut.
    """
    text = " ".join(statement.split())
    if len(text) > MAX_SQL_WIDTH // 2:
        text = SELECT_COLUMNS.sub(r"\1 … \2", text)
    return text if len(text) <= MAX_SQL_WIDTH else f"{text[:MAX_SQL_WIDTH]}…"
