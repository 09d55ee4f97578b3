"""How a statement of an app is shown: on one line, without what says the least."""

import re

MAX_WIDTH = 400
COLUMN = r'"?\w+"?\."?\w+"?(?: AS "?\w+"?)?'
COLUMNS = re.compile(rf"(?:{COLUMN}, ){{2,}}{COLUMN}")
PLAIN_COLUMNS = re.compile(r"^(SELECT(?: DISTINCT)?) [^()]{60,}? (FROM .*)$", re.IGNORECASE)


def fold_columns(statement: str) -> str:
    """The statement on one line, with `…` for three or more columns of tables in a row.

    What a list of columns computes between them, such as a subquery, stays.
    """
    return COLUMNS.sub("…", " ".join(statement.split()))


def shorten_sql(statement: str) -> str:
    """A statement on one line; in a long one the columns are folded first, then its end is cut.

    An ellipsis marks each cut.
    """
    text = " ".join(statement.split())
    if len(text) > MAX_WIDTH // 2:
        text = PLAIN_COLUMNS.sub(r"\1 … \2", fold_columns(text))
    return text if len(text) <= MAX_WIDTH else f"{text[:MAX_WIDTH]}…"
