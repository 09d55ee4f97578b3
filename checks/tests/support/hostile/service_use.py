"""Submissions that leave something in PostgreSQL or Redis, or disturb the other users of them."""

from checks.tests.support.hostile.submission import Hostile

CONNECT = """
import os, psycopg, threading
url = os.environ["DATABASE_URL"].replace("+psycopg", "")
def run(*statements):
    for statement in statements:
        try: held.append(connection.execute(statement))
        except psycopg.Error as error: print(error)
held = []
connection = psycopg.connect(url, autocommit=True)
"""
REDIS = """
import os, redis
client = redis.Redis.from_url(os.environ["REDIS_URL"])
def run(*words):
    try: print(client.execute_command(*words))
    except redis.RedisError as error: print(error)
"""


def statements(*texts: str) -> Hostile:
    """The statements run at import, each by itself; the connection stays open."""
    return Hostile(before=f"{CONNECT}run(*{texts!r})\n")


def commands(*texts: str) -> Hostile:
    """The commands of Redis run at import."""
    return Hostile(before=REDIS + "".join(f"run(*{text.split()!r})\n" for text in texts))


SERVICES: dict[str, Hostile] = {
    "statement that sleeps": Hostile(
        before=CONNECT + "threading.Thread(target=run, args=('SELECT pg_sleep(3600)',), "
        "daemon=True).start()\n"
    ),
    "locks left": statements(
        "CREATE TABLE IF NOT EXISTS t (x int)", "BEGIN", "LOCK TABLE t IN ACCESS EXCLUSIVE MODE"
    ),
    "advisory locks": statements(
        "SELECT pg_advisory_lock(n) FROM generate_series(1, 1000) AS n",
        "SELECT pg_advisory_lock(1, n) FROM generate_series(1, 100) AS n",
    ),
    "roles and databases": statements(
        "CREATE ROLE hostile SUPERUSER LOGIN PASSWORD 'x'",
        "CREATE ROLE hostile_too",
        "CREATE DATABASE hostile",
        "ALTER ROLE CURRENT_USER SUPERUSER",
    ),
    "large objects": statements(
        "SELECT lo_from_bytea(0, convert_to(repeat('x', 1000000), 'UTF8')) "
        "FROM generate_series(1, 20)"
    ),
    "sessions of others ended": statements(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    ),
    "programs and files of the server": statements(
        "COPY (SELECT 1) TO PROGRAM 'touch /tmp/owned'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "CREATE EXTENSION file_fdw",
    ),
    "prepared transaction": statements(
        "BEGIN", "CREATE TABLE p (x int)", "PREPARE TRANSACTION 'p'"
    ),
    "settings of the server": statements(
        "ALTER SYSTEM SET max_connections = 1",
        "ALTER DATABASE postgres SET default_transaction_read_only = on",
        "ALTER ROLE CURRENT_USER SET statement_timeout = 1",
        "ALTER ROLE CURRENT_USER NOLOGIN",
    ),
    "100 connections": Hostile(
        before=CONNECT + "try:\n    for _ in range(100): held.append(psycopg.connect(url))\n"
        "except psycopg.Error as error: print(error)\n"
    ),
    "other databases": Hostile(
        before=CONNECT + "for name in ('postgres', 'template1'):\n"
        "    try: psycopg.connect(url, dbname=name).execute('CREATE TABLE hostile (x int)')\n"
        "    except psycopg.Error as error: print(error)\n"
    ),
    "notifications": statements(
        "LISTEN x", "SELECT pg_notify('x', n || repeat('x', 7000)) FROM generate_series(1, 3000) n"
    ),
    "FLUSHALL and CONFIG": commands(
        "FLUSHALL",
        "CONFIG SET dir /tmp",
        "CONFIG SET maxmemory 1",
        "ACL SETUSER hostile on +@all ~*",
    ),
    "DEBUG, SHUTDOWN and REPLICAOF": commands(
        "DEBUG SEGFAULT", "DEBUG SLEEP 600", "SHUTDOWN NOSAVE", "REPLICAOF 10.0.0.1 6379"
    ),
    "script without end": Hostile(
        before=REDIS + "import threading\nthreading.Thread(target=run, "
        "args=('EVAL', 'while true do end', 0), daemon=True).start()\n"
    ),
    "subscriber that never reads": Hostile(
        before=REDIS + "import socket\nclient.set('x', b'x' * (8 << 20))\n"
    ),
}
