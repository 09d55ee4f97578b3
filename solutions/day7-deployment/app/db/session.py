"""The engine: one a process. The sessions: one a request."""

import sqlite3

# region task 7.4
#| import sqlalchemy as sa
#| from sqlalchemy.orm import Session, sessionmaker
#| from sqlalchemy.pool import ConnectionPoolEntry
#|
#| POOL_SIZE = 10
#| MAX_OVERFLOW = 5
#| # So many requests may hold a session at once; app/api/deps.py lets no more of them in.
#| MAX_CONNECTIONS = POOL_SIZE + MAX_OVERFLOW
#|
#|
#| def create_database_engine(url: str) -> sa.Engine:
#|     """Connects on first use. pool_pre_ping replaces a connection that died in the pool."""
#|     engine = sa.create_engine(
#|         url, pool_size=POOL_SIZE, max_overflow=MAX_OVERFLOW, pool_pre_ping=True
#|     )
#|     if engine.dialect.name == "sqlite":
#|         sa.event.listen(engine, "connect", enforce_foreign_keys)
#|     return engine
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from app.core.config import Settings


def create_database_engine(settings: Settings) -> sa.Engine:
    """Connects on first use. pool_pre_ping replaces a connection that died in the pool."""
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url)
        sa.event.listen(engine, "connect", enforce_foreign_keys)
        return engine
    # hide_parameters: an error's text goes to the log, and an e-mail in it would go along.
    options = pool_options(url, settings)
    return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True, **options)


def pool_options(url: sa.URL, settings: Settings) -> dict[str, Any]:
    """For PostgreSQL. SQLite's pools and its connections know other words, or none."""
    statement_timeout = f"-c statement_timeout={settings.db_statement_timeout_ms}"
    return {
        "pool_size": settings.db_pool_size,
        "max_overflow": settings.db_max_overflow,
        "pool_timeout": settings.db_pool_timeout,
        "connect_args": {
            "connect_timeout": settings.db_connect_timeout,
            # The URL's own would be replaced, not added to. Of two values the last counts.
            "options": f"{statement_timeout} {url.query.get('options', '')}",
        },
    }


# endregion


def enforce_foreign_keys(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """SQLite ignores foreign keys unless each connection asks it not to."""
    connection.execute("PRAGMA foreign_keys = ON")


def create_session_factory(engine: sa.Engine) -> sessionmaker[Session]:
    """expire_on_commit=False: a committed object can be answered with, without a new query."""
    return sessionmaker(engine, expire_on_commit=False)
