"""The engine: one a process. The sessions: one a request."""

import sqlite3

# region task 7.4
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

POOL_SIZE = 10
MAX_OVERFLOW = 5
# So many requests may hold a session at once; app/api/deps.py lets no more of them in.
MAX_CONNECTIONS = POOL_SIZE + MAX_OVERFLOW


def create_database_engine(url: str) -> sa.Engine:
    """Connects on first use. pool_pre_ping replaces a connection that died in the pool."""
    engine = sa.create_engine(
        url, pool_size=POOL_SIZE, max_overflow=MAX_OVERFLOW, pool_pre_ping=True
    )
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", enforce_foreign_keys)
    return engine
# endregion


def enforce_foreign_keys(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """SQLite ignores foreign keys unless each connection asks it not to."""
    connection.execute("PRAGMA foreign_keys = ON")


def create_session_factory(engine: sa.Engine) -> sessionmaker[Session]:
    """expire_on_commit=False: a committed object can be answered with, without a new query."""
    return sessionmaker(engine, expire_on_commit=False)
