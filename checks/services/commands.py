"""The longer SQL of the services."""

from threading import Timer

import psycopg

from checks.services.admin import Session
from checks.services.names import Database

CONNECTIONS_PER_ROLE = 60
EMPTY_SECONDS = 10.0
EMPTY = """
DO $$
DECLARE names text;
BEGIN
    SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', schemaname, tablename), ', ') INTO names
    FROM pg_catalog.pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version';
    IF names IS NOT NULL THEN
        SET LOCAL lock_timeout = '1s';
        EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE';
    END IF;
END $$
"""
END_FORGOTTEN = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in trans%'
"""


def empty(checker: Session, admin: Session) -> None:
    """Delete every row of `public` but Alembic's version; numbering starts again at 1.

    A session that the application left open in a transaction would block this: it is ended. So is
    this one when it takes long: a trigger may hold it, and catch whatever is no end.
    """
    late = Timer(EMPTY_SECONDS, _end, (checker, admin, checker.pid))
    late.start()
    try:
        _empty(checker)
    finally:
        late.cancel()


def _empty(checker: Session) -> None:
    try:
        checker.run(EMPTY)
    except psycopg.errors.LockNotAvailable:
        checker.run(END_FORGOTTEN)
        checker.run(EMPTY)


def _end(checker: Session, admin: Session, pid: int) -> None:
    checker.ended = True
    admin.run("SELECT pg_terminate_backend(%(pid)s)", {"pid": pid})


def roles_of(database: Database) -> str:
    """The statements that make both logins."""
    logins = ((database.role, database.password), (database.checker, database.checker_password))
    limit = f"CONNECTION LIMIT {CONNECTIONS_PER_ROLE}"
    made = (f"CREATE ROLE {role} LOGIN PASSWORD '{word}' {limit}" for role, word in logins)
    joined = (
        f"GRANT {database.role} TO {database.checker}",
        # What a test makes by hand then belongs to the application, as if it had made it.
        f"ALTER ROLE {database.checker} SET role TO {database.role}",
    )
    return "; ".join((*made, *joined))
