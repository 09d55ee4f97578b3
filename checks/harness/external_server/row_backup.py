"""A person's rows, set aside on disk while tests use their database, and put back afterwards.

Rows leave and come back in one transaction each, so nobody sees half of them. The file is complete
before the first row goes, and goes when the last one is back: what a killed run leaves is found.
"""

import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from checks.services.admin import trusted
from checks.services.commands import EMPTY, END_FORGOTTEN

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
TRIGGERED = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
WHERE NOT tgisinternal AND tgenabled = 'O' AND c.relnamespace = 'public'::regnamespace
"""
PATIENCE = "5s"


def count(connection: Connection) -> int:
    """How many rows the tables of `public` hold."""
    return sum(_value(connection, f"SELECT count(*) FROM {name}") for name in _tables(connection))  # noqa: S608


def take(connection: Connection, file: Path) -> int:
    """Move every row into the file; the number of rows.

    Raises LockNotAvailable when a transaction of somebody else's holds a table.
    """
    with connection.transaction():
        connection.execute(trusted(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        tables = _tables(connection)
        if tables:
            connection.execute(trusted(f"LOCK TABLE {', '.join(tables)}"))
        rows = count(connection)
        try:
            _write(connection, tables, file)
            connection.execute(EMPTY)
        except BaseException:  # the rows stay: a file would say that they had gone
            file.unlink(missing_ok=True)
            raise
    return rows


def put_back(connection: Connection, file: Path) -> None:
    """Leave exactly the rows of the file, and numbering where it was.

    What the application left open in a transaction is ended. Raises psycopg.Error, and changes
    nothing, when the tables are not those that the rows came from.
    """
    try:
        _put_back(connection, file)
    except psycopg.errors.LockNotAvailable:
        connection.execute(END_FORGOTTEN)
        _put_back(connection, file)


def _put_back(connection: Connection, file: Path) -> None:
    with connection.transaction(), zipfile.ZipFile(file) as archive:
        known = json.loads(archive.read("known.json"))
        connection.execute(EMPTY)
        with_triggers = [name for (name,) in connection.execute(TRIGGERED).fetchall()]
        keys = connection.execute(FOREIGN_KEYS).fetchall()
        _each(connection, (f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in with_triggers))
        _each(connection, (f"{alter}DEFERRABLE INITIALLY DEFERRED" for alter, _ in keys))
        for number, name in enumerate(known["tables"]):
            _read(connection, name, archive, f"{number}.copy")
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _each(connection, (f"{alter}{as_it_was}" for alter, as_it_was in keys))
        _each(connection, (f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in with_triggers))
        for name, (last, called) in known["sequences"].items():
            values = {"name": name, "last": last, "called": called}
            connection.execute("SELECT setval(%(name)s, %(last)s, %(called)s)", values)


def _write(connection: Connection, tables: Sequence[str], file: Path) -> None:
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
                for chunk in _copied(connection, name):
                    sink.write(chunk)
        known = {"tables": list(tables), "sequences": sequences}
        archive.writestr("known.json", json.dumps(known))
    draft.replace(file)


def _copied(connection: Connection, name: str) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(trusted(f"COPY {name} TO STDOUT")) as rows:
        yield from map(bytes, rows)


def _read(connection: Connection, name: str, archive: zipfile.ZipFile, member: str) -> None:
    with (
        archive.open(member) as source,
        connection.cursor() as cursor,
        cursor.copy(trusted(f"COPY {name} FROM STDIN")) as sink,
    ):
        while chunk := source.read(1 << 16):
            sink.write(chunk)


def _each(connection: Connection, statements: Iterator[str]) -> None:
    for statement in statements:
        connection.execute(trusted(statement))


def _tables(connection: Connection) -> list[str]:
    return [name for (name,) in connection.execute(TABLES).fetchall()]


def _value(connection: Connection, query: str) -> int:
    row = connection.execute(trusted(query)).fetchone()
    return int(row[0]) if row else 0
