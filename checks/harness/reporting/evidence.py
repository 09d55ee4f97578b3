"""The evidence of one test: its requests and responses, the app's log, the SQL statements."""

import contextlib
import math
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from checks.harness.app.api import Api
from checks.harness.app.environment import AppEnvironment
from checks.results.model import Exchange

FILE = re.compile(r"[\w.-]+(/[\w.-]+)*\.(py|toml|ini|cfg|ya?ml|md|sh|conf|json|lock)\b")


@dataclass
class Evidence:
    """Where the evidence of one test begins; it is read when the test fails.

    `called_at` is the timestamp at which pytest called the test, after its fixtures; `app_log` is
    the log that the failure report was made from.
    """

    environment: AppEnvironment | None = None
    apis: list[Api] = field(default_factory=list)
    log_offset: int = 0
    statements_start: Any = None
    called_at: float = 0.0
    app_log: str = ""

    def exchanges(self) -> list[Exchange]:
        """The test's own exchanges, oldest first; those of its fixtures came before `called_at`."""
        exchanges = (exchange for api in self.apis for exchange in api.exchanges)
        return sorted((e for e in exchanges if e.at >= self.called_at), key=lambda e: e.at)

    def exchange_of(self, message: str) -> Exchange | None:
        """The last exchange that the message names; without a name, the last one.

        A message that begins with a file's path is about that file: no exchange is its evidence.
        """
        first = message.split("\n", 1)[0]
        if FILE.match(first):
            return None
        exchanges = self.exchanges()
        named = [e for e in exchanges if _names(first, e)]
        return next(reversed(named or exchanges), None)

    def log(self) -> str:
        """The app's log during this test."""
        process = self.environment.started_app if self.environment else None
        return process.log(self.log_offset) if process else ""

    def statements(self, exchange: Exchange | None) -> list[str]:
        """The SQL of an exchange, as PostgreSQL logged it."""
        if self.environment is None or self.statements_start is None or exchange is None:
            return []
        later = (e.at for e in self.exchanges() if e.at > exchange.at)
        with contextlib.suppress(Exception):  # evidence only; the verdict does not need it
            log = self.environment.statement_log()
            return log.since(self.statements_start, exchange.at, min(later, default=math.inf))
        return []


def _names(text: str, exchange: Exchange) -> bool:
    request = re.escape(f"{exchange.method} {exchange.path.split('?')[0]}")
    return re.search(request + r"(?![\w/-])", text) is not None


EVIDENCE: pytest.StashKey[Evidence] = pytest.StashKey()
