"""A mail server for the tests: it receives the app's mail, and can hold back its replies.

It listens on 127.0.0.1; for a contained app, which has no network, on a Unix socket that
checks/harness/app/port_relay.py reaches from inside the sandbox.
"""

import asyncio
import email
import email.policy
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import wait
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from checks.harness.app import double_sockets
from checks.harness.app.border import Border
from checks.harness.app.clock import seconds_left, wait_for

TIMEOUT = 10.0
MAX_HOLD_SECONDS = 6.0
"""The longest hold: an app that waits for the reply gets a verdict, not a timeout.

It is extended by the app's wait for a CPU, as the limit of a request is.
"""
SENDER = "hello@eventure.test"
SANDBOX_PORT = 2525


@dataclass(frozen=True)
class Mail:
    """One mail: the envelope's sender and recipients, and the message."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage = field(repr=False)

    @property
    def text(self) -> str:
        """The readable body."""
        body = self.message.get_body(("plain", "html"))
        return str(body.get_content()) if body else ""


class Mailbox:
    """Receives every mail inside its `with` block; an app finds it by `settings`."""

    def __init__(self, border: Border, sockets: Path) -> None:
        """`sockets` is the folder of the doubles' sockets."""
        self._border = border
        self._arrived = threading.Condition()
        self._mails: list[Mail] = []
        self._deliveries: list[Mail] = []  # with those that have no reply yet, or never got one
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()
        self._open.set()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._socket = sockets / "smtp.sock"
        self._cpu_wait: Callable[[], float] = lambda: 0.0

    def __enter__(self) -> Self:
        """Return when the server accepts connections."""
        self._thread.start()
        self._server = self._run_in_loop(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening, and close the open connections."""
        self._run_in_loop(self._shut_down())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        double_sockets.remove(self._socket)

    @property
    def settings(self) -> Mapping[str, str]:
        """The settings by which an app finds this server."""
        settings = {"SMTP_HOST": "127.0.0.1", "MAIL_FROM": SENDER}
        if self._border.contained:
            forward = f"{SANDBOX_PORT}:{self._socket}"
            return {**settings, "SMTP_PORT": str(SANDBOX_PORT), "EVENTURE_FORWARD": forward}
        assert self._server is not None, "it listens inside the block only"
        return {**settings, "SMTP_PORT": str(self._server.sockets[0].getsockname()[1])}

    def extend_by(self, cpu_wait: Callable[[], float]) -> None:
        """Ask this how many seconds the app has waited for a CPU: timeouts are extended by them."""
        self._cpu_wait = cpu_wait

    def to(self, address: str) -> list[Mail]:
        """The mails to an address that have arrived so far; each test uses its own addresses."""
        with self._arrived:
            return [mail for mail in self._mails if address in mail.recipients]

    def arrivals(self, address: str) -> int:
        """How often a whole mail to an address has come, whether or not it got a reply."""
        with self._arrived:
            return sum(address in mail.recipients for mail in self._deliveries)

    def wait_for(self, address: str, request: str) -> Mail:
        """The first mail to an address. Fails the test, naming the `request`, if none comes."""
        left = self.seconds_left(TIMEOUT)
        with self._arrived:
            while not self.to(address) and (seconds := left()) > 0:
                self._arrived.wait_for(lambda: self.to(address), seconds)
            mails = self.to(address)
        assert mails, f"{request}: a mail to the new user comes within {TIMEOUT:.0f} s"
        return mails[0]

    def hold(self) -> None:
        """From now on the server receives mail and sends no reply."""
        self._run_in_loop(self._set_open(is_open=False))

    def release(self) -> None:
        """Reply to the held mails, which arrive."""
        self._run_in_loop(self._set_open(is_open=True))

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd looks for this name
        """aiosmtpd calls this with a whole mail; what it returns is the server's answer."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = email.message_from_bytes(content, policy=email.policy.default)
        mail = Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message)
        with self._arrived:
            self._deliveries.append(mail)
        left = self.seconds_left(MAX_HOLD_SECONDS)
        while not self._open.is_set() and (seconds := left()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._open.wait(), seconds)
        self._open.set()
        with self._arrived:
            self._mails.append(mail)
            self._arrived.notify_all()
        return "250 taken"

    def seconds_left(self, seconds: float) -> Callable[[], float]:
        """Asked later, what is left of so many seconds from now."""
        return seconds_left(seconds, self._cpu_wait)

    async def _listen(self) -> asyncio.Server:
        def protocol() -> SMTP:  # a host name of its own: aiosmtpd would ask the DNS for one
            return SMTP(self, hostname="mailbox", enable_SMTPUTF8=True, loop=self._loop)

        if not self._border.contained:
            return await self._loop.create_server(protocol, "127.0.0.1", 0)
        bound = double_sockets.bind_socket(self._socket)
        return await self._loop.create_unix_server(protocol, sock=bound)

    async def _set_open(self, *, is_open: bool) -> None:
        if is_open:
            self._open.set()
        else:
            self._open.clear()

    async def _shut_down(self) -> None:
        self._open.set()
        if self._server is not None:
            self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _run_in_loop(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        result = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        wait_for(lambda seconds: wait([result], seconds).done, TIMEOUT)
        return result.result(0)
