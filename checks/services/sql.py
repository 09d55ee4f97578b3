"""The longer SQL of the services, and the functions that run it."""

from threading import Timer

import psycopg

from checks.services.admin import Session
from checks.services.names import Database

CONNECTIONS_PER_ROLE = 60
TRUNCATE_TIMEOUT_SECONDS = 10.0
TRUNCATE_ALL = """
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
TERMINATE_IDLE_TRANSACTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in trans%'
"""


def empty(checker: Session, admin: Session) -> None:
    """Delete every row of `public` but Alembic's version; numbering starts again at 1.

    A session that the application left in a transaction would block TRUNCATE: it is terminated. So
    is the checker's own after a timeout: a trigger may hold it, and catch every other error.
    """
    timer = Timer(TRUNCATE_TIMEOUT_SECONDS, _terminate, (checker, admin, checker.pid))
    timer.start()
    try:
        _truncate(checker)
    finally:
        timer.cancel()


def _truncate(checker: Session) -> None:
    try:
        checker.run(TRUNCATE_ALL)
    except psycopg.errors.LockNotAvailable:
        checker.run(TERMINATE_IDLE_TRANSACTIONS)
        checker.run(TRUNCATE_ALL)


def _terminate(checker: Session, admin: Session, pid: int) -> None:
    checker.terminated = True
    admin.run("SELECT pg_terminate_backend(%(pid)s)", {"pid": pid})


def create_roles_sql(database: Database) -> str:
    """The statements that create both logins."""
    logins = ((database.role, database.password), (database.checker, database.checker_password))
    limit = f"CONNECTION LIMIT {CONNECTIONS_PER_ROLE}"
    roles = (f"CREATE ROLE {role} LOGIN PASSWORD '{password}' {limit}" for role, password in logins)
    memberships = (
        f"GRANT {database.role} TO {database.checker}",
        # What a test makes by hand then belongs to the application, as if it had made it.
        f"ALTER ROLE {database.checker} SET role TO {database.role}",
    )
    return "; ".join((*roles, *memberships))
