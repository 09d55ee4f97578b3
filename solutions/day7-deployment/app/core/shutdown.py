# region task 7.9
"""The end of a process: nobody sends it requests any more, and what it has begun it finishes."""

import asyncio
import logging
import os
import signal
import threading
from types import FrameType

log = logging.getLogger(__name__)


class Shutdown:
    """What happens at SIGTERM: not ready, then no new connections, and at last the end.

    The server has a handler of its own, which does the second step and lets requests finish; this
    one comes before it. The last step is here and not an option of the server's, so that
    GRACEFUL_TIMEOUT holds however the app was started. And it ends the process, not its tasks:
    a handler that waits for the database is in a thread, and nobody can cancel a thread.
    """

    def __init__(self, drain_seconds: float, graceful_timeout: float) -> None:
        self.has_begun = False
        self._drain_seconds = drain_seconds
        self._graceful_timeout = graceful_timeout

    def listen(self) -> None:
        """From now on SIGTERM comes here first. Call it when the server has begun.

        Nothing happens where no signal can come: in another thread than the main one (TestClient),
        or under a server that listens in another way.
        """
        server = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(server):
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            if self.has_begun:
                return
            self.has_begun = True
            log.warning("SIGTERM: not ready any more; the end is in %g s", self._drain_seconds)
            # Not slept here: the loop has to go on answering meanwhile.
            loop.call_soon_threadsafe(loop.call_later, self._drain_seconds, server, number, frame)
            latest = threading.Timer(self._drain_seconds + self._graceful_timeout, self._cut)
            latest.daemon = True  # who has finished earlier does not wait for it
            latest.start()

        signal.signal(signal.SIGTERM, begin)

    def _cut(self) -> None:
        log.error("Not finished %g s after that: cut off", self._graceful_timeout)
        os._exit(1)


# endregion
