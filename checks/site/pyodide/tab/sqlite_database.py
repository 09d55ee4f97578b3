"""SQLite where the exercise tests have PostgreSQL: the database of task 1.2 in a browser."""

import re
import sqlite3
from pathlib import Path

_PARAMETER = re.compile(r"%\((\w+)\)s")
_SERIES = re.compile(r"generate_series\(1, (:\w+)\) AS n")
_RECURSIVE = (
    "(WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {})"
    " SELECT n FROM series)"
)
_COLUMNS = re.compile(r"FROM pg_attribute WHERE attrelid = to_regclass\('(\w+)'\) AND attname =.*")


class SqliteDatabase:
    """The statements of the tests on a file of SQLite, in which the app has created its tables."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)

    def execute(self, query: str, **parameters: object) -> None:
        """Run a statement; its parameters are written as psycopg writes them: `%(name)s`."""
        self._connection.execute(translated(query), parameters)

    def value(self, query: str, **parameters: object) -> object:
        """The first column of the first row; None without a row."""
        row = self._connection.execute(translated(query), parameters).fetchone()
        return row[0] if row else None

    def empty(self, tables: list[str]) -> None:
        """Delete every row; the ids begin at 1 again."""
        for table in tables:
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608, names of the models

    def close(self) -> None:
        self._connection.close()


def translated(query: str) -> str:
    """A statement of PostgreSQL as SQLite understands it: parameters, series, lists of columns."""
    query = _PARAMETER.sub(r":\1", query)
    query = _SERIES.sub(lambda match: _RECURSIVE.format(match[1]), query)
    return _COLUMNS.sub(r"FROM pragma_table_info('\1') WHERE name = :column", query)
