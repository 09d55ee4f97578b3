"""A relay in front of PostgreSQL that a test can stop: that is how a network breaks.

A stopped relay takes connections and whatever is sent, and passes nothing on. The app finds it by
the folder of its Unix socket, as it finds PostgreSQL; so a contained app, which has no network,
finds it too.
"""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

from checks.harness.app import double_sockets
from checks.harness.app.environment import AppEnvironment
from checks.harness.doubles.silent_server import POSTGRES_SOCKET

BACKLOG = 200
PIECE = 1 << 16


class PostgresRelay:
    """Listens from the start on, and passes bytes on, until the block of its `with` ends."""

    def __init__(self, folder: Path, url: str) -> None:
        """`folder` holds the socket and is made; `url` is the DATABASE_URL of the real server.

        Learner code may not write to the folder above it.
        """
        self._url = urlsplit(url)
        self._flows = threading.Event()
        self._flows.set()
        self._open: set[socket.socket] = set()
        self._listener = double_sockets.bind_socket(folder / POSTGRES_SOCKET)
        self._listener.listen(BACKLOG)
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take no more connections; what was held back flows on."""
        self.resume()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`, as `close` would not
        self._listener.close()

    def stop(self) -> None:
        """Pass nothing on from now on, in either direction; connections stay open."""
        self._flows.clear()

    def resume(self) -> None:
        """Pass on what was held back, and what comes; safe to call twice."""
        self._flows.set()

    def disconnect(self) -> None:
        """End every connection, as a restart of PostgreSQL does; new ones are taken as before."""
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.add(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._flows.wait()
        try:
            with client, self._connect() as server:
                answers = threading.Thread(target=self._pass_on, args=(server, client), daemon=True)
                answers.start()
                self._pass_on(client, server)
                answers.join()
        finally:
            self._open.discard(client)

    def _connect(self) -> socket.socket:
        """A connection to the real server: by the folder in the URL's query, or else by TCP."""
        folders = parse_qs(self._url.query).get("host")
        if not folders:
            return socket.create_connection((self._url.hostname, self._url.port or 5432))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{folders[0]}/{POSTGRES_SOCKET}")
        return server

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        """Copy until the source has sent everything, waiting while the relay is stopped."""
        with contextlib.suppress(OSError):
            while data := source.recv(PIECE):
                self._flows.wait()
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def relay_of(environment: AppEnvironment) -> PostgresRelay:
    """The session's relay in front of the app's PostgreSQL: one for all tests of the tree."""
    url = environment.settings(environment.database)["DATABASE_URL"]
    return environment.cached("relay", lambda: PostgresRelay(_folder_of(environment), url))


def relayed_url(environment: AppEnvironment) -> str:
    """The DATABASE_URL by which an app reaches PostgreSQL through `relay_of`."""
    return environment.services.postgres.url(environment.database, str(_folder_of(environment)))


def _folder_of(environment: AppEnvironment) -> Path:
    return environment.sockets / "relay"
