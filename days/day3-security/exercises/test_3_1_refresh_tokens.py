"""Task 3.1: a refresh token buys the next pair of tokens, once, and is good for nothing else."""

from functools import partial

import pytest

from checks.harness.app.concurrent_requests import blocked_requests
from checks.harness.fixtures.constraint_violations import assert_accepted
from checks.harness.fixtures.forged_tokens import ATTACKS, forge_token, lifetime
from checks.harness.fixtures.logins import FORM, LOGIN, REFRESH, attempt_login, attempt_refresh
from checks.harness.fixtures.token_tables import lock_token_tables, pass_time

ME = "/api/auth/me"
DAYS = 7  # REFRESH_TOKEN_EXPIRE_DAYS, unless it is set


@pytest.fixture
def refresh(api):
    """`refresh(token)`: the answer to a refresh token."""
    return partial(attempt_refresh, api)


def assert_refused(answer, case):
    """401 with its header and the two keys that every error has."""
    assert answer.status_code == 401, case
    challenge = answer.headers.get("www-authenticate", "")
    assert challenge.lower().startswith("bearer"), f"{case}: 401 has WWW-Authenticate: Bearer"
    assert {"detail", "code"} <= set(answer.json()), f"{case}: the body has detail and code"


def assert_a_pair(answer, case):
    """200 with two tokens and what a client has to know of them."""
    assert answer.status_code == 200, case
    pair = answer.json()
    for key in ("access_token", "refresh_token"):
        assert isinstance(pair.get(key) or None, str), f"{case}: {key} is a string"
    assert pair["access_token"] != pair["refresh_token"], f"{case}: two different tokens"
    assert pair.get("token_type") == "bearer", f"{case}: token_type"
    assert pair.get("expires_in") == 1800, f"{case}: expires_in is 30 minutes, in seconds"


class TestPair:
    @pytest.mark.gate
    def test_a_login_answers_two_tokens(self, api, users):
        user = users.register()

        answer = api.post(LOGIN, json={"email": user.email, "password": user.password})

        assert_a_pair(answer, f"POST {LOGIN}: access_token and refresh_token")

    @pytest.mark.gate
    def test_a_refresh_token_buys_the_next_pair(self, api, member, refresh):
        answer = refresh(member.log_in().refresh)

        case = f"POST {REFRESH} with a fresh refresh token"
        assert_a_pair(answer, case)
        me = api.get(ME, auth=answer.json()["access_token"])
        assert me.status_code == 200, f"GET {ME} with the new access token"
        assert me.json()["id"] == member.id, f"{case}: the pair is the same user's"

    def test_every_refresh_gives_another_refresh_token(self, member, refresh):
        tokens = [member.log_in().refresh]
        for _ in range(5):
            answer = refresh(tokens[-1])
            assert answer.status_code == 200, f"POST {REFRESH} with the newest refresh token"
            tokens.append(answer.json()["refresh_token"])

        assert len(set(tokens)) == 6, f"POST {REFRESH} five times within a second: all different"

    def test_a_form_logs_in_too(self, api, member):
        form = {"grant_type": "password", "username": member.email, "password": member.password}

        answer = api.post(FORM, data=form)

        assert_a_pair(answer, f"POST {FORM} with username and password as a form")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *(("username", "nobody"), ("username", "a\0b"), ("password", "a\0b")),
            # 64 bytes before the @, 96 in lower case
            pytest.param("username", f"{'İ' * 32}@example.com", id="username-grows"),
        ],
    )
    def test_a_form_that_is_off_is_refused(self, api, member, field, value):
        form = {"username": member.email, "password": member.password, field: value}

        answer = api.post(FORM, data=form)

        assert answer.status_code in (401, 422), f"POST {FORM} with {field} {value!r}"


class TestRotation:
    def test_a_used_token_is_refused(self, member, refresh):
        used_token = member.log_in().refresh
        refresh(used_token)

        assert_refused(refresh(used_token), f"POST {REFRESH} with the same refresh token again")

    @pytest.mark.parametrize("age", ["used last", "older"])
    def test_a_used_token_that_comes_again_ends_its_family(self, member, refresh, age):
        tokens = [member.log_in().refresh]
        for _ in range(3):
            tokens.append(refresh(tokens[-1]).json()["refresh_token"])
        refresh(tokens[-2] if age == "used last" else tokens[0])

        answer = refresh(tokens[-1])

        which = "a used one" if age == "used last" else "one from three refreshes ago"
        assert_refused(answer, f"POST {REFRESH} with the newest token after {which} came again")

    def test_the_users_other_logins_live_on(self, member, refresh):
        used_token, other_token = member.log_in().refresh, member.log_in().refresh
        refresh(used_token)
        refresh(used_token)

        answer = refresh(other_token)

        assert answer.status_code == 200, f"POST {REFRESH} with the token of another login"

    def test_of_two_at_the_same_time_one_wins(self, database, member, refresh):
        token = member.log_in().refresh
        rival = lock_token_tables(database)

        requests = [lambda: refresh(token)] * 2
        with blocked_requests(database, *requests) as answers:
            rival.rollback()

        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200, 401], f"POST {REFRESH} twice at once with one refresh token"


class TestTokenTypes:
    def test_an_access_token_is_not_a_refresh_token(self, member, refresh):
        answer = refresh(member.log_in().access)

        assert_refused(answer, f"POST {REFRESH} with an access token")

    def test_a_refresh_token_is_not_an_access_token(self, api, member):
        answer = api.get(ME, auth=member.log_in().refresh)

        assert_refused(answer, f"GET {ME} with a refresh token as Bearer")

    def test_a_token_in_the_url_is_not_read(self, api, member):
        token = member.log_in().refresh

        answer = api.post(REFRESH, params={"refresh_token": token})

        assert answer.status_code in {400, 401, 422}, f"POST {REFRESH}?refresh_token=…, no body"

    @pytest.mark.parametrize(
        "token",
        ["garbage", "a.b.c", "пароль", "." * 80],
        ids=["word", "three parts", "cyrillic", "dots"],
    )
    def test_garbage_is_refused(self, refresh, token):
        assert_refused(refresh(token), f"POST {REFRESH} with {token[:20]!r}")

    @pytest.mark.parametrize("token", ["", "a" * 100_000, "\x00"], ids=["empty", "long", "NUL"])
    def test_what_no_token_looks_like_is_refused(self, refresh, token):
        answer = refresh(token)

        assert answer.status_code in {401, 413, 422}, f"POST {REFRESH} with a token of no shape"

    @pytest.mark.parametrize(
        ("what", "token", "statuses"),
        [
            ("a list instead of a string", b'["a-secret-of-mine"]', {422}),
            ("a body that is not UTF-8", b'"a-secret-of-mine \xff"', {400, 422}),
        ],
        ids=["list", "not UTF-8"],
    )
    def test_a_malformed_body_is_not_repeated(self, api, what, token, statuses):
        headers = {"Content-Type": "application/json"}

        answer = api.post(REFRESH, content=b'{"refresh_token": %b}' % token, headers=headers)

        case = f"POST {REFRESH} with {what}"
        assert answer.status_code in statuses, case
        assert "a-secret-of-mine" not in answer.text, f"{case}: the answer does not repeat it"


class TestForged:
    @pytest.mark.parametrize("kind", ["access", "refresh"])
    @pytest.mark.parametrize("attack", ATTACKS)
    def test_a_forged_token_is_refused(self, api, member, refresh, server, attack, kind):
        tokens = member.log_in()
        genuine = getattr(tokens, kind)
        token = forge_token(attack, genuine, kind, server.environment["SECRET_KEY"])

        answer = api.get(ME, auth=token) if kind == "access" else refresh(token)

        path = f"GET {ME}" if kind == "access" else f"POST {REFRESH}"
        assert_refused(answer, f"{path} with a forged token: {attack.replace('_', ' ')}")


class TestUser:
    def test_an_inactive_user_gets_no_more_tokens(self, users, member, refresh):
        token = member.log_in().refresh
        users.deactivate(member)

        assert_refused(refresh(token), f"POST {REFRESH} with the token of an inactive user")

    def test_a_deleted_user_gets_no_more_tokens(self, database, member, refresh):
        token = member.log_in().refresh
        with assert_accepted("DELETE of a user who has logged in"):
            database.execute("DELETE FROM users WHERE id = %(id)s", id=member.id)

        assert_refused(refresh(token), f"POST {REFRESH} with the token of a deleted user")

    def test_every_failed_login_answers_the_same(self, api, users):
        active_user, inactive_user = users.member(), users.member()
        users.deactivate(inactive_user)
        logins = {
            "with a wrong password": (active_user.email, "not the password"),
            "of an unknown e-mail": ("nobody@example.com", active_user.password),
            "of an inactive user": (inactive_user.email, inactive_user.password),
        }

        answers = {
            f"POST {path} {who}": attempt_login(api, *login, path)
            for path in (LOGIN, FORM)
            for who, login in logins.items()
        }

        first = answers[f"POST {LOGIN} with a wrong password"]
        assert_refused(first, f"POST {LOGIN} with a wrong password")
        for request, answer in answers.items():
            case = f"{request}: the same answer as for a wrong password at {LOGIN}"
            assert (answer.status_code, answer.content) == (401, first.content), case


class TestLongPasswords:
    @pytest.mark.parametrize(
        "password",
        ["a" * 73, "пароль" * 7, "a" * 128, "🔑" * 100],
        ids=["73 letters", "cyrillic", "128 letters", "emoji"],
    )
    def test_a_password_of_more_than_72_bytes_is_just_wrong(self, api, member, password):
        for path in (LOGIN, FORM):
            for email in (member.email, "nobody@example.com"):
                answer = attempt_login(api, email, password, path)

                assert answer.status_code in {401, 422}, (
                    f"POST {path} of {email} with a password of {len(password.encode())} bytes"
                )

    def test_passwords_that_differ_after_72_bytes_are_two(self, api):
        email, prefix = "long@example.com", "b" * 72
        body = {"email": email, "password": f"{prefix}1", "full_name": "Long"}
        registered = api.post("/api/auth/register", json=body)
        assert registered.status_code in {201, 422}, "POST /api/auth/register with 73 bytes"
        if registered.status_code == 422:
            api.post("/api/auth/register", json={**body, "password": prefix})

        answer = attempt_login(api, email, f"{prefix}2")

        case = f"POST {LOGIN} with a password that differs in its 73rd byte"
        assert answer.status_code in {401, 422}, case


class TestLifetime:
    def test_a_refresh_token_ends_after_seven_days(self, database, member, refresh, redis):
        refreshed = refresh(member.log_in().refresh).json()["refresh_token"]
        tokens = {"of a login": member.log_in().refresh, "of a refresh": refreshed}
        lifetimes = {whose: lifetime(token) for whose, token in tokens.items()}

        pass_time(database, redis, DAYS)

        for whose, token in tokens.items():
            case = f"POST {REFRESH} with a token {whose} that is older than {DAYS} days"
            if lifetimes[whose] is None:  # an opaque token: the app's own store knows its age
                assert_refused(refresh(token), case)
            else:
                days = lifetimes[whose] / 86400
                assert days <= DAYS, f"{case}: its exp is {days:.1f} days after now"
