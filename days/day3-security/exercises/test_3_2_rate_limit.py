"""Task 3.2: five attempts to log in a minute, counted in one place, and never a locked door."""

import time

import pytest

from checks.harness.app.clock import seconds_left
from checks.harness.app.log_lines import unusual_lines
from checks.harness.app.polling import wait_until
from checks.harness.fixtures.logins import FORM, LOGIN, attempt_login
from checks.harness.fixtures.redis_keys import keys_without_ttl

TIMEOUT = 20.0
LOG_TIMEOUT = 5.0
NO_REDIS = "redis://127.0.0.1:1/0"
OTHER_ADDRESSES = (
    ("X-Real-IP", "203.0.113.1"),
    ("Forwarded", "for=203.0.113.2"),
    ("True-Client-IP", "203.0.113.3"),
    ("CF-Connecting-IP", "203.0.113.4"),
)
"""Headers in which some proxy names the client; nothing makes the app believe them."""
NEW_USER = {"email": "new@example.com", "password": "correct horse battery", "full_name": "New"}
MADE_UP_ADDRESSES = (
    ("X-Forwarded-For", "203.0.113.5, 192.0.2.200"),
    ("X-Forwarded-For", "2001:db8:6::1"),
    *OTHER_ADDRESSES,
)


@pytest.fixture
def limited_app(server):
    """`limited_app()`: a process of the app with the limit turned on; all share one Redis."""

    def spawn(**extra):
        settings = {"RATE_LIMIT_ENABLED": "true", "LOGIN_RATE_LIMIT": "5/minute"}
        return server.spawn(**{**settings, **extra})

    return spawn


def guess(api, number=0, path=LOGIN, headers=None):
    """One wrong password, each time for another e-mail."""
    return attempt_login(api, f"nobody-{number}@example.com", "not the password", path, headers)


def use_up(api, **options):
    """The five attempts that everybody has."""
    statuses = [guess(api, number, **options).status_code for number in range(5)]
    assert statuses == [401] * 5, f"POST {LOGIN} with a wrong password, five times"


class TestLimit:
    @pytest.mark.gate
    def test_the_sixth_attempt_is_refused(self, limited_app):
        api = limited_app()
        use_up(api)

        assert guess(api, 5).status_code == 429, f"POST {LOGIN} the sixth time within a minute"

    def test_a_refusal_says_when_to_come_back(self, limited_app):
        api = limited_app()
        use_up(api)

        answer = guess(api, 5)

        case = f"POST {LOGIN} the sixth time"
        wait = answer.headers.get("retry-after", "")
        assert wait.isdecimal(), f"{case}: Retry-After is a whole number of seconds"
        assert 1 <= int(wait) <= 61, f"{case}: Retry-After is within the minute"

    def test_a_refusal_looks_like_every_error(self, limited_app):
        api = limited_app()
        use_up(api)

        body = guess(api, 5).json()

        case = f"POST {LOGIN} the sixth time"
        assert {"detail", "code"} <= set(body), f"{case}: the body has detail and code"
        assert isinstance(body["code"], str), f"{case}: code is a string for programs"

    def test_the_right_password_counts_and_is_refused_too(self, limited_app, member):
        api = limited_app()
        body = {"email": member.email, "password": member.password}

        statuses = [api.post(LOGIN, json=body).status_code for _ in range(6)]

        assert statuses == [200] * 5 + [429], f"POST {LOGIN} with the right password, six times"

    def test_only_logging_in_is_limited(self, limited_app, member):
        api = limited_app()
        login = attempt_login(api, member.email, member.password)
        for number in range(5):
            guess(api, number)

        moment = "when the attempts to log in are used up"
        for _ in range(6):
            answer = api.get("/api/auth/me", auth=member)
            assert answer.status_code == 200, f"GET /api/auth/me {moment}"
        tokens = {"refresh_token": login.json()["refresh_token"]}
        answer = api.post("/api/auth/refresh", json=tokens)
        assert answer.status_code == 200, f"POST /api/auth/refresh {moment}"
        answer = api.post("/api/auth/register", json=NEW_USER)
        assert answer.status_code == 201, f"POST /api/auth/register {moment}"


class TestOneBudget:
    def test_two_processes_share_it(self, limited_app):
        first, second = limited_app(), limited_app()

        statuses = [guess(each, n).status_code for n in range(5) for each in (first, second)]

        assert statuses.count(429) == 5, f"POST {LOGIN} ten times, five at each of two processes"

    def test_both_ways_to_log_in_share_it(self, limited_app):
        api = limited_app()
        for number in range(4):
            guess(api, number, path=(LOGIN, FORM)[number % 2])

        fifth, sixth = guess(api, 5, path=FORM), guess(api, 6, path=LOGIN)

        assert fifth.status_code == 401, f"POST {FORM} as the fifth attempt over both routes"
        assert sixth.status_code == 429, f"POST {LOGIN} as the sixth attempt over both routes"
        answer = guess(api, 7, path=FORM)
        assert answer.status_code == 429, f"POST {FORM} as the seventh"

    def test_a_made_up_address_does_not_help(self, limited_app):
        api = limited_app()

        statuses = [
            guess(api, number, headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
            for number in range(7)
        ]

        case = f"POST {LOGIN} seven times, each with another X-Forwarded-For"
        assert statuses == [401] * 5 + [429] * 2, case
        for name, value in MADE_UP_ADDRESSES:
            answer = guess(api, 7, headers={name: value})
            assert answer.status_code == 429, f"POST {LOGIN} once more, with {name}: {value}"


class TestOtherClients:
    def test_another_client_is_not_affected(self, limited_app):
        api = limited_app(FORWARDED_ALLOW_IPS="*")
        use_up(api, headers={"X-Forwarded-For": "198.51.100.1"})

        first_client = guess(api, 5, headers={"X-Forwarded-For": "198.51.100.1"})
        second_client = guess(api, 6, headers={"X-Forwarded-For": "203.0.113.77"})

        case = "with a proxy that is trusted (FORWARDED_ALLOW_IPS)"
        assert first_client.status_code == 429, f"POST {LOGIN} of the first client, {case}"
        assert second_client.status_code == 401, f"POST {LOGIN} of a second client, {case}"
        for name, value in OTHER_ADDRESSES:
            answer = guess(api, 7, headers={"X-Forwarded-For": "198.51.100.1", name: value})
            request = f"POST {LOGIN} of the first client, {case}, which writes {name} too"
            assert answer.status_code == 429, request

    def test_no_other_header_names_a_client(self, limited_app):
        api = limited_app(FORWARDED_ALLOW_IPS="*")
        use_up(api)

        for name, value in OTHER_ADDRESSES:
            answer = guess(api, 5, headers={name: value})
            assert answer.status_code == 429, (
                f"POST {LOGIN} the sixth time, through a proxy that is trusted "
                f"(FORWARDED_ALLOW_IPS) and writes {name} alone"
            )

    def test_after_the_window_the_door_is_open_again(self, limited_app):
        api = limited_app(LOGIN_RATE_LIMIT="5/2second")
        refusal = guess_until_refused(api)
        wait = int(refusal.headers.get("retry-after", "2"))
        assert wait <= 3, "Retry-After of a window of two seconds"

        time.sleep(wait)

        answer = guess(api)
        assert answer.status_code == 401, f"POST {LOGIN} after the seconds of Retry-After: {wait}"


class TestStore:
    def test_with_the_store_down_the_login_answers(self, limited_app):
        api = limited_app(REDIS_URL=NO_REDIS)

        for number in range(5):
            answer = guess(api, number)

            assert answer.status_code == 401, f"POST {LOGIN} with no Redis at REDIS_URL"

    def test_with_the_store_lost_the_login_answers(
        self, limited_app, relayed_settings, redis_relay
    ):
        api = limited_app(**relayed_settings)
        assert guess(api).status_code == 401, f"POST {LOGIN} with a wrong password"

        redis_relay.refuse()

        for number in range(4):
            answer = guess(api, number)
            assert answer.status_code == 401, f"POST {LOGIN} after Redis was lost"

    def test_with_the_store_down_the_log_says_so(self, limited_app):
        usual_app, api = limited_app(), limited_app(REDIS_URL=NO_REDIS)

        guess(usual_app)
        guess(api)

        usual = usual_app.process.log()
        case = f"POST {LOGIN} with no Redis at REDIS_URL: the log says so, with a WARNING at least"
        wait_until(lambda: unusual_lines(api.process.log(), usual), case, LOG_TIMEOUT)

    def test_what_is_counted_goes_away_by_itself(self, limited_app, redis):
        known_keys = set(redis.scan_iter())

        use_up(limited_app())

        permanent_keys = keys_without_ttl(redis, known_keys)
        assert permanent_keys == [], "every key that the limiter leaves in Redis has a TTL"

    def test_it_can_be_turned_off(self, limited_app):
        api = limited_app(RATE_LIMIT_ENABLED="false")

        statuses = [guess(api, number).status_code for number in range(8)]

        assert statuses == [401] * 8, f"POST {LOGIN} eight times with RATE_LIMIT_ENABLED=false"


def guess_until_refused(api):
    """Guess until the limit is reached; the refusal."""
    left = seconds_left(TIMEOUT)
    while left() > 0:
        answer = guess(api)
        if answer.status_code == 429:
            return answer
    raise AssertionError(f"POST {LOGIN} for {TIMEOUT:.0f} s: {answer.status_code} every time")
