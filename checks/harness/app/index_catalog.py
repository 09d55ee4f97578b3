"""The indexes and foreign keys of the app's tables, read from PostgreSQL's catalogue.

The access methods are those that serve equality or order: B-tree, hash and BRIN.
Partial indexes, indexes on expressions and invalid ones are left out: whole rows and whole columns
can be found by none of them.
"""

from dataclasses import dataclass

from checks.harness.app.database_client import DatabaseClient

# indoption has a number for each column: 1 is DESC, 2 is NULLS FIRST, 3 is both.
INDEXES = """
SELECT t.relname::text AS table, i.relname::text AS name, x.indisunique AS is_unique,
       m.amname::text AS method,
       ARRAY(SELECT a.attname::text
             FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
             WHERE k.place <= x.indnkeyatts ORDER BY k.place) AS columns,
       string_to_array(x.indoption::text, ' ')::int[] AS directions
FROM pg_index x
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_am m ON m.oid = i.relam
WHERE t.relnamespace = 'public'::regnamespace AND m.amname IN ('btree', 'hash', 'brin')
  AND x.indpred IS NULL AND x.indexprs IS NULL AND x.indisvalid
ORDER BY 1, 2
"""
FOREIGN_KEYS = """
SELECT t.relname::text AS table,
       ARRAY(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = t.oid AND a.attnum = ANY (c.conkey)) AS columns
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace
ORDER BY 1, 2
"""
# Those of a primary key or of a UNIQUE constraint cannot be dropped alone.
FREE_INDEXES = """
SELECT i.relname::text AS name, format('DROP INDEX %%I.%%I', n.nspname, i.relname) AS drop
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_namespace n ON n.oid = i.relnamespace
WHERE n.nspname = %(schema)s AND NOT x.indisprimary
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid)
ORDER BY 1
"""


@dataclass(frozen=True)
class ForeignKeyColumns:
    """The referencing side of a foreign key."""

    table: str
    columns: list[str]

    def __str__(self) -> str:
        return f"{self.table}({', '.join(self.columns)})"


@dataclass(frozen=True)
class Index:
    """`columns` and `directions` (pg_index.indoption) are in the index's order.

    Only a B-tree (`method` is `btree`) has its rows in an order, and can begin with some columns.
    """

    table: str
    name: str
    is_unique: bool
    method: str
    columns: list[str]
    directions: list[int]

    def begins_with(self, table: str, *columns: str) -> bool:
        """Whether the index is one of the table and begins with these columns in this order."""
        same_columns = self.columns[: len(columns)] == [*columns]
        return self.method == "btree" and self.table == table and same_columns

    def covers(self, key: ForeignKeyColumns) -> bool:
        """Whether the index finds the rows of a foreign key, in whatever order its columns are."""
        first = self.columns[: len(key.columns)]
        same_columns = set(first) == set(key.columns)
        return self.method != "brin" and self.table == key.table and same_columns

    def is_redundant_beside(self, other: "Index") -> bool:
        """Whether `other` answers all that this one does, and this one forbids nothing besides.

        A B-tree answers what a hash index or a BRIN index of the same columns does. A hash index
        answers what another hash index does, and so does a BRIN index.
        """
        width = len(self.columns)
        same = other.begins_with(self.table, *self.columns) or (
            self.method == other.method
            and self.table == other.table
            and self.columns == other.columns
        )
        same_directions = self.method != "btree" or self.directions == other.directions[:width]
        needed = self.is_unique and not (other.is_unique and len(other.columns) == width)
        return self.name != other.name and same and same_directions and not needed


def indexes(database: DatabaseClient) -> list[Index]:
    """Every index of the schema `public`, by table and name."""
    return [Index(**row) for row in database.rows(INDEXES)]


def uncovered_foreign_keys(database: DatabaseClient) -> list[str]:
    """The foreign keys that no index begins with, as `tasks(event_id)`."""
    keys = [ForeignKeyColumns(**row) for row in database.rows(FOREIGN_KEYS)]
    known = indexes(database)
    return [str(key) for key in keys if not any(index.covers(key) for index in known)]


def redundant_indexes(database: DatabaseClient) -> list[str]:
    """The indexes that another one replaces, as `events: ix_a (start_time) is in ix_b`."""
    known = indexes(database)
    return [
        f"{index.table}: {index.name} ({', '.join(index.columns)}) is in {other.name}"
        for index in known
        for other in known
        if index.is_redundant_beside(other)
    ]


def drop_indexes(database: DatabaseClient, schema: str) -> list[str]:
    """Drop each index of the schema that belongs to no constraint; their names."""
    found = database.rows(FREE_INDEXES, schema=schema)
    for row in found:
        database.execute(row["drop"].replace("%", "%%"))
    return [row["name"] for row in found]
