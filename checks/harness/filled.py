"""What is made once for all tests of a session that want the same: it is dear to make."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checks.harness.database import Database
from checks.harness.process import AppProcess

if TYPE_CHECKING:
    from checks.harness.stage import Stage

Settings = tuple[tuple[str, str], ...]
Rows = tuple[str, ...]


class Filled:
    """A database with many rows, which takes seconds to make, and a process of the app on it."""

    def __init__(self, stage: "Stage", rows: Rows) -> None:
        self._postgres = stage.services.postgres
        self._made = stage.fresh()
        self.database = Database(self._postgres.dsn(self._made))
        self.process = AppProcess(stage.border(self._made), f"filled-{secrets.token_hex(4)}", {})
        try:
            for statement in (*rows, "VACUUM ANALYZE"):
                self.database.execute(statement)
            self.process.start()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop the app and drop the database; safe to call twice."""
        self.process.close()
        self.database.close()
        self._postgres.drop_database(self._made)


@dataclass
class Kept:
    """Filled databases by their rows, further processes by their settings, and how many ran."""

    spawned: int = 0
    filled: dict[Rows, Filled] = field(default_factory=dict)
    processes: dict[Settings, AppProcess] = field(default_factory=dict)
