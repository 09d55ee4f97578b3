"""The mail server of the tests: it keeps what arrives, and answers when it is told to."""

import os
import select
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from checks.harness.app.border import HARNESS, Border
from checks.harness.app.environment import AppEnvironment
from checks.harness.doubles import smtp
from checks.harness.doubles.smtp import Mailbox


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with Mailbox(Border(tree=tmp_path, scratch=tmp_path), tmp_path) as mailbox:
        yield mailbox


def send(port: int, to: str, text: str = "Hello", patience: float = 5.0) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "us@eventure.test", to, "Welcome"
    message.set_content(text)
    with smtplib.SMTP("127.0.0.1", port, timeout=patience) as server:
        server.send_message(message)


def port_of(mailbox: Mailbox) -> int:
    return int(mailbox.settings["SMTP_PORT"])


def test_a_mailarrives_with_its_envelope_and_its_text(mailbox: Mailbox) -> None:
    send(port_of(mailbox), "ann@example.com", "Привет, Аня")

    mail = mailbox.wait_for("ann@example.com", "the mail")
    assert (mail.sender, mail.recipients) == ("us@eventure.test", ("ann@example.com",))
    assert mail.message["Subject"] == "Welcome"
    assert mail.text.strip() == "Привет, Аня"
    assert mailbox.to("bob@example.com") == []


def test_a_mailthat_does_not_come_fails_the_test_by_the_words_given(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT", 0.0)

    with pytest.raises(AssertionError, match="POST /register: a mail to the new user comes"):
        mailbox.wait_for("ann@example.com", "POST /register")


def test_a_held_mailis_answered_and_arrives_when_it_is_released(mailbox: Mailbox) -> None:
    mailbox.hold()
    with smtplib.SMTP("127.0.0.1", port_of(mailbox), timeout=5) as server:
        server.ehlo()
        server.mail("us@eventure.test")
        server.rcpt("ann@example.com")
        server.docmd("DATA")
        server.send("Subject: Welcome\r\n\r\nHello\r\n.\r\n")
        assert server.sock is not None
        assert not select.select([server.sock], [], [], 0.5)[0], "held: no answer"
        assert mailbox.to("ann@example.com") == []

        mailbox.release()

        assert server.getreply()[0] == 250
    mailbox.wait_for("ann@example.com", "the mail")


def test_a_mail_counts_as_arrived_each_time_that_it_comes_without_a_reply_too(
    mailbox: Mailbox,
) -> None:
    mailbox.hold()
    for _ in range(2):
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(port_of(mailbox), "ann@example.com", patience=0.5)
    mailbox.release()
    send(port_of(mailbox), "ann@example.com")

    assert mailbox.arrivals("ann@example.com") == 3
    assert len(mailbox.to("ann@example.com")) == 1, "a mail whose sender has left gets no reply"
    assert mailbox.arrivals("bob@example.com") == 0


def test_nobody_is_held_for_ever(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "MAX_HOLD_SECONDS", 0.0)
    mailbox.hold()

    send(port_of(mailbox), "ann@example.com")

    mailbox.wait_for("ann@example.com", "the mail")


def test_a_contained_app_reaches_it_through_the_relay(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    border = Border(tree=tmp_path, scratch=tmp_path, contained=True)
    with Mailbox(border, tmp_path) as mailbox:
        assert mailbox.settings["EVENTURE_FORWARD"] == f"2525:{tmp_path}/smtp.sock"
        relay = subprocess.Popen(
            [sys.executable, "-I", str(HARNESS / "app/port_relay.py")],
            env={"EVENTURE_FORWARD": f"{port}:{tmp_path}/smtp.sock"},
            start_new_session=True,
        )
        try:
            assert relay.wait(20) == 0, "it binds, leaves a relay behind, and is done"
            send(port, "ann@example.com")
            mailbox.wait_for("ann@example.com", "the mail")
        finally:
            os.killpg(relay.pid, signal.SIGKILL)


def test_an_environment_makes_a_value_once_and_closes_it_at_the_end(tmp_path: Path) -> None:
    environment = AppEnvironment(tmp_path, contained=False)
    mailboxes: list[Mailbox] = []

    def make() -> Mailbox:
        mailboxes.append(Mailbox(environment.border(), environment.sockets))
        return mailboxes[-1]

    environment._database = environment.services.postgres.create_database(
        None
    )  # no migrations in this tree
    assert environment.cached("mailbox", make) is environment.cached("mailbox", make)
    port = port_of(mailboxes[0])
    environment.close()

    assert len(mailboxes) == 1
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_timeout_is_extended_by_the_app_s_wait_for_a_cpu(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.harness.app.clock.now", lambda: 100.0)
    waited = [1.0]
    mailbox.extend_by(lambda: waited[0])

    left = mailbox.seconds_left(6.0)
    waited[0] = 5.0

    assert left() == 10.0
