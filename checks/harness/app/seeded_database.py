"""A database with many rows and the app on it: seconds to make, so tests share it and only read."""

import secrets
from typing import Self

from checks.harness.app.border import Border
from checks.harness.app.database import Database
from checks.harness.app.process import AppProcess
from checks.services import Database as Made
from checks.services import Postgres

# What the filling has read is added up now, not while a test counts what the app reads.
COUNTED = "SELECT pg_stat_force_next_flush()"


class SeededDatabase:
    """SeededDatabase by SQL, vacuumed and analysed; nobody empties it between tests."""

    def __init__(
        self, postgres: Postgres, made: Made, border: Border, rows: tuple[str, ...]
    ) -> None:
        """`made` is a database of its own on `postgres`, and is dropped at the end."""
        self._postgres = postgres
        self._made = made
        self._rows = rows
        self.database = Database(postgres.dsn(made))
        self.process = AppProcess(border, f"filled-{secrets.token_hex(4)}", {})

    def __enter__(self) -> Self:
        try:
            for statement in (*self._rows, "VACUUM ANALYZE", COUNTED):
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
        self._postgres.drop_database(self._made)
