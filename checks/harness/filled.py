"""A database with many rows and the app on it: seconds to make, so tests share it and only read."""

import secrets
from typing import TYPE_CHECKING, Self

from checks.harness.database import Database
from checks.harness.process import AppProcess

if TYPE_CHECKING:
    from checks.harness.stage import Stage

# What the filling has read is added up now, not while a test counts what the app reads.
COUNTED = "SELECT pg_stat_force_next_flush()"


class Filled:
    """Filled by SQL, vacuumed and analysed; nobody empties it between tests."""

    def __init__(self, stage: "Stage", rows: tuple[str, ...]) -> None:
        self._postgres = stage.services.postgres
        self._made = stage.fresh()
        self._rows = rows
        self.database = Database(self._postgres.dsn(self._made))
        self.process = AppProcess(stage.border(self._made), f"filled-{secrets.token_hex(4)}", {})

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
