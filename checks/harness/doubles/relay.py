"""A relay in front of a server, with which a test breaks the network between an app and the server.

The app finds it by a Unix socket; so a contained app, which has no network, finds it too.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from checks.harness.app import double_sockets
from checks.harness.app.clock import wait_for
from checks.harness.doubles.command_hold import CommandHold

BACKLOG = 200
PIECE = 1 << 16
TIMEOUT = 10.0


class Relay:
    """Listens from the start on, and passes bytes on, until the block of its `with` ends."""

    def __init__(self, path: Path, connect: Callable[[], socket.socket]) -> None:
        """`path` is the relay's socket; `connect` makes a connection to the real server.

        The folder of `path` is made. Learner code may not write to the folder above it.
        """
        self._connect = connect
        self._flows = threading.Event()
        self._flows.set()
        self._refuses = False
        self._marker = b""
        self._held = threading.Event()
        self._command_hold: CommandHold | None = None
        self._open: set[socket.socket] = set()
        self._stranded: set[socket.socket] = set()
        self._ended = threading.Event()
        self._listener = double_sockets.bind_socket(path)
        self._listener.listen(BACKLOG)
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take no more connections; what was held back flows on."""
        self._ended.set()
        self.resume()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`, as `close` would not
        self._listener.close()

    def stop(self) -> None:
        """Pass nothing on from now on, in either direction; connections stay open."""
        self._flows.clear()

    def resume(self) -> None:
        """Pass on what was held back, and what comes; safe to call twice."""
        self._refuses, self._marker = False, b""
        self._flows.set()

    def strand(self) -> None:
        """Let new connections through; those of before stay open and never carry anything again.

        That is what is left of them when the network has forgotten them (NAT, a failover).
        """
        self._stranded |= self._open
        self.resume()

    def disconnect(self) -> None:
        """End every connection, as a restart of the server does; new ones are taken as before."""
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def refuse(self) -> None:
        """End every connection, and each new one at once, until `resume`."""
        self._refuses = True
        self.disconnect()

    def stop_at(self, marker: bytes) -> None:
        """Pass on all but an answer of the server that holds the marker; then stop, as `stop`."""
        self._held.clear()
        self._marker = marker

    @contextlib.contextmanager
    def held(self, hold: CommandHold) -> Iterator[None]:
        """In the block this command waits, or the answer to it; everything else passes."""
        self._command_hold = hold
        try:
            yield
        finally:
            self._command_hold = None
            hold.release()

    def wait_until_stopped(self) -> bool:
        """Whether an answer with the marker has come within ten seconds."""
        return wait_for(self._held.wait, TIMEOUT)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._refuses:
                    client.close()
                    continue
                self._open.add(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._wait_for_flow(client)
        try:
            with client, self._connect() as server:
                answers = threading.Thread(target=self._pass_on, args=(server, client), daemon=True)
                answers.start()
                self._pass_on(client, server, is_answer=False)
                answers.join()
        finally:
            self._open.discard(client)
            self._stranded.discard(client)

    def _wait_for_flow(self, *ends: socket.socket) -> None:
        """Return when bytes may pass between these; for a stranded one that is at the end."""
        self._flows.wait()
        if self._stranded.intersection(ends):
            self._ended.wait()

    def _pass_on(
        self, source: socket.socket, sink: socket.socket, *, is_answer: bool = True
    ) -> None:
        """Copy until the source has sent everything, waiting while the relay is stopped."""
        with contextlib.suppress(OSError):
            while data := source.recv(PIECE):
                if is_answer and self._marker and self._marker in data:
                    self.stop()
                    self._held.set()
                self._wait_for_flow(source, sink)
                if (hold := self._command_hold) is not None:
                    hold.pass_answer(sink) if is_answer else hold.pass_command(source, data)
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def held_answer(relay: Relay, marker: bytes, request: Callable[[], object]) -> Iterator[None]:
    """Send the request from a thread, and hold the server's answer that has the marker.

    The block begins when that answer has come, or after ten seconds. After the block the answer
    flows on, and the request ends.
    """
    relay.stop_at(marker)
    thread = threading.Thread(target=request)
    thread.start()
    try:
        relay.wait_until_stopped()
        yield
    finally:
        relay.resume()
        thread.join()
