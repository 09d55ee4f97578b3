"""Task 6.4: a new user gets a mail, and nobody waits for it."""

import secrets

import pytest
from checks.harness.app.concurrent_requests import blocked_requests
from checks.harness.app.lock_waits import lock_waits
from checks.harness.app.log_lines import unusual_lines
from checks.harness.app.polling import holds_within, wait_until
from checks.harness.doubles.smtp import SENDER
from checks.harness.fixtures.response_keys import USER

REGISTER = "/api/v1/auth/register"
PASSWORD = "correct horse battery"
DEFAULT_SENDER = "noreply@eventure.test"
LOG_SAYS_SO = "the log says that no mail was sent (it shows a WARNING, and no INFO)"
# More than the app has database connections (15), fewer than it has threads (40).
MAIL_COUNT = 20
TIMEOUT = 10.0
# Seconds that a slow mail server takes to answer.
LATE = 3.0
RIVAL = """
INSERT INTO users (email, hashed_password, full_name) VALUES (%(email)s, 'x', 'Rival')
"""


@pytest.fixture
def app(server, mailbox):
    """A process of the app that sends its mail to the mailbox."""
    return server.shared(**mailbox.settings)


def registration(email, **changes):
    return {"email": email, "password": PASSWORD, "full_name": "Ann", **changes}


def new_email():
    """An address that nobody has had: no mail of an earlier test can be taken for this one's."""
    return f"new-{secrets.token_hex(6)}@example.com"


@pytest.fixture
def usual_log(app, mailbox):
    """What the app has said by the time that a welcome mail has arrived."""
    mailbox.wait_for(register(app), f"POST {REGISTER}")
    return app.process.log()


def wait_for_warning(app, since, usual_log, request):
    """Wait for a line of the log that an app has not said whose mails arrive."""
    wait_until(lambda: unusual_lines(app.process.log(since), usual_log), request, TIMEOUT)


def register(app, **changes):
    """A registration that goes well; the address."""
    email = new_email()
    answer = app.post(REGISTER, json=registration(email, **changes))
    assert answer.status_code == 201, f"POST {REGISTER} of a new user: 201"
    return email


class TestMail:
    @pytest.mark.gate
    def test_a_registration_sends_a_mail(self, app, mailbox):
        email = register(app)

        mail = mailbox.wait_for(email, f"POST {REGISTER}")

        assert mail.recipients == (email,), f"POST {REGISTER}: the mail is for the new user alone"

    def test_it_is_from_mail_from(self, app, mailbox):
        mail = mailbox.wait_for(register(app), f"POST {REGISTER}")

        request = f"POST {REGISTER}: MAIL_FROM={SENDER}"
        assert mail.sender == SENDER, f"{request} is the sender of the envelope"
        assert SENDER in str(mail.message["From"]), f"{request} stands in the header From"

    def test_a_person_can_read_it(self, app, mailbox):
        email = register(app)

        mail = mailbox.wait_for(email, f"POST {REGISTER}")

        request = f"POST {REGISTER}: the mail"
        assert email in str(mail.message["To"]), f"{request} has the address in the header To"
        assert mail.message["Subject"], f"{request} has a subject"
        assert mail.text.strip(), f"{request} has a text"
        assert PASSWORD not in mail.message.as_string(), f"{request} does not hold the password"

    def test_any_name_gets_its_mail(self, app, mailbox):
        for name in ("Ольга Петрова", "Zoë Müller", "山田 太郎"):
            email = register(app, full_name=name)

            mailbox.wait_for(email, f"POST {REGISTER} with full_name {name!r}")

    def test_a_name_writes_no_headers(self, app, mailbox):
        name, email = "Ann\nBcc: victim@example.com\n\nYou have won", new_email()

        answer = app.post(REGISTER, json=registration(email, full_name=name))

        request = f"POST {REGISTER} with full_name {name!r}"
        if answer.status_code == 422:
            return
        mail = mailbox.wait_for(email, request)
        assert mail.recipients == (email,), f"{request}: the mail is for the new user alone"
        assert mail.message["Bcc"] is None, f"{request}: no header comes from the name"

    def test_the_answer_is_as_before(self, app):
        answer = app.post(REGISTER, json=registration(new_email()))

        assert answer.status_code == 201, f"POST {REGISTER} of a new user: 201"
        assert set(answer.json()) == USER, f"POST {REGISTER}: the keys"


class TestNobodyWaits:
    def test_the_answer_comes_before_the_mail_has_left(self, app, mailbox):
        mailbox.hold()

        email = register(app)

        request = f"POST {REGISTER} with a slow mail server"
        assert mailbox.to(email) == [], f"{request}: answered while the mail is on its way"
        mailbox.release()
        mailbox.wait_for(email, request)

    def test_others_are_answered_meanwhile(self, app, mailbox):
        mailbox.hold()
        email = register(app)

        answer = app.get("/api/v1/events/")

        request = f"GET /api/v1/events/ after POST {REGISTER}, with a slow mail server"
        assert answer.status_code == 200, request
        assert mailbox.to(email) == [], f"{request}: answered while the mail is on its way"
        mailbox.release()
        mailbox.wait_for(email, request)

    def test_a_mail_on_its_way_holds_no_session(self, app, mailbox):
        mailbox.hold()

        emails = [register(app) for _ in range(MAIL_COUNT)]
        answer = app.get("/api/v1/events/")

        request = f"GET /api/v1/events/ with {MAIL_COUNT} mails on their way"
        assert answer.status_code == 200, request
        assert mailbox.to(emails[0]) == [], f"{request}: answered before the first of them has left"
        mailbox.release()
        for email in emails:
            mailbox.wait_for(email, request)


class TestNoMail:
    def test_one_registration_is_one_mail(self, app, mailbox):
        emails = [register(app), register(app)]
        mailbox.hold()
        emails.append(register(app))

        holds_within(LATE, lambda: max(map(mailbox.arrivals, emails)) > 1)
        mailbox.release()
        for email in emails:
            mailbox.wait_for(email, f"POST {REGISTER}")

        counts = [mailbox.arrivals(email) for email in emails]
        assert counts == [1, 1, 1], (
            f"POST {REGISTER} of three users, of whom the mail server answers one after three "
            "seconds: one mail each"
        )

    def test_a_taken_address_gets_no_second_mail(self, app, mailbox):
        email = register(app)
        mailbox.wait_for(email, f"POST {REGISTER}")

        answer = app.post(REGISTER, json=registration(email))

        request = f"POST {REGISTER} with an e-mail that is taken"
        assert answer.status_code == 409, request
        mailbox.wait_for(register(app), f"POST {REGISTER} of the next user")
        assert len(mailbox.to(email)) == 1, f"{request}: no second mail"

    def test_a_registration_that_loses_a_race_gets_none(self, app, mailbox, database):
        email = new_email()
        rival = database.connect()
        rival.execute(RIVAL, {"email": email})
        request = f"POST {REGISTER} while another request writes the same e-mail"

        with blocked_requests(
            database, lambda: app.post(REGISTER, json=registration(email))
        ) as answers:
            wait_until(
                lambda: lock_waits(database) or answers,
                f"{request} waits for the UNIQUE constraint",
                TIMEOUT,
            )
            rival.commit()

        assert [answer.status_code for answer in answers] == [409], request
        mailbox.wait_for(register(app), f"POST {REGISTER} of the next user")
        assert mailbox.to(email) == [], f"{request}: no mail"


class TestServerDown:
    @pytest.fixture
    def app_without_mail_server(self, server, mailbox):
        """A process of the app whose mail server is not there."""
        return server.shared(**{**mailbox.settings, "SMTP_PORT": "1"})

    def test_a_registration_goes_well(self, app_without_mail_server):
        email = register(app_without_mail_server)

        answer = app_without_mail_server.post(
            "/api/auth/login", json={"email": email, "password": PASSWORD}
        )

        request = f"POST /api/auth/login after POST {REGISTER} with no mail server at SMTP_PORT"
        assert answer.status_code == 200, request

    def test_the_log_says_so(self, app_without_mail_server, usual_log):
        log_size = app_without_mail_server.process.log_size()

        register(app_without_mail_server)

        request = f"POST {REGISTER} with no mail server at SMTP_PORT: {LOG_SAYS_SO}"
        wait_for_warning(app_without_mail_server, log_size, usual_log, request)


class TestDefaults:
    def test_without_a_host_no_mail_is_sent(self, server, mailbox, usual_log):
        settings = {name: v for name, v in mailbox.settings.items() if name != "SMTP_HOST"}
        app = server.shared(**settings)
        log_size = app.process.log_size()

        email = register(app)

        request = f"POST {REGISTER} without SMTP_HOST: {LOG_SAYS_SO}"
        wait_for_warning(app, log_size, usual_log, request)
        assert mailbox.to(email) == [], f"POST {REGISTER} without SMTP_HOST: no mail"

    def test_without_a_sender_it_is_noreply(self, server, mailbox):
        settings = {name: v for name, v in mailbox.settings.items() if name != "MAIL_FROM"}

        mail = mailbox.wait_for(register(server.shared(**settings)), f"POST {REGISTER}")

        request = f"POST {REGISTER} without MAIL_FROM"
        assert mail.sender == DEFAULT_SENDER, f"{request}: {DEFAULT_SENDER} is the sender"
