"""Task 6.4: a new user gets a mail, and nobody waits for it."""

import secrets
import threading
import time

import pytest
from checks.harness.doubles.smtp import SENDER

REGISTER = "/api/v1/auth/register"
PASSWORD = "correct horse battery"
USER = {"id", "email", "full_name", "is_active", "role", "created_at"}
# More than the app has database connections (15), fewer than it has threads (40).
MANY = 20
PATIENCE = 10.0
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
RIVAL = """
INSERT INTO users (email, hashed_password, full_name) VALUES (%(email)s, 'x', 'Rival')
"""


@pytest.fixture
def app(server, mailbox):
    """A process of the app that sends its mail to the mailbox."""
    return server.shared(**mailbox.settings)


def body_of(email, **changes):
    return {"email": email, "password": PASSWORD, "full_name": "Ann", **changes}


def address():
    """One that nobody has had: what an earlier test sent must not be taken for ours."""
    return f"new-{secrets.token_hex(6)}@example.com"


def register(app, **changes):
    """A registration that goes well; the address."""
    email = address()
    answer = app.post(REGISTER, json=body_of(email, **changes))
    assert answer.status_code == 201, f"POST {REGISTER} of a new user: 201"
    return email


def until(good, asked):
    """Look again until it is as asked, or fail by those words."""
    deadline = time.monotonic() + PATIENCE
    clock = threading.Event()
    while not good():
        assert time.monotonic() < deadline, asked
        clock.wait(0.02)


class TestMail:
    @pytest.mark.gate
    def test_a_registration_sends_a_mail(self, app, mailbox):
        email = register(app)

        mail = mailbox.wait_for(email, f"POST {REGISTER}")

        assert mail.recipients == (email,), f"POST {REGISTER}: the mail is for the new user alone"

    def test_it_is_from_mail_from(self, app, mailbox):
        mail = mailbox.wait_for(register(app), f"POST {REGISTER}")

        asked = f"POST {REGISTER}: MAIL_FROM={SENDER}"
        assert mail.sender == SENDER, f"{asked} is the sender of the envelope"
        assert SENDER in str(mail.message["From"]), f"{asked} stands in the header From"

    def test_a_person_can_read_it(self, app, mailbox):
        email = register(app)

        mail = mailbox.wait_for(email, f"POST {REGISTER}")

        asked = f"POST {REGISTER}: the mail"
        assert email in str(mail.message["To"]), f"{asked} has the address in the header To"
        assert mail.message["Subject"], f"{asked} has a subject"
        assert mail.text.strip(), f"{asked} has a text"
        assert PASSWORD not in mail.message.as_string(), f"{asked} does not hold the password"

    def test_any_name_gets_its_mail(self, app, mailbox):
        for name in ("Ольга Петрова", "Zoë Müller", "山田 太郎"):
            email = register(app, full_name=name)

            mailbox.wait_for(email, f"POST {REGISTER} with full_name {name!r}")

    def test_a_name_writes_no_headers(self, app, mailbox):
        name, email = "Ann\nBcc: victim@example.com\n\nYou have won", address()

        answer = app.post(REGISTER, json=body_of(email, full_name=name))

        asked = f"POST {REGISTER} with full_name {name!r}"
        if answer.status_code == 422:
            return
        mail = mailbox.wait_for(email, asked)
        assert mail.recipients == (email,), f"{asked}: the mail is for the new user alone"
        assert mail.message["Bcc"] is None, f"{asked}: no header comes from the name"

    def test_the_answer_is_as_before(self, app):
        answer = app.post(REGISTER, json=body_of(address()))

        assert answer.status_code == 201, f"POST {REGISTER} of a new user: 201"
        assert set(answer.json()) == USER, f"POST {REGISTER}: the keys"


class TestNobodyWaits:
    def test_the_answer_comes_before_the_mail_has_left(self, app, mailbox):
        mailbox.hold()

        email = register(app)

        asked = f"POST {REGISTER} with a slow mail server"
        assert mailbox.to(email) == [], f"{asked}: answered while the mail is on its way"
        mailbox.release()
        mailbox.wait_for(email, asked)

    def test_others_are_answered_meanwhile(self, app, mailbox):
        mailbox.hold()
        email = register(app)

        answer = app.get("/api/v1/events/")

        asked = f"GET /api/v1/events/ after POST {REGISTER}, with a slow mail server"
        assert answer.status_code == 200, asked
        assert mailbox.to(email) == [], f"{asked}: answered while the mail is on its way"
        mailbox.release()
        mailbox.wait_for(email, asked)

    def test_a_mail_on_its_way_holds_no_session(self, app, mailbox):
        mailbox.hold()

        emails = [register(app) for _ in range(MANY)]
        answer = app.get("/api/v1/events/")

        asked = f"GET /api/v1/events/ with {MANY} mails on their way"
        assert answer.status_code == 200, asked
        assert mailbox.to(emails[0]) == [], f"{asked}: answered before the first of them has left"
        mailbox.release()
        for email in emails:
            mailbox.wait_for(email, asked)


class TestNoMail:
    def test_one_registration_is_one_mail(self, app, mailbox):
        emails = [register(app) for _ in range(3)]

        for email in emails:
            mailbox.wait_for(email, f"POST {REGISTER}")

        found = [len(mailbox.to(email)) for email in emails]
        assert found == [1, 1, 1], f"POST {REGISTER} of three users: one mail each"

    def test_a_taken_address_gets_no_second_mail(self, app, mailbox):
        email = register(app)
        mailbox.wait_for(email, f"POST {REGISTER}")

        answer = app.post(REGISTER, json=body_of(email))

        asked = f"POST {REGISTER} with an e-mail that is taken"
        assert answer.status_code == 409, asked
        mailbox.wait_for(register(app), f"POST {REGISTER} of the next user")
        assert len(mailbox.to(email)) == 1, f"{asked}: no second mail"

    def test_a_registration_that_loses_a_race_gets_none(self, app, mailbox, database):
        email, found = address(), []
        rival = database.connect()
        rival.execute(RIVAL, {"email": email})
        mine = threading.Thread(
            target=lambda: found.append(app.post(REGISTER, json=body_of(email)).status_code)
        )
        asked = f"POST {REGISTER} while another request writes the same e-mail"

        mine.start()
        until(lambda: database.value(WAITING) or found, f"{asked} waits for the UNIQUE constraint")
        rival.commit()
        mine.join()

        assert found == [409], asked
        mailbox.wait_for(register(app), f"POST {REGISTER} of the next user")
        assert mailbox.to(email) == [], f"{asked}: no mail"


class TestServerDown:
    @pytest.fixture
    def stranded(self, server, mailbox):
        """A process of the app whose mail server is not there."""
        return server.shared(**{**mailbox.settings, "SMTP_PORT": "1"})

    def test_a_registration_goes_well(self, stranded):
        email = register(stranded)

        answer = stranded.post("/api/auth/login", json={"email": email, "password": PASSWORD})

        asked = f"POST /api/auth/login after POST {REGISTER} with no mail server at SMTP_PORT"
        assert answer.status_code == 200, asked

    def test_the_log_says_so(self, stranded):
        before = stranded.process.log_size()

        register(stranded)

        asked = f"POST {REGISTER} with no mail server at SMTP_PORT: the log says that none was sent"
        until(lambda: stranded.process.log(before).strip(), asked)
