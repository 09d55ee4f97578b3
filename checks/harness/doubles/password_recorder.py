"""A PostgreSQL that asks each client for its password, writes the password down and refuses it.

So a test reads what a client really sends, however the client was told: by PGPASSWORD, by a
password file, or by its own code. The messages are those of PostgreSQL's frontend/backend protocol
(PostgreSQL's manual, Message Formats).
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

from checks.harness.app import double_sockets
from checks.harness.app.environment import AppEnvironment
from checks.harness.doubles.silent_server import POSTGRES_SOCKET

CLEARTEXT_PASSWORD = b"R" + struct.pack("!ii", 8, 3)
FIELDS = b"SFATAL\0C28P01\0Mpassword authentication failed\0\0"
REFUSAL = b"E" + struct.pack("!i", len(FIELDS) + 4) + FIELDS
BACKLOG = 20
TIMEOUT = 10.0


@dataclass(frozen=True)
class PasswordRecorder:
    """The folder of a server's socket, and every password that a client has sent so far."""

    folder: str
    passwords: list[str] = field(default_factory=list)

    def url(self, password: str) -> str:
        """A DATABASE_URL with this password, encoded where a URL asks for it.

        A `+` stands for itself there (RFC 3986, section 3.2.1); only forms make a blank of it.
        """
        host, encoded = quote(self.folder, safe=""), quote(password, safe="+")
        return f"postgresql+psycopg://eventure:{encoded}@/eventure?host={host}"


@contextmanager
def password_recorder(environment: AppEnvironment) -> Iterator[PasswordRecorder]:
    """Listen until the block ends."""
    folder = environment.sockets / "password-postgres"
    recorder = PasswordRecorder(str(folder))
    with closing(double_sockets.bind_socket(folder / POSTGRES_SOCKET)) as listener:
        listener.listen(BACKLOG)
        thread = threading.Thread(target=_accept, args=(listener, recorder), daemon=True)
        thread.start()
        try:
            yield recorder
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`, as `close` would not
            thread.join()
            double_sockets.remove(folder / POSTGRES_SOCKET)


def _accept(listener: socket.socket, recorder: PasswordRecorder) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            with client, contextlib.suppress(OSError, struct.error):
                client.settimeout(TIMEOUT)
                _ask(client, recorder)


def _ask(client: socket.socket, recorder: PasswordRecorder) -> None:
    """One client: its startup message, our question, its password, our refusal."""
    with client.makefile("rb") as sent:
        sent.read(_length(sent.read(4)))
        client.sendall(CLEARTEXT_PASSWORD)
        if sent.read(1) == b"p":
            password = sent.read(_length(sent.read(4)))
            recorder.passwords.append(password.rstrip(b"\0").decode(errors="replace"))
        client.sendall(REFUSAL)


def _length(prefix: bytes) -> int:
    """The bytes that follow a length; the length counts itself."""
    return int(struct.unpack("!i", prefix)[0]) - len(prefix)
