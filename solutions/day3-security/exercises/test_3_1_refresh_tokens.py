"""Task 3.1: a refresh token buys the next pair of tokens, once, and is good for nothing else."""

import base64
import hashlib
import hmac
import json
import threading
import time

import pytest

LOGIN, FORM = "/api/auth/login", "/api/auth/token"
REFRESH, ME = "/api/auth/refresh", "/api/auth/me"
PATIENCE = 5.0
PUBLIC_KEY = (
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n"
)
FOREIGN_KEY = "a key of somebody else, long enough for HS256"

# Whatever table the tokens stand in: the ones that were there before are not it.
NEW_TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
AND table_name NOT IN ('alembic_version', 'users', 'events', 'tasks', 'event_participants')
"""
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def refresh(api):
    """Ask for the next pair."""

    def ask(token):
        return api.post(REFRESH, json={"refresh_token": token})

    return ask


def assert_refused(answer, asked):
    """401 with its header and the two keys that every error has."""
    assert answer.status_code == 401, asked
    challenge = answer.headers.get("www-authenticate", "")
    assert challenge.lower().startswith("bearer"), f"{asked}: 401 has WWW-Authenticate: Bearer"
    assert {"detail", "code"} <= set(answer.json()), f"{asked}: the body has detail and code"


def assert_a_pair(answer, asked):
    """200 with two tokens and what a client has to know of them."""
    assert answer.status_code == 200, asked
    pair = answer.json()
    for key in ("access_token", "refresh_token"):
        assert isinstance(pair.get(key) or None, str), f"{asked}: {key} is a string"
    assert pair["access_token"] != pair["refresh_token"], f"{asked}: two different tokens"
    assert pair.get("token_type") == "bearer", f"{asked}: token_type"
    assert pair.get("expires_in") == 1800, f"{asked}: expires_in is 30 minutes, in seconds"


class TestPair:
    @pytest.mark.gate
    def test_a_login_answers_two_tokens(self, api, users):
        user = users.register()

        answer = api.post(LOGIN, json={"email": user.email, "password": user.password})

        assert_a_pair(answer, f"POST {LOGIN}: access_token and refresh_token")

    @pytest.mark.gate
    def test_a_refresh_token_buys_the_next_pair(self, api, member, refresh):
        answer = refresh(member.log_in().refresh)

        asked = f"POST {REFRESH} with a fresh refresh token"
        assert_a_pair(answer, asked)
        me = api.get(ME, auth=answer.json()["access_token"])
        assert me.status_code == 200, f"GET {ME} with the new access token"
        assert me.json()["id"] == member.id, f"{asked}: the pair is the same user's"

    def test_every_refresh_gives_another_refresh_token(self, member, refresh):
        given = [member.log_in().refresh]
        for _ in range(5):
            answer = refresh(given[-1])
            assert answer.status_code == 200, f"POST {REFRESH} with the newest refresh token"
            given.append(answer.json()["refresh_token"])

        assert len(set(given)) == 6, f"POST {REFRESH} five times within a second: all different"

    def test_a_form_logs_in_too(self, api, member):
        form = {"grant_type": "password", "username": member.email, "password": member.password}

        answer = api.post(FORM, data=form)

        assert_a_pair(answer, f"POST {FORM} with username and password as a form")

    @pytest.mark.parametrize(
        ("field", "value"), [("username", "nobody"), ("username", "a\0b"), ("password", "a\0b")]
    )
    def test_a_form_that_is_off_is_refused(self, api, member, field, value):
        form = {"username": member.email, "password": member.password, field: value}

        answer = api.post(FORM, data=form)

        assert answer.status_code in (401, 422), f"POST {FORM} with {field} {value!r}"


class TestOnce:
    def test_a_used_token_is_refused(self, member, refresh):
        used = member.log_in().refresh
        refresh(used)

        assert_refused(refresh(used), f"POST {REFRESH} with the same refresh token again")

    def test_a_used_token_that_comes_again_ends_its_family(self, member, refresh):
        used = member.log_in().refresh
        newest = refresh(used).json()["refresh_token"]
        refresh(used)

        answer = refresh(newest)

        assert_refused(answer, f"POST {REFRESH} with the newest token after a used one came again")

    def test_the_users_other_logins_live_on(self, member, refresh):
        used, other = member.log_in().refresh, member.log_in().refresh
        refresh(used)
        refresh(used)

        answer = refresh(other)

        assert answer.status_code == 200, f"POST {REFRESH} with the token of another login"

    def test_of_two_at_the_same_time_one_wins(self, database, member, refresh):
        token = member.log_in().refresh
        answers = []
        rivals = [threading.Thread(target=lambda: answers.append(refresh(token))) for _ in range(2)]
        rival = database.connect()
        lock_new_tables(database, rival)

        for each in rivals:
            each.start()
        wait_until_they_wait(database, rivals)
        rival.rollback()
        for each in rivals:
            each.join()

        found = sorted(answer.status_code for answer in answers)
        assert found == [200, 401], f"POST {REFRESH} twice at once with one refresh token"


class TestWrongPlace:
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

    def test_a_malformed_body_is_not_repeated(self, api):
        answer = api.post(REFRESH, json={"refresh_token": ["a-secret-of-mine"]})

        asked = f"POST {REFRESH} with a list instead of a string"
        assert answer.status_code == 422, asked
        assert "a-secret-of-mine" not in answer.text, f"{asked}: the answer does not repeat it"


class TestForged:
    @pytest.mark.parametrize("kind", ["access", "refresh"])
    @pytest.mark.parametrize(
        "attack",
        [
            *("alg_none", "alg_none_in_capitals", "foreign_key", "public_key_as_secret"),
            *("empty_key", "tampered", "signature_cut_off", "expired", "without_exp"),
        ],
    )
    def test_a_forged_token_is_refused(self, api, member, refresh, server, attack, kind):
        tokens = member.log_in()
        real = getattr(tokens, kind)
        made = forged(attack, real, kind, server.environment["SECRET_KEY"])

        answer = api.get(ME, auth=made) if kind == "access" else refresh(made)

        path = f"GET {ME}" if kind == "access" else f"POST {REFRESH}"
        assert_refused(answer, f"{path} with a forged token: {attack.replace('_', ' ')}")


class TestUser:
    def test_an_inactive_user_gets_no_more_tokens(self, database, member, refresh):
        token = member.log_in().refresh
        database.execute("UPDATE users SET is_active = false WHERE id = %(id)s", id=member.id)

        assert_refused(refresh(token), f"POST {REFRESH} with the token of an inactive user")

    def test_a_deleted_user_gets_no_more_tokens(self, database, member, refresh):
        token = member.log_in().refresh
        database.execute("DELETE FROM users WHERE id = %(id)s", id=member.id)

        assert_refused(refresh(token), f"POST {REFRESH} with the token of a deleted user")

    @pytest.mark.parametrize("path", [LOGIN, FORM])
    def test_every_failed_login_answers_the_same(self, api, users, database, path):
        here, gone = users.member(), users.member()
        database.execute("UPDATE users SET is_active = false WHERE id = %(id)s", id=gone.id)

        wrong = attempt(api, path, here.email, "not the password")
        unknown = attempt(api, path, "nobody@example.com", here.password)
        inactive = attempt(api, path, gone.email, gone.password)

        assert_refused(wrong, f"POST {path} with a wrong password")
        for who, answer in (("an unknown e-mail", unknown), ("an inactive user", inactive)):
            asked = f"POST {path} of {who}: the same answer as for a wrong password"
            assert (answer.status_code, answer.content) == (401, wrong.content), asked


class TestLongPasswords:
    @pytest.mark.parametrize(
        "password",
        ["a" * 73, "пароль" * 7, "a" * 128, "🔑" * 100],
        ids=["73 letters", "cyrillic", "128 letters", "emoji"],
    )
    def test_a_password_of_more_than_72_bytes_is_just_wrong(self, api, member, password):
        for path in (LOGIN, FORM):
            for email in (member.email, "nobody@example.com"):
                answer = attempt(api, path, email, password)

                assert answer.status_code in {401, 422}, (
                    f"POST {path} of {email} with a password of {len(password.encode())} bytes"
                )

    def test_passwords_that_differ_after_72_bytes_are_two(self, api):
        email, long = "long@example.com", "b" * 72
        body = {"email": email, "password": f"{long}1", "full_name": "Long"}
        registered = api.post("/api/auth/register", json=body)
        assert registered.status_code in {201, 422}, "POST /api/auth/register with 73 bytes"
        if registered.status_code == 422:
            api.post("/api/auth/register", json={**body, "password": long})

        answer = attempt(api, LOGIN, email, f"{long}2")

        asked = f"POST {LOGIN} with a password that differs in its 73rd byte"
        assert answer.status_code in {401, 422}, asked


def attempt(api, path, email, password):
    """One login, as JSON or as a form."""
    if path == FORM:
        return api.post(path, data={"username": email, "password": password})
    return api.post(path, json={"email": email, "password": password})


def lock_new_tables(database, rival):
    """Nobody writes there until `rival` ends; a plain query still reads."""
    for row in database.rows(NEW_TABLES):
        rival.execute(f'LOCK TABLE "{row["table_name"]}" IN EXCLUSIVE MODE')


def wait_until_they_wait(database, rivals):
    """Until both requests stand before the lock, or have answered without it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        running = [each for each in rivals if each.is_alive()]
        if not running or database.value(WAITING) >= len(running):
            return
        running[0].join(0.01)


def forged(attack, real, kind, secret):
    """A token that nobody but us may write, written by somebody else, or no longer good."""
    claims = claims_of(real, kind)
    signed = {
        "alg_none": lambda: signed_by("none", claims, None),
        "alg_none_in_capitals": lambda: signed_by("NONE", claims, None),
        "foreign_key": lambda: signed_by("HS256", claims, FOREIGN_KEY),
        "public_key_as_secret": lambda: signed_by("HS256", claims, PUBLIC_KEY),
        "empty_key": lambda: signed_by("HS256", claims, ""),
        "tampered": lambda: tampered(claims, secret),
        "signature_cut_off": lambda: signed_by("HS256", claims, None),
        "expired": lambda: signed_by("HS256", {**claims, **EXPIRED}, secret),
        "without_exp": lambda: signed_by("HS256", without(claims, "exp"), secret),
    }
    return signed[attack]()


EXPIRED = {"iat": 1_600_000_000, "exp": 1_600_000_060}


def claims_of(token, kind):
    """What a JWT says. Of an opaque token there is nothing to read: then any JWT will do."""
    try:
        payload = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError):
        now = int(time.time())
        return {"sub": "1", "type": kind, "jti": "1", "iat": now, "exp": now + 600}


def without(claims, name):
    return {key: value for key, value in claims.items() if key != name}


def tampered(claims, secret):
    """The signature of one token under the claims of another."""
    signature = signed_by("HS256", claims, secret).rpartition(".")[2]
    changed = {**claims, "exp": int(time.time()) + 10**6}
    return f"{signed_by('HS256', changed, secret).rpartition('.')[0]}.{signature}"


def signed_by(algorithm, claims, key):
    """RFC 7515 by hand, because a library refuses to write what an attacker writes."""
    head = encoded(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    text = f"{head}.{encoded(json.dumps(claims).encode())}"
    mac = b"" if key is None else hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{encoded(mac)}"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
