"""The learner's app in this process: imported, with its tables in SQLite, its SQL and its log."""

import importlib
import io
import os
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks.harness.app.process import last_error
from checks.harness.errors import AppDown
from checks.site.pyodide.tab.sqlite_database import SqliteDatabase

SECRET = "a key of the tests that is longer than 32 bytes"


@dataclass(frozen=True)
class Log:
    """What the app has written, as the evidence of a test reads the log of a process."""

    stream: io.StringIO

    def log(self, offset: int = 0) -> str:
        return self.stream.getvalue()[offset:]


@dataclass
class StatementLog:
    """The statements with the timestamp at which SQLAlchemy sent each of them."""

    sent: list[tuple[float, str]] = field(default_factory=list)

    def note(self, *call: Any) -> None:
        """A listener of SQLAlchemy's `before_cursor_execute`."""
        self.sent.append((time.time(), " ".join(call[2].split())))

    def since(self, start: int, first: float, last: float) -> list[str]:
        return [text for at, text in self.sent[start:] if first <= at < last]


class AppUnderTest:
    """The app of a tree; it has the attributes that the evidence of a test reads."""

    def __init__(self, tree: Path, database: Path) -> None:
        self.tree = tree
        self.stream = io.StringIO()
        self.started_app = Log(self.stream)
        self.statements = StatementLog()
        self._file = database
        self._app: Any = None
        self._tables: list[str] = []
        self.database = SqliteDatabase(database)

    def statement_log(self) -> StatementLog:
        return self.statements

    def border(self) -> "AppUnderTest":
        """Only its `tree` is asked for."""
        return self

    def app(self) -> Any:
        """The ASGI app, imported once. Raises AppDown with the app's own error."""
        if self._app is None:
            try:
                self._start()
            except (Exception, SystemExit) as error:  # noqa: BLE001, whatever the modules raise
                self.stream.write(traceback.format_exc())
                said = last_error(self.stream.getvalue()) or str(error)
                raise AppDown(f"the app does not start: {said}") from None
        return self._app

    def empty_tables(self) -> None:
        if self._app is not None:
            self.database.empty(self._tables)

    def close(self) -> None:
        self.database.close()
        self._file.unlink(missing_ok=True)
        forget_app(self.tree)

    def _start(self) -> None:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{self._file}",
            "SECRET_KEY": SECRET,
            "BCRYPT_ROUNDS": "4",
        }
        sys.path.insert(0, str(self.tree))
        importlib.invalidate_caches()
        main = importlib.import_module("app.main")
        base = importlib.import_module("app.db.base").Base
        engine = main.app.state.sessions.kw["bind"]
        base.metadata.create_all(engine)
        self._tables = [table.name for table in reversed(base.metadata.sorted_tables)]
        event = importlib.import_module("sqlalchemy").event
        event.listen(engine, "before_cursor_execute", self.statements.note)
        self._app = main.app


def forget_app(tree: Path) -> None:
    """The next import of `app` reads the files again."""
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]
    while str(tree) in sys.path:
        sys.path.remove(str(tree))
