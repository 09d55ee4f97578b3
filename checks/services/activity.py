"""What runs on a PostgreSQL server and how much it stores, asked of the server by SQL."""

from checks.services.admin import Session
from checks.services.names import Database

DATABASE_BYTES = """
SELECT coalesce(sum(pg_database_size(oid)), 0)::bigint FROM pg_database
WHERE datname = %(name)s OR pg_get_userbyid(datdba) = %(role)s
"""
# The temporary file of a sort is named after the pid of the backend that sorts.
TEMPORARY_BYTES = r"""
SELECT coalesce(sum(size), 0)::bigint FROM pg_ls_tmpdir() JOIN pg_stat_activity
ON name LIKE 'pgsql\_tmp' || pid || '.%%' WHERE usename = %(role)s
"""
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE usename = %(role)s"
CLIENTS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
CHECKPOINTER = "SELECT backend_start FROM pg_stat_activity WHERE backend_type = 'checkpointer'"
# Whether a new session of the checker's may begin, and the settings that the owner has given it.
ACCESS = """
SELECT datallowconn, datconnlimit < 0, has_database_privilege(%(checker)s, oid, 'CONNECT'), (
    SELECT coalesce(string_agg(split_part(each, '=', 1), ', '), '')
    FROM pg_db_role_setting, unnest(setconfig) AS each
    WHERE setdatabase = pg_database.oid AND split_part(each, '=', 1) <> ALL (%(harmless)s)
) FROM pg_database WHERE datname = %(name)s
"""
HARMLESS_SETTINGS = ["log_statement", "TimeZone", "search_path", "DateStyle", "client_encoding"]


def stored_bytes(admin: Session, database: Database, *, temporary: bool) -> int:
    """The bytes on disk of the database, and of all others that its role has created.

    With `temporary` also the files of its statements that run now; only a superuser may ask.
    """
    queries = (DATABASE_BYTES, TEMPORARY_BYTES) if temporary else (DATABASE_BYTES,)
    values = {"role": database.role, "name": database.name}
    return sum(admin.run(query, values)[0][0] for query in queries)


def access_barrier(admin: Session, database: Database) -> str:
    """How the owner of the database keeps the checker's sessions out; "" where it does not."""
    values = {"name": database.name, "checker": database.checker, "harmless": HARMLESS_SETTINGS}
    rows = admin.run(ACCESS, values)
    if not rows:
        return "it has dropped the database"
    allows_connections, is_unlimited, may_connect, settings = rows[0]
    if not allows_connections:
        return "ALLOW_CONNECTIONS is false"
    if not is_unlimited:
        return "CONNECTION LIMIT is set"
    if not may_connect:
        return "CONNECT is revoked"
    return f"ALTER DATABASE … SET {settings}" if settings else ""


def backends(admin: Session, database: Database) -> list[int]:
    """The pids of the processes that serve the application."""
    return [pid for (pid,) in admin.run(BACKENDS, {"role": database.role})]


def has_clients(admin: Session) -> bool:
    """Whether anybody but the administrator is connected."""
    return bool(admin.run(CLIENTS)[0][0] > 1)


def instance_id(admin: Session) -> str:
    """The start times of the server and its checkpointer: new after a restart or a crash."""
    return str(admin.run(f"SELECT pg_postmaster_start_time(), ({CHECKPOINTER})"))
