"""Mail by SMTP. It takes as long as the other side likes, so nobody waits for it."""

import asyncio
import logging
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from app.core.config import Settings

log = logging.getLogger(__name__)

# Seconds for each answer of the mail server. smtplib's own default is to wait for ever.
PATIENCE = 10


class Mailer:
    """Writes and sends our mails. What goes wrong is told to the log: nobody else is there."""

    def __init__(self, settings: Settings) -> None:
        self.host = settings.smtp_host
        self.port = settings.smtp_port
        self.sender = settings.mail_from

    async def welcome(self, user_id: int, email: str, full_name: str) -> None:
        """To a new user. Plain values: the session that loaded the user is closed by now.

        asyncio's own threads, not those in which the handlers run: forty mails to a slow server
        would use up all of those.
        """
        await asyncio.to_thread(self.send, user_id, self.welcome_message(email, full_name))

    def welcome_message(self, email: str, full_name: str) -> EmailMessage:
        """The name only in the text: a line break in a header would begin a header of its own."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = email
        message["Subject"] = "Welcome to Eventure"
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no robot should answer
        message.set_content(f"Hello {full_name},\n\nyour account is ready. See you at an event!\n")
        return message

    def send(self, user_id: int, message: EmailMessage) -> None:
        """One attempt; the log knows the account by its id, not by its address."""
        if self.host is None:
            log.warning("No SMTP_HOST: no mail to user %d", user_id)
            return
        try:
            with smtplib.SMTP(self.host, self.port, timeout=PATIENCE) as server:
                server.send_message(message)
        except OSError as error:  # SMTPException is one, too
            # No traceback: the error's own words may hold the address.
            log.error("No mail to user %d: %s", user_id, type(error).__name__)
