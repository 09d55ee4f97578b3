"""What one test has to do with: its stage and the exchanges it had."""

import contextlib
from dataclasses import dataclass, field
from typing import Any

import pytest

from checks.harness.api import Api
from checks.harness.stage import Stage
from checks.results import Exchange


@dataclass
class Scene:
    """The evidence of one test, gathered when it fails."""

    stage: Stage | None = None
    apis: list[Api] = field(default_factory=list)
    log_start: int = 0
    mark: Any = None

    def last_exchange(self) -> Exchange | None:
        exchanges = [exchange for api in self.apis for exchange in api.exchanges[-1:]]
        return exchanges[-1] if exchanges else None

    def last_sent(self) -> float:
        """When the last request went out (seconds since the epoch); 0 when there was none."""
        return max((api.last_sent for api in self.apis), default=0.0)

    def log(self) -> str:
        """What the app printed during this test."""
        process = self.stage.started if self.stage else None
        return process.log(self.log_start) if process else ""

    def statements(self) -> list[str]:
        """What the app sent to PostgreSQL for the last request, as the server saw it."""
        if self.stage is None or self.mark is None:
            return []
        with contextlib.suppress(Exception):  # evidence only; the verdict does not need it
            return self.stage.statement_log().since(self.mark, self.last_sent())
        return []


SCENE: pytest.StashKey[Scene] = pytest.StashKey()
