"""Requests by several clients at once, and what became of each."""

import http.client
import ssl
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Self

CLIENTS = 8
REQUEST_TIMEOUT = 30.0
REFUSED, DROPPED, NOT_SENT = "refused", "dropped", "not sent"


@dataclass(frozen=True)
class Origin:
    """Where a server is: an address of this machine, a port, and TLS or none."""

    address: str
    port: int
    tls: ssl.SSLContext | None = None

    def status(self, path: str) -> int:
        """The status of the answer to GET. Raises OSError or HTTPException without one."""
        return self.ask("GET", path)[0]

    def ask(
        self, method: str, path: str, body: bytes | None = None, token: str = ""
    ) -> tuple[int, bytes]:
        """Status and body of the answer. Raises OSError or HTTPException without one."""
        connection = (
            http.client.HTTPSConnection(
                self.address, self.port, timeout=REQUEST_TIMEOUT, context=self.tls
            )
            if self.tls
            else http.client.HTTPConnection(self.address, self.port, timeout=REQUEST_TIMEOUT)
        )
        headers = {"Host": "localhost", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@dataclass
class Outcomes:
    """How often each outcome was seen (a status, `refused`, `dropped`), and the slowest request."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def add(self, outcome: str, seconds: float) -> None:
        self.counts[outcome] += 1
        self.slowest = max(self.slowest, seconds)

    @property
    def are_all_200(self) -> bool:
        """Whether there was a request, and each was answered with 200."""
        return set(self.counts) == {"200"}

    def __str__(self) -> str:
        each = ", ".join(f"{number} × {name}" for name, number in sorted(self.counts.items()))
        return f"{each or 'no request'}; slowest {self.slowest:.1f} s"


def outcome_of(ask: Callable[[], int | None]) -> str:
    """The status; `refused` without a connection, `dropped` for one that ends without an answer.

    `not sent` for a client that gives no status, because it has asked nothing.
    """
    try:
        status = ask()
        return NOT_SENT if status is None else str(status)
    except ConnectionRefusedError:
        return REFUSED
    except (OSError, http.client.HTTPException):
        return DROPPED


class Load:
    """Clients that ask one after the other, as long as the block lasts.

    Each waits `pause` seconds between two requests, so at most CLIENTS are on their way. At the end
    the requests on their way are waited for: none is cut off by the client. What was not sent is
    not counted.
    """

    def __init__(self, ask: Callable[[], int | None], pause: float) -> None:
        self.outcomes = Outcomes()
        self._ask, self._pause = ask, pause
        self._end, self._lock = Event(), Lock()
        self._clients = [Thread(target=self._run, daemon=True) for _ in range(CLIENTS)]

    def _run(self) -> None:
        while not self._end.is_set():
            started = time.monotonic()
            outcome = outcome_of(self._ask)
            if outcome != NOT_SENT:
                with self._lock:
                    self.outcomes.add(outcome, time.monotonic() - started)
            self._end.wait(self._pause)

    def __enter__(self) -> Self:
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for client in self._clients:
            client.join(REQUEST_TIMEOUT + self._pause)
