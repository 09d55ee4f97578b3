"""Task 1.3: a superuser sees everybody, everybody sees themselves, nobody sees a password."""

import re

import pytest

from checks.harness.fixtures.json_keys import all_keys, excerpt, key_differences

LIST = "/api/users/all"
KEYS = {"id", "email", "full_name", "is_active", "is_superuser", "created_at"}
EVE = {"email": "eve@example.com", "password": "long enough 1", "full_name": "Eve"}
MISSING = 4711
SECRET = re.compile("password|hash", re.IGNORECASE)


def users_of(answer, case):
    """The users of a list that was answered well."""
    assert answer.status_code == 200, case
    users = answer.json()
    is_list = isinstance(users, list) and all(isinstance(user, dict) for user in users)
    came = None if is_list else excerpt(users)
    assert came is None, f"{case}: a JSON list of users is asked; {came} came"
    return users


def ids_of(answer, case):
    """The same, as ids in the order of the list."""
    return [user.get("id") for user in users_of(answer, case)]


def user_of(answer, case):
    """The one user of an answer."""
    assert answer.status_code == 200, case
    user = answer.json()
    came = None if isinstance(user, dict) else excerpt(user)
    assert came is None, f"{case}: a JSON object, the user, is asked; {came} came"
    return user


def assert_unauthenticated(answer, case):
    """401, and the header with which a 401 says how to do better."""
    assert answer.status_code == 401, case
    challenge = answer.headers.get("www-authenticate", "")
    assert challenge.lower().startswith("bearer"), f"{case}: 401 has WWW-Authenticate: Bearer"


class TestReading:
    @pytest.mark.gate
    def test_a_superuser_reads_the_list_of_users(self, api, superuser, member):
        answer = api.get(LIST, auth=superuser)

        case = f"GET {LIST} as a superuser"
        ids = set(ids_of(answer, case))
        assert ids == {superuser.id, member.id}, f"{case}: the ids of both users"

    @pytest.mark.gate
    def test_a_user_reads_their_own_account(self, api, member):
        answer = api.get(f"/api/users/{member.id}", auth=member)

        case = f"GET /api/users/{member.id} as user {member.id}"
        assert user_of(answer, case).get("id") == member.id, f"{case}: their own id"

    def test_a_superuser_reads_any_account(self, api, superuser, member):
        answer = api.get(f"/api/users/{member.id}", auth=superuser)

        case = f"GET /api/users/{member.id} as a superuser, user {superuser.id}"
        assert user_of(answer, case).get("id") == member.id, f"{case}: that user's id"

    def test_a_superuser_sees_who_was_switched_off(self, api, superuser, member, users):
        users.deactivate(member)

        listed = api.get(LIST, auth=superuser)
        read = api.get(f"/api/users/{member.id}", auth=superuser)

        case = f"GET {LIST} as a superuser, with user {member.id} switched off"
        active = {user.get("id"): user.get("is_active") for user in users_of(listed, case)}
        assert set(active) == {superuser.id, member.id}, f"{case}: the ids of both users"
        assert active[member.id] is False, f"{case}: is_active of user {member.id}"
        case = f"GET /api/users/{member.id}, who was switched off, as a superuser"
        assert user_of(read, case).get("is_active") is False, f"{case}: is_active"

    def test_the_list_is_ordered_by_id(self, api, users, superuser, database):
        first, second = users.member(), users.member()
        later = "created_at = now() + interval '1 day', updated_at = now()"
        database.execute(f"UPDATE users SET {later} WHERE id = %(id)s", id=superuser.id)

        answer = api.get(LIST, auth=superuser)

        case = f"GET {LIST} after the first user's row was written again"
        ids = ids_of(answer, case)
        assert ids == [superuser.id, first.id, second.id], f"{case}: still ordered by id"

    def test_the_list_comes_in_pages(self, api, users, superuser):
        first, second = users.member(), users.member()
        users.member()

        answer = api.get(LIST, params={"skip": 1, "limit": 2}, auth=superuser)

        case = f"GET {LIST}?skip=1&limit=2 of four users"
        assert ids_of(answer, case) == [first.id, second.id], f"{case}: the second and the third"

    @pytest.mark.parametrize("path", [LIST, "/api/users/1"])
    def test_a_user_has_these_six_keys(self, api, superuser, path):
        answer = api.get(path, auth=superuser)

        case = f"GET {path} as a superuser"
        user = users_of(answer, case)[0] if path == LIST else user_of(answer, case)
        differences = key_differences(user, KEYS)
        assert not differences, f"{case}, the keys of a user: {differences}"


class TestRefusals:
    @pytest.mark.parametrize("path", [LIST, "/api/users/1"])
    def test_nobody_reads_without_a_token(self, api, member, path):
        answer = api.get(path)

        assert_unauthenticated(answer, f"GET {path} without a token")

    def test_the_list_is_not_for_a_plain_user(self, api, member):
        answer = api.get(LIST, auth=member)

        assert answer.status_code == 403, f"GET {LIST} as a plain user"

    def test_somebody_elses_account_is_not_for_a_plain_user(self, api, member, stranger):
        answer = api.get(f"/api/users/{stranger.id}", auth=member)

        case = f"GET /api/users/{stranger.id} as a plain user, user {member.id}"
        assert answer.status_code == 403, case

    def test_a_plain_user_is_not_told_which_ids_exist(self, api, member):
        answer = api.get(f"/api/users/{MISSING}", auth=member)

        case = f"GET /api/users/{MISSING}, an id that nobody has, as a plain user"
        assert answer.status_code == 403, case

    def test_a_superuser_is_told_that_an_account_is_missing(self, api, superuser):
        answer = api.get(f"/api/users/{MISSING}", auth=superuser)

        case = f"GET /api/users/{MISSING}, an id that nobody has, as a superuser"
        assert answer.status_code == 404, case

    @pytest.mark.parametrize("user_id", [0, -1, 2**31, 10**20])
    def test_an_id_that_no_user_can_have_is_refused(self, api, superuser, user_id):
        answer = api.get(f"/api/users/{user_id}", auth=superuser)

        case = f"GET /api/users/{user_id}, an id that no user can have, as a superuser"
        assert answer.status_code in {404, 422}, case


class TestTokens:
    @pytest.mark.parametrize("who", ["superuser", "member"])
    def test_an_inactive_users_old_token_is_refused(self, api, users, who):
        user = users.superuser() if who == "superuser" else users.member()
        users.deactivate(user)

        for path in (LIST, f"/api/users/{user.id}"):
            answer = api.get(path, auth=user)

            assert_unauthenticated(answer, f"GET {path} with the token of an inactive {who}")

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
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/api/auth/register"),
            ("GET", "/api/auth/me"),
            ("GET", LIST),
            ("GET", "/api/users/1"),
        ],
    )
    def test_no_answer_about_users_has_a_password_or_its_hash(self, api, superuser, method, path):
        body = EVE if method == "POST" else None

        answer = api.request(method, path, json=body, auth=superuser)

        case = f"{method} {path} by a superuser"
        assert answer.status_code in {200, 201}, case
        secrets = {key for key in all_keys(answer.json()) if SECRET.search(key)}
        assert not secrets, f"{case}: nobody is to see {', '.join(sorted(secrets))}"
