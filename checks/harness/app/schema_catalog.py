"""The tables, columns, foreign keys and types of a schema, read from PostgreSQL's catalogue.

`index_catalog` reads the indexes that answer a question of the app; here stands every object.
"""

from dataclasses import dataclass
from typing import Any

from checks.harness.app.database_client import DatabaseClient

COLUMNS = """
SELECT column_name::text AS name, is_nullable = 'YES' AS is_nullable, data_type::text AS type
FROM information_schema.columns
WHERE table_schema = %(schema)s AND table_name = %(table)s
"""
FOREIGN_KEYS = """
SELECT a.attname::text AS column, c.confrelid::regclass::text AS target,
       c.confdeltype::text AS on_delete
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.conrelid = %(table)s::regclass
"""
TABLE_INDEXES = """
SELECT i.relname::text AS name, x.indisunique AS is_unique,
       ARRAY(SELECT a.attname::text
             FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number
             WHERE k.place <= x.indnkeyatts ORDER BY k.place) AS columns
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = %(table)s::regclass
  AND x.indpred IS NULL AND x.indexprs IS NULL AND x.indisvalid
ORDER BY 1
"""
TYPES = """
SELECT typname::text AS name FROM pg_type
WHERE typnamespace = %(schema)s::regnamespace AND typtype IN ('e', 'd') ORDER BY 1
"""
OBJECTS = """
SELECT relname::text AS name FROM pg_class
WHERE relnamespace = %(schema)s::regnamespace AND relkind IN ('r', 'v', 'm', 'S', 'p')
  AND relname <> 'alembic_version'
UNION ALL
SELECT 'type ' || typname FROM pg_type
WHERE typnamespace = %(schema)s::regnamespace AND typtype IN ('e', 'd')
UNION ALL
SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace
ORDER BY 1
"""
DEFINITIONS = """
SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, column_default
FROM information_schema.columns WHERE table_schema = %(schema)s
UNION ALL
SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), '', ''
FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace
UNION ALL
SELECT tablename::text, indexname::text, indexdef, '', ''
FROM pg_indexes WHERE schemaname = %(schema)s
ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Column:
    """A column of a table; `type` is the SQL standard's name, such as `character varying`."""

    name: str
    is_nullable: bool
    type: str


@dataclass(frozen=True)
class ForeignKeyRule:
    """The first column of a foreign key and the table that it refers to.

    `on_delete` is pg_constraint.confdeltype: c is CASCADE, a is NO ACTION, n is SET NULL.
    """

    column: str
    target: str
    on_delete: str


@dataclass(frozen=True)
class TableIndex:
    """An index of one table, by whatever method; `columns` are in the index's order."""

    name: str
    is_unique: bool
    columns: list[str]


def columns(database: DatabaseClient, table: str, schema: str = "public") -> dict[str, Column]:
    """The columns of a table by their names; empty when there is no such table."""
    rows = database.rows(COLUMNS, schema=schema, table=table)
    return {row["name"]: Column(**row) for row in rows}


def foreign_keys(database: DatabaseClient, table: str) -> list[ForeignKeyRule]:
    """The foreign keys of an app's table. Raises psycopg.errors.UndefinedTable."""
    return [ForeignKeyRule(**row) for row in database.rows(FOREIGN_KEYS, table=table)]


def table_indexes(database: DatabaseClient, table: str) -> list[TableIndex]:
    """The indexes of an app's table by name, neither partial nor on an expression.

    Raises psycopg.errors.UndefinedTable.
    """
    return [TableIndex(**row) for row in database.rows(TABLE_INDEXES, table=table)]


def types(database: DatabaseClient, schema: str) -> list[dict[str, Any]]:
    """The enumerated types and domains of a schema, one row `{"name": …}` each."""
    return database.rows(TYPES, schema=schema)


def objects(database: DatabaseClient, schema: str) -> list[str]:
    """The names of tables, views, sequences, types and functions; Alembic's own table left out."""
    return [row["name"] for row in database.rows(OBJECTS, schema=schema)]


def definitions(database: DatabaseClient, schema: str) -> list[dict[str, Any]]:
    """Every column, constraint and index of a schema as PostgreSQL describes them, in order.

    Two schemas with equal definitions have equal tables.
    """
    return database.rows(DEFINITIONS, schema=schema)
