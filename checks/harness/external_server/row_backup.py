"""A person's rows, dumped to a file while tests use the database, and restored afterwards.

Each way is one transaction, so no other session sees half of the rows. The file is complete before
the first row is deleted, and is deleted after the last one is back: a killed run leaves the file.
"""

import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from checks.services.admin import trusted
from checks.services.sql import TERMINATE_IDLE_TRANSACTIONS, TRUNCATE_ALL

Connection = psycopg.Connection[tuple[Any, ...]]

TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n
ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'
AND c.relname <> 'alembic_version' ORDER BY 1
"""
SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences WHERE schemaname = 'public'
"""
FOREIGN_KEYS = """
SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I ', conrelid::regclass, conname),
CASE WHEN NOT condeferrable THEN 'NOT DEFERRABLE'
WHEN condeferred THEN 'DEFERRABLE INITIALLY DEFERRED' ELSE 'DEFERRABLE INITIALLY IMMEDIATE' END
FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0
"""
TABLES_WITH_TRIGGERS = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
WHERE NOT tgisinternal AND tgenabled = 'O' AND c.relnamespace = 'public'::regnamespace
"""
LOCK_TIMEOUT = "5s"


def count(connection: Connection) -> int:
    """How many rows the tables of `public` hold."""
    return sum(_value(connection, f"SELECT count(*) FROM {name}") for name in _tables(connection))  # noqa: S608


def dump_and_truncate(connection: Connection, file: Path) -> int:
    """Move every row into the file; the number of rows.

    Raises LockNotAvailable when another transaction holds a table.
    """
    with connection.transaction():
        connection.execute(trusted(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        tables = _tables(connection)
        if tables:
            connection.execute(trusted(f"LOCK TABLE {', '.join(tables)}"))
        rows = count(connection)
        try:
            _dump(connection, tables, file)
            connection.execute(TRUNCATE_ALL)
        except BaseException:  # the rows stay, and a file would claim that they are gone
            file.unlink(missing_ok=True)
            raise
    return rows


def restore(connection: Connection, file: Path) -> None:
    """Leave exactly the rows of the file, and the sequences at their old values.

    Idle transactions of the application are terminated. Raises psycopg.Error, and changes nothing,
    when the tables are not those that the rows came from.
    """
    try:
        _restore(connection, file)
    except psycopg.errors.LockNotAvailable:
        connection.execute(TERMINATE_IDLE_TRANSACTIONS)
        _restore(connection, file)


def _restore(connection: Connection, file: Path) -> None:
    with connection.transaction(), zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("known.json"))
        connection.execute(TRUNCATE_ALL)
        triggered = [name for (name,) in connection.execute(TABLES_WITH_TRIGGERS).fetchall()]
        foreign_keys = connection.execute(FOREIGN_KEYS).fetchall()
        _execute_all(connection, (f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in triggered))
        _execute_all(
            connection, (f"{alter}DEFERRABLE INITIALLY DEFERRED" for alter, _ in foreign_keys)
        )
        for number, name in enumerate(manifest["tables"]):
            _copy_in(connection, name, archive, f"{number}.copy")
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _execute_all(connection, (f"{alter}{original}" for alter, original in foreign_keys))
        _execute_all(connection, (f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in triggered))
        for name, (last_value, is_called) in manifest["sequences"].items():
            connection.execute("SELECT setval(%s, %s, %s)", (name, last_value, is_called))


def _dump(connection: Connection, tables: Sequence[str], file: Path) -> None:
    """The tables as PostgreSQL's own COPY writes them; the file appears when it is complete."""
    names = [name for (name,) in connection.execute(SEQUENCES).fetchall()]
    sequences = {
        name: connection.execute(trusted(f"SELECT last_value, is_called FROM {name}")).fetchone()  # noqa: S608
        for name in names
    }
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(tables):
            with archive.open(f"{number}.copy", "w", force_zip64=True) as sink:
                for chunk in _copy_out(connection, name):
                    sink.write(chunk)
        manifest = {"tables": list(tables), "sequences": sequences}
        archive.writestr("known.json", json.dumps(manifest))
    draft.replace(file)


def _copy_out(connection: Connection, name: str) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(trusted(f"COPY {name} TO STDOUT")) as rows:
        yield from map(bytes, rows)


def _copy_in(connection: Connection, name: str, archive: zipfile.ZipFile, member: str) -> None:
    with (
        archive.open(member) as source,
        connection.cursor() as cursor,
        cursor.copy(trusted(f"COPY {name} FROM STDIN")) as sink,
    ):
        while chunk := source.read(1 << 16):
            sink.write(chunk)


def _execute_all(connection: Connection, statements: Iterator[str]) -> None:
    for statement in statements:
        connection.execute(trusted(statement))


def _tables(connection: Connection) -> list[str]:
    return [name for (name,) in connection.execute(TABLES).fetchall()]


def _value(connection: Connection, query: str) -> int:
    row = connection.execute(trusted(query)).fetchone()
    return int(row[0]) if row else 0
