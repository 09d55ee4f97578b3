"""What runs on a PostgreSQL server and how much it stores, asked of the server by SQL."""

from checks.services.admin import Session
from checks.services.names import Database

DATABASE_BYTES = """
SELECT coalesce(sum(pg_database_size(oid)), 0)::bigint FROM pg_database
WHERE datname = %(name)s OR pg_get_userbyid(datdba) = %(role)s
"""
# The files of these paths and of all folders below them, each in whole blocks of the file system: a
# million files of some bytes fill a disk too. A file that goes away meanwhile has no size.
TREE_BYTES = """
WITH RECURSIVE files AS (
    SELECT path, size, isdir FROM ({}) AS top, pg_stat_file(path, true)
    UNION ALL
    SELECT files.path || '/' || name, status.size, status.isdir
    FROM files, pg_ls_dir(files.path, true, false) AS name,
        pg_stat_file(files.path || '/' || name, true) AS status
    WHERE files.isdir
)
SELECT coalesce(sum((size + 4095) / 4096 * 4096), 0)::bigint FROM files WHERE NOT isdir
"""
# The temporary file of a sort, and the folder of a parallel join, are named after the pid of the
# backend whose statement it is.
TEMPORARY_BYTES = TREE_BYTES.format(
    r"""
    SELECT 'base/pgsql_tmp/' || name AS path
    FROM pg_ls_dir('base/pgsql_tmp', true, false) AS name
    JOIN pg_stat_activity ON name LIKE 'pgsql\_tmp' || pid || '.%%' WHERE usename = %(role)s
    """
)
# The whole data directory without databases, the log of changes, and links to other disks.
SHARED_BYTES = TREE_BYTES.format(
    """
    SELECT path FROM pg_ls_dir('.', true, false) AS path
    WHERE path NOT IN ('base', 'pg_wal', 'pg_tblspc')
    """
)
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


def shared_bytes(admin: Session) -> int:
    """The bytes of common files that an application can make grow, and no database counts.

    They hold what is said about databases and roles (`COMMENT ON DATABASE`), notifications, the
    lists of those who lock a row, exported snapshots, and what else a version of the server puts
    outside its databases. The log of changes is bounded by a setting.
    """
    return int(admin.run(SHARED_BYTES)[0][0])


def backends(admin: Session, database: Database) -> list[int]:
    """The pids of the processes that serve the application."""
    return [pid for (pid,) in admin.run(BACKENDS, {"role": database.role})]


def has_clients(admin: Session) -> bool:
    """Whether anybody but the administrator is connected."""
    return bool(admin.run(CLIENTS)[0][0] > 1)


def instance_id(admin: Session) -> str:
    """The start times of the server and its checkpointer: new after a restart or a crash."""
    return str(admin.run(f"SELECT pg_postmaster_start_time(), ({CHECKPOINTER})"))
