"""Task 3.5: a logout ends one login, at once and everywhere, and no other."""

from functools import partial

import pytest

from checks.harness.fixtures.logins import REFRESH, attempt_refresh
from checks.harness.fixtures.redis_keys import keys_without_ttl

LOGOUT, ME = "/api/auth/logout", "/api/auth/me"


@pytest.fixture
def log_out(api):
    """`log_out(tokens)`: with the access token as Bearer and the refresh token in the body."""

    def ask(tokens):
        return api.post(LOGOUT, json={"refresh_token": tokens.refresh}, auth=tokens.access)

    return ask


@pytest.fixture
def refresh(api):
    return partial(attempt_refresh, api)


@pytest.fixture
def assert_alive(api, refresh):
    """The login still works, with both of its tokens."""

    def check(tokens, whose):
        assert api.get(ME, auth=tokens.access).status_code == 200, f"GET {ME} of {whose}"
        assert refresh(tokens.refresh).status_code == 200, f"POST {REFRESH} of {whose}"

    return check


def assert_ended_if_accepted(api, answer, tokens, case):
    """A 204 says that the login of the access token has ended, whatever the body held."""
    if answer.status_code == 204:
        after = api.get(ME, auth=tokens.access)
        assert after.status_code == 401, f"GET {ME} with the access token after a 204 of {case}"


class TestLogout:
    @pytest.mark.gate
    def test_a_logout_answers_204(self, member, log_out):
        answer = log_out(member.log_in())

        assert answer.status_code == 204, f"POST {LOGOUT}"
        assert answer.content == b"", f"POST {LOGOUT}: a 204 has no body"

    @pytest.mark.gate
    def test_the_access_token_is_dead(self, api, member, log_out):
        tokens = member.log_in()
        assert api.get(ME, auth=tokens.access).status_code == 200, f"GET {ME} before the logout"

        log_out(tokens)

        answer = api.get(ME, auth=tokens.access)
        assert answer.status_code == 401, f"GET {ME} with an access token after its logout"
        challenge = answer.headers.get("www-authenticate", "").lower()
        assert challenge.startswith("bearer"), "a 401 has WWW-Authenticate: Bearer"

    def test_the_refresh_token_is_dead(self, member, log_out, refresh):
        tokens = member.log_in()

        log_out(tokens)

        answer = refresh(tokens.refresh)
        assert answer.status_code == 401, f"POST {REFRESH} with a refresh token after its logout"

    def test_a_refresh_token_of_another_login_is_dead_too(self, api, member, refresh):
        phone, laptop = member.log_in(), member.log_in()

        answer = api.post(LOGOUT, json={"refresh_token": laptop.refresh}, auth=phone.access)

        case = f"POST {LOGOUT} with the refresh token of another login of the same user"
        assert answer.status_code in {204, 400, 401, 403, 422}, case
        assert_ended_if_accepted(api, answer, phone, case)
        if answer.status_code == 204:
            after = refresh(laptop.refresh)
            assert after.status_code == 401, f"POST {REFRESH} with that token after a 204 of {case}"

    def test_the_newest_of_the_family_is_dead_too(self, api, member, refresh):
        first_tokens = member.log_in()
        newest_tokens = refresh(first_tokens.refresh).json()

        api.post(
            LOGOUT, json={"refresh_token": first_tokens.refresh}, auth=newest_tokens["access_token"]
        )  # 204, or 401 for a token that is used: both are known designs

        answer = refresh(newest_tokens["refresh_token"])
        case = f"POST {REFRESH} with the newest token after a logout with an older one"
        assert answer.status_code == 401, case

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/api/tasks/my-tasks"),
            ("GET", "/api/users/1"),
            ("POST", "/api/events/"),
            ("POST", "/api/tasks/"),
            ("DELETE", "/api/events/1"),
        ],
    )
    def test_every_route_knows_of_it(self, api, member, log_out, method, path):
        tokens = member.log_in()

        log_out(tokens)

        answer = api.request(method, path, auth=tokens.access)
        assert answer.status_code == 401, f"{method} {path} with an access token after its logout"

    def test_another_process_knows_of_it(self, server, member, log_out):
        tokens = member.log_in()
        other_process = server.spawn()
        answer = other_process.get(ME, auth=tokens.access)
        assert answer.status_code == 200, f"GET {ME} at another process before the logout"

        log_out(tokens)

        answer = other_process.get(ME, auth=tokens.access)
        assert answer.status_code == 401, f"GET {ME} at another process after the logout"
        answer = other_process.post(REFRESH, json={"refresh_token": tokens.refresh})
        assert answer.status_code == 401, f"POST {REFRESH} at another process after the logout"


class TestOtherLogins:
    def test_the_users_other_logins_live_on(self, member, log_out, assert_alive):
        phone, laptop = member.log_in(), member.log_in()

        log_out(phone)

        assert_alive(laptop, "another login of the same user")

    def test_the_user_can_log_in_again(self, member, log_out, assert_alive):
        log_out(member.log_in())

        tokens = member.log_in()

        assert_alive(tokens, "a login after the logout")

    def test_somebody_elses_refresh_token_ends_nothing(self, api, member, stranger, assert_alive):
        own_tokens, foreign_tokens = member.log_in(), stranger.log_in()

        answer = api.post(
            LOGOUT, json={"refresh_token": foreign_tokens.refresh}, auth=own_tokens.access
        )

        case = f"POST {LOGOUT} with somebody else's refresh token"
        assert answer.status_code in {204, 400, 401, 403, 422}, case
        assert_alive(foreign_tokens, "the user whose refresh token was sent by another")
        assert_ended_if_accepted(api, answer, own_tokens, case)


class TestRepetition:
    def test_a_second_logout_does_no_harm(self, api, member, log_out):
        tokens = member.log_in()
        log_out(tokens)

        answer = log_out(tokens)

        assert answer.status_code in {204, 401}, f"POST {LOGOUT} a second time"
        assert api.get(ME, auth=tokens.access).status_code == 401, f"GET {ME} after the second"

    @pytest.mark.parametrize("token", ["garbage", "a.b.c", ""])
    def test_a_refresh_token_of_no_use_does_no_harm(self, api, member, token):
        tokens = member.log_in()

        answer = api.post(LOGOUT, json={"refresh_token": token}, auth=tokens.access)

        case = f"POST {LOGOUT} with {token!r}"
        assert answer.status_code in {204, 400, 401, 422}, case
        assert_ended_if_accepted(api, answer, tokens, case)


class TestRefusal:
    def test_nobody_logs_out_without_an_access_token(self, api, member, assert_alive):
        tokens = member.log_in()

        answer = api.post(LOGOUT, json={"refresh_token": tokens.refresh})

        assert answer.status_code == 401, f"POST {LOGOUT} without a Bearer"
        assert_alive(tokens, "a login that was not ended")

    def test_a_refresh_token_is_no_bearer(self, api, member, assert_alive):
        tokens = member.log_in()

        answer = api.post(LOGOUT, json={"refresh_token": tokens.refresh}, auth=tokens.refresh)

        assert answer.status_code == 401, f"POST {LOGOUT} with a refresh token as Bearer"
        assert_alive(tokens, "a login that was not ended")

    def test_a_body_without_the_token_is_malformed(self, api, member):
        answer = api.post(LOGOUT, json={}, auth=member.log_in().access)

        assert answer.status_code == 422, f"POST {LOGOUT} without refresh_token"


class TestStore:
    def test_nothing_stays_in_redis_for_ever(self, member, log_out, redis):
        tokens = member.log_in()
        known_keys = set(redis.scan_iter())

        log_out(tokens)

        permanent_keys = keys_without_ttl(redis, known_keys)
        assert permanent_keys == [], f"POST {LOGOUT}: every key that it leaves in Redis has a TTL"
