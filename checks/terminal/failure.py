"""The story of one failure: the promise, what was asked, what came back, the SQL, the line."""

import re

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.results.model import Cause, TestResult, Verdict

SQL_SHOWN = 10
SQL_WIDTH = 400
LOG_SHOWN = 8
COLUMNS = re.compile(r"^(SELECT(?: DISTINCT)?) .{60,}? (FROM .*)$", re.IGNORECASE)
# what psycopg and SQLAlchemy say by themselves; left out of the story, never out of a judgement
DRIVER = re.compile(
    r"^(SAVEPOINT|RELEASE|ROLLBACK TO) .?_pg3|^ROLLBACK$|pg_catalog\.pg_|FROM pg_type",
    re.IGNORECASE,
)


def indented(text: str, by: int, style: str = "") -> RenderableType:
    """A paragraph whose every line begins `by` columns in, however narrow the terminal is."""
    return Padding(Text(text, style=style), (0, 0, 0, by), expand=False)


def failure(test: TestResult, lang: str) -> RenderableType:
    """The first thing that is wrong: the promise, the exchange, the SQL, the learner's line."""
    cause = test.cause or Cause(translate("no cause was recorded", lang))
    said = cause.message
    if test.verdict is Verdict.INFRA_ERROR:  # ours to explain; a test's own words stay English
        said = translate_error(said, lang)
    first, *rest = said.splitlines() or [""]
    lines = [
        indented(test.name.split("::")[-1], 2, style="bold"),
        indented(first, 2, style="red"),
        *(indented(line, 4, style="dim") for line in rest),
    ]
    return Group(*lines, *_exchange(cause, lang), *_behind(cause, lang))


def _exchange(cause: Cause, lang: str) -> list[RenderableType]:
    found = cause.exchange
    if found is None:
        return []
    asked = [indented(f"→ {found.method} {found.path}", 4)]
    if found.request:
        asked.append(indented(found.request, 6, style="dim"))
    return [
        *asked,
        indented(f"← {found.status or translate('no answer', lang)} {found.response}", 4),
    ]


def _behind(cause: Cause, lang: str) -> list[RenderableType]:
    """What happened inside: the statements, the learner's line, else the log's end."""
    sent = [shortened(s) for s in cause.statements if not DRIVER.search(s)]
    lines = [indented(f"SQL {statement}", 4, style="dim") for statement in sent[-SQL_SHOWN:]]
    if cause.frame:
        lines.append(indented(f"{translate('your code', lang)} {cause.frame}", 4, style="bold"))
    if cause.log and not cause.exchange and not cause.frame:
        lines += [indented(line, 4, style="dim") for line in cause.log.splitlines()[-LOG_SHOWN:]]
    return lines


def shortened(statement: str) -> str:
    """A statement on one line. A long list of columns goes first: what is behind FROM tells more.

    What is left out is shown to be.
    """
    text = " ".join(statement.split())
    if len(text) > SQL_WIDTH // 2:
        text = COLUMNS.sub(r"\1 … \2", text)
    return text if len(text) <= SQL_WIDTH else f"{text[:SQL_WIDTH]}…"
