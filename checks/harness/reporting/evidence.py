"""What one test has to do with: its stage and the exchanges it had."""

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
    """The evidence of one test, gathered when it fails."""

    environment: AppEnvironment | None = None
    apis: list[Api] = field(default_factory=list)
    log_start: int = 0
    mark: Any = None
    acted: float = 0.0
    printed: str = ""

    def exchanges(self) -> list[Exchange]:
        """What the test itself asked, oldest first; not what its fixtures asked before `acted`."""
        found = (exchange for api in self.apis for exchange in api.exchanges)
        return sorted((e for e in found if e.at >= self.acted), key=lambda e: e.at)

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
        """What the app printed during this test."""
        process = self.environment.started if self.environment else None
        return process.log(self.log_start) if process else ""

    def statements(self, exchange: Exchange | None) -> list[str]:
        """What the app sent to PostgreSQL for an exchange, as the server saw it."""
        if self.environment is None or self.mark is None or exchange is None:
            return []
        later = (e.at for e in self.exchanges() if e.at > exchange.at)
        with contextlib.suppress(Exception):  # evidence only; the verdict does not need it
            log = self.environment.statement_log()
            return log.since(self.mark, exchange.at, min(later, default=math.inf))
        return []


def _names(text: str, exchange: Exchange) -> bool:
    asked = re.escape(f"{exchange.method} {exchange.path.split('?')[0]}")
    return re.search(asked + r"(?![\w/-])", text) is not None


EVIDENCE: pytest.StashKey[Evidence] = pytest.StashKey()
