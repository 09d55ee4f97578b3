"""Task 1.3: a superuser sees everybody, everybody sees themselves, nobody sees a password."""

import re

import pytest

LIST = "/api/users/all"
KEYS = {"id", "email", "full_name", "is_active", "is_superuser", "created_at"}
MISSING = 4711
SECRET = re.compile("password|hash", re.IGNORECASE)


def keys_of(value):
    """Every key of a JSON value, at any depth."""
    if isinstance(value, dict):
        yield from value
    nested = value.values() if isinstance(value, dict) else value
    for each in nested if isinstance(value, (dict, list)) else ():
        yield from keys_of(each)


def assert_unauthenticated(answer, asked):
    """401, and the header with which a 401 says how to do better."""
    assert answer.status_code == 401, asked
    challenge = answer.headers.get("www-authenticate", "")
    assert challenge.lower().startswith("bearer"), f"{asked}: 401 has WWW-Authenticate: Bearer"


class TestReading:
    @pytest.mark.gate
    def test_a_superuser_reads_the_list_of_users(self, api, superuser, member):
        answer = api.get(LIST, auth=superuser)

        asked = f"GET {LIST} as a superuser"
        assert answer.status_code == 200, asked
        found = {user["email"] for user in answer.json()}
        assert found == {superuser.email, member.email}, f"{asked}: the list has both users"

    @pytest.mark.gate
    def test_a_user_reads_their_own_account(self, api, member):
        answer = api.get(f"/api/users/{member.id}", auth=member)

        asked = f"GET /api/users/{member.id} as user {member.id}"
        assert answer.status_code == 200, asked
        assert answer.json()["email"] == member.email, f"{asked}: it is their own e-mail"

    def test_a_superuser_reads_any_account(self, api, superuser, member):
        answer = api.get(f"/api/users/{member.id}", auth=superuser)

        asked = f"GET /api/users/{member.id} as a superuser"
        assert answer.status_code == 200, asked
        assert answer.json()["email"] == member.email, f"{asked}: it is that user's e-mail"

    def test_the_list_is_ordered_by_id(self, api, people, superuser, database):
        first, second = people.member(), people.member()
        database.execute("UPDATE users SET updated_at = now() WHERE id = %(id)s", id=superuser.id)

        answer = api.get(LIST, auth=superuser)

        found = [user["id"] for user in answer.json()]
        assert found == [superuser.id, first.id, second.id], (
            f"GET {LIST} after the first user's row was written again: still ordered by id"
        )

    def test_the_list_comes_in_pages(self, api, people, superuser):
        first, second = people.member(), people.member()
        people.member()

        answer = api.get(LIST, params={"skip": 1, "limit": 2}, auth=superuser)

        found = [user["id"] for user in answer.json()]
        assert found == [first.id, second.id], f"GET {LIST}?skip=1&limit=2 of four users"

    def test_a_user_has_these_six_keys(self, api, superuser, member):
        listed = api.get(LIST, auth=superuser).json()[0]
        alone = api.get(f"/api/users/{member.id}", auth=member).json()

        assert set(listed) == KEYS, f"the keys of a user in GET {LIST}"
        assert set(alone) == KEYS, f"the keys of GET /api/users/{member.id}"


class TestWhoMayNot:
    @pytest.mark.parametrize("path", [LIST, "/api/users/1"])
    def test_nobody_reads_without_a_token(self, api, member, path):
        answer = api.get(path)

        assert_unauthenticated(answer, f"GET {path} without a token")

    def test_the_list_is_not_for_a_plain_user(self, api, member):
        answer = api.get(LIST, auth=member)

        assert answer.status_code == 403, f"GET {LIST} as a plain user"

    def test_somebody_elses_account_is_not_for_a_plain_user(self, api, member, stranger):
        answer = api.get(f"/api/users/{stranger.id}", auth=member)

        assert answer.status_code == 403, f"GET /api/users/{stranger.id} as user {member.id}"

    def test_a_plain_user_is_not_told_which_ids_exist(self, api, member):
        answer = api.get(f"/api/users/{MISSING}", auth=member)

        assert answer.status_code == 403, f"GET /api/users/{MISSING} of nobody, as a plain user"

    def test_a_superuser_is_told_that_an_account_is_missing(self, api, superuser):
        answer = api.get(f"/api/users/{MISSING}", auth=superuser)

        assert answer.status_code == 404, f"GET /api/users/{MISSING} of nobody, as a superuser"

    @pytest.mark.parametrize("user_id", [0, -1, 2**31, 10**20])
    def test_an_id_that_no_user_can_have_is_refused(self, api, superuser, user_id):
        answer = api.get(f"/api/users/{user_id}", auth=superuser)

        assert answer.status_code in {404, 422}, f"GET /api/users/{user_id} as a superuser"


class TestTokens:
    def test_an_inactive_superusers_old_token_is_refused(self, api, superuser, database):
        database.execute("UPDATE users SET is_active = false WHERE id = %(id)s", id=superuser.id)

        for path in (LIST, f"/api/users/{superuser.id}"):
            answer = api.get(path, auth=superuser)

            assert_unauthenticated(answer, f"GET {path} with the token of an inactive superuser")

    def test_a_deleted_users_token_is_refused(self, api, superuser, database):
        database.execute("DELETE FROM users WHERE id = %(id)s", id=superuser.id)

        for path in (LIST, f"/api/users/{superuser.id}"):
            answer = api.get(path, auth=superuser)

            assert_unauthenticated(answer, f"GET {path} with the token of a deleted superuser")

    def test_the_word_bearer_may_be_in_lower_case(self, api, superuser):
        headers = {"Authorization": f"bearer {superuser.token}"}

        for path in (LIST, f"/api/users/{superuser.id}"):
            answer = api.get(path, headers=headers)

            assert answer.status_code == 200, f"GET {path} with Authorization: bearer <token>"


class TestSecrets:
    def test_no_answer_about_users_has_a_password_or_its_hash(self, api, superuser):
        body = {"email": "eve@example.com", "password": "long enough 1", "full_name": "Eve"}
        answers = {"POST /api/auth/register": api.post("/api/auth/register", json=body)}
        for path in ("/api/auth/me", LIST, f"/api/users/{superuser.id}"):
            answers[f"GET {path}"] = api.get(path, auth=superuser)

        for asked, answer in answers.items():
            secrets = [key for key in keys_of(answer.json()) if SECRET.search(key)]

            assert secrets == [], f"{asked}: no key of the answer says password or hash"
