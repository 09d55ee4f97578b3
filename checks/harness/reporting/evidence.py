"""The evidence of one test: its requests and responses, the app's log, the SQL statements."""

import contextlib
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from checks.harness.app.api import Api
from checks.harness.app.environment import AppEnvironment
from checks.harness.app.process import AppProcess
from checks.results.model import Exchange

REQUEST = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /(?:[\w./~%-]|\{\w+\})*")
FILE = re.compile(r"[\w.-]+(/[\w.-]+)*\.(py|toml|ini|cfg|ya?ml|md|sh|conf|json|lock)\b")


@dataclass
class Evidence:
    """Where the evidence of one test begins; it is read when the test fails.

    `log_offset` is where the log of the app under test begins, `log_offsets` where those of its
    further processes do, by their sockets. `called_at` is the timestamp at which pytest called the
    test, after its fixtures; `app_log` is the log that the failure report was made from.
    """

    environment: AppEnvironment | None = None
    apis: list[Api] = field(default_factory=list)
    log_offset: int = 0
    log_offsets: dict[Path, int] = field(default_factory=dict)
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

    def add_client(self, client: Api) -> None:
        """Count the exchanges of a client, and from now on the log of its process."""
        self.apis.append(client)
        process = client.process
        if process is not None and not self._is_main(process):
            self.log_offsets.setdefault(process.socket, process.log_size())

    def cpu_wait(self) -> float:
        """The seconds that the processes asked in this test have waited for a CPU, at most."""
        return max((api.process.cpu_wait() for api in self.apis if api.process), default=0.0)

    def log(self) -> str:
        """The log of the app under test during this test."""
        process = self.environment.started_app if self.environment else None
        return process.log(self.log_offset) if process else ""

    def log_of(self, exchange: Exchange | None) -> str:
        """The log during this test of the process that was asked; without one, of the app's."""
        clients = [api for api in self.apis if exchange is not None and exchange in api.exchanges]
        process = clients[-1].process if clients else None
        if process is None or self._is_main(process):
            return self.log()
        return process.log(self.log_offsets.get(process.socket, 0))

    def _is_main(self, process: AppProcess) -> bool:
        return self.environment is not None and process is self.environment.started_app

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
    """Whether a text names this request, by its path or by the path's template: `/events/{id}`."""
    request = f"{exchange.method} {exchange.path.split('?')[0]}"
    return any(re.fullmatch(_pattern(n.rstrip(".")), request) for n in REQUEST.findall(text))


def _pattern(named: str) -> str:
    """`GET /events/{event_id}` matches `GET /events/7`."""
    parts = re.split(r"\{\w+\}", named)
    return "[^/?]+".join(re.escape(part) for part in parts)


EVIDENCE: pytest.StashKey[Evidence] = pytest.StashKey()
