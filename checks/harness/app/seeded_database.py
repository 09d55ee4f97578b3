"""A database with many rows and the app on it: slow to create, so tests share it and only read."""

import secrets
from typing import Self

from checks.harness.app.border import Border
from checks.harness.app.database_client import DatabaseClient
from checks.harness.app.process import AppProcess
from checks.services import Database, Postgres

# The reads of the filling are counted now, not while a test counts the reads of the app.
FLUSH_STATISTICS = "SELECT pg_stat_force_next_flush()"


class SeededDatabase:
    """A database filled by SQL, vacuumed and analysed; no test empties it."""

    def __init__(
        self, postgres: Postgres, database: Database, border: Border, rows: tuple[str, ...]
    ) -> None:
        """`database` is a database of its own on `postgres`; it is dropped at the end."""
        self._postgres = postgres
        self._database = database
        self._rows = rows
        self.database = DatabaseClient(postgres.dsn(database))
        self.process = AppProcess(border, f"seeded-{secrets.token_hex(4)}", {})

    def __enter__(self) -> Self:
        try:
            for statement in (*self._rows, "VACUUM ANALYZE", FLUSH_STATISTICS):
                self.database.execute(statement)
            self.process.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the app and drop the database."""
        self.process.close()
        self.database.close()
        self._postgres.drop_database(self._database)
