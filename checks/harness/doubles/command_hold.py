"""One command of Redis, or the answer to it, that a relay holds as long as a test needs.

Only its own connection waits, so the app's other connections to Redis go on: that is how two
clients of the app meet between two commands, without luck.
"""

import socket
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Event, Lock
from typing import Any  # what a call returns

from checks.harness.app.polling import holds_within

TIMEOUT = 10.0
# The ticket, and five commands of a look back; XREAD BLOCK, BLPOP, and SUBSCRIBE belong to others.
LOOK_BACK = 6
WAITS_FOR_NEWS = (b"BLOCK", b"BLPOP", b"SUBSCRIBE")


class CommandHold:
    """Holds the `number`-th command that has the word in it, or each of them without a number."""

    def __init__(
        self,
        word: bytes,
        number: int | None = 1,
        *,
        is_answer: bool = False,
        but: Sequence[bytes] = (),
    ) -> None:
        """With `is_answer` the command passes, and what Redis says to it waits.

        A command with one of the words of `but` in it is neither counted nor held.
        """
        self._word, self._number, self._is_answer, self._but = word, number, is_answer, but
        self._seen = 0
        self.holding = 0
        self._clients: set[socket.socket] = set()
        self._lock, self._released = Lock(), Event()

    def wait(self, calls: Sequence[Future[Any]], count: int = 1) -> None:
        """Return when so many wait, or every call has ended; an app may need no such command.

        Then nothing is held any more: the next such command would be somebody else's.
        """
        holds_within(TIMEOUT, lambda: self.holding >= count or all(call.done() for call in calls))
        if not self.holding:
            self.release()

    def release(self) -> None:
        """Let pass what waits, and all that comes; safe to call twice."""
        self._released.set()

    def pass_command(self, client: socket.socket, data: bytes) -> None:
        """Called by the relay before it hands these bytes of the client to Redis."""
        command = data.upper()
        if self._released.is_set() or self._word not in command:
            return
        if any(word in command for word in self._but):
            return
        with self._lock:
            self._seen += 1
            if self._number not in (None, self._seen):
                return
            if self._is_answer:
                self._clients.add(client)
                return
        self._hold()

    def pass_answer(self, client: socket.socket) -> None:
        """Called by the relay before it hands what Redis has said to the client."""
        with self._lock:
            if client not in self._clients:
                return
            self._clients.discard(client)
        self._hold()

    def _hold(self) -> None:
        with self._lock:
            self.holding += 1
        self._released.wait()


def look_back_holds() -> list[CommandHold]:
    """Each place at which a socket that comes back can be interrupted.

    Before and after each of its first commands, whatever their names: the first takes the ticket,
    those behind it look back. What waits for news in the meantime passes.
    """
    return [
        CommandHold(b"", number, is_answer=is_answer, but=WAITS_FOR_NEWS)
        for number in range(1, LOOK_BACK + 1)
        for is_answer in (False, True)
    ]
