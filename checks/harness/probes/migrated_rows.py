"""Rows that are in the tables while a migration runs, on PostgreSQL and on SQLite.

A probe takes this file's text, `getsource(migrated_rows)`. It runs on the learner's side of the
border, in the learner's tree, and needs nothing but Alembic and SQLAlchemy.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def revision_before_column(url: str, table: str, column: str) -> str | None:
    """Upgrade an empty database up to the revision before the one that adds the column.

    The answer is that revision (`base` before the first one), or None when no revision adds the
    column.
    """
    config, previous = _config(url), "base"
    for step in reversed([*ScriptDirectory.from_config(config).walk_revisions()]):
        command.upgrade(config, step.revision)
        if column in _columns(url, table):
            command.downgrade(config, previous)
            return previous
        previous = step.revision
    return None


def sqlite_upgrade(
    file: str, revision: str, before: Sequence[str], after: str, query: str
) -> list[object]:
    """The first column of a query, on a SQLite file that was upgraded with rows in it.

    `before` are statements at that revision, `after` is one at head.
    """
    config = _config(f"sqlite:///{file}")
    command.upgrade(config, revision)
    _execute(file, before)
    command.upgrade(config, "head")
    _execute(file, [after])
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute(query)]


def sqlite_insert(file: str, statements: Sequence[str], query: str) -> list[object] | str:
    """The first column of a query after these statements, or what SQLite said against one."""
    try:
        _execute(file, statements)
        with closing(sqlite3.connect(file)) as connection:
            return [row[0] for row in connection.execute(query)]
    except sqlite3.Error as error:
        return str(error)


def _config(url: str) -> Config:
    os.environ["DATABASE_URL"] = url
    return Config("alembic.ini")


def _columns(url: str, table: str) -> set[str]:
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    columns = inspector.get_columns(table) if inspector.has_table(table) else []
    engine.dispose()
    return {column["name"] for column in columns}


def _execute(file: str, statements: Sequence[str]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
