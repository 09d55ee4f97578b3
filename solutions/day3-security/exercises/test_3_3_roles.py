"""Task 3.3: three roles, read from the database, given by admins, and never by oneself."""

from functools import partial

import psycopg
import pytest

from checks.harness.app.commit_hold import CommitHold
from checks.harness.app.concurrent_requests import blocked_requests
from checks.harness.app.lock_waits import RowHold
from checks.harness.app.schema_catalog import columns, types
from checks.harness.fixtures import user_roles
from checks.harness.fixtures.constraint_violations import assert_accepted, assert_refused
from checks.harness.fixtures.empty_schema import NAME as SCHEMA
from checks.harness.fixtures.logins import attempt_login, attempt_refresh
from checks.harness.fixtures.migrations import revision_before_column
from checks.harness.fixtures.request_bodies import EVENT
from checks.harness.fixtures.response_keys import USER

EVENTS, REGISTER = "/api/events/", "/api/auth/register"
MISSING = 4711
PASSWORD = "a very long password"
TWO_AT_ONCE = {
    "both have written": partial(CommitHold, table="users", operation="UPDATE"),
    "both have one row": partial(RowHold, table="users"),
}


@pytest.fixture
def change_role(api):
    """`change_role(user, "organizer", by=admin)`: the answer of the PATCH."""

    def change(user, role, by):
        return api.patch(f"/api/users/{user.id}/role", json={"role": role}, auth=by)

    return change


@pytest.fixture
def revision(commands, empty_schema):
    """The last revision whose users have a flag and no role; a schema of its own has it."""
    revision = revision_before_column(commands, empty_schema.url, "users", "role")
    assert revision is not None, "alembic upgrade head gives the table users a column role"
    return revision


class TestChange:
    @pytest.mark.gate
    def test_an_admin_changes_a_role(self, change_role, superuser, member, database):
        answer = change_role(member, "organizer", by=superuser)

        case = f"PATCH /api/users/{member.id}/role to organizer, as an admin"
        assert answer.status_code == 200, case
        changed = {key: answer.json().get(key) for key in ("id", "role")}
        assert changed == {"id": member.id, "role": "organizer"}, f"{case}: the user, changed"
        assert user_roles.role_of(database, member.id) == "organizer", f"{case}: it is stored"

    def test_an_old_token_has_the_new_role(self, api, change_role, superuser, member):
        steps = (("organizer", 201), ("participant", 403), ("admin", 201), ("participant", 403))
        for role, status in steps:
            change_role(member, role, by=superuser)

            answer = api.post(EVENTS, json=EVENT, auth=member.token)

            case = f"POST {EVENTS} with a token from before the user was made {role}"
            assert answer.status_code == status, case

    @pytest.mark.parametrize(
        ("sender_name", "status"), [("anonymous", 401), ("member", 403), ("organizer", 403)]
    )
    def test_only_an_admin_changes_roles(self, request, change_role, stranger, sender_name, status):
        sender = request.getfixturevalue(sender_name)
        for user in (stranger, sender or stranger):
            answer = change_role(user, "admin", by=sender)

            case = f"PATCH /api/users/{user.id}/role to admin, as {sender_name}"
            assert answer.status_code == status, case

    @pytest.mark.parametrize("user_id", [MISSING, 0, -1, 2**31])
    def test_a_user_who_does_not_exist_has_no_role(self, api, superuser, user_id):
        answer = api.patch(f"/api/users/{user_id}/role", json={"role": "admin"}, auth=superuser)

        allowed = {404} if user_id == MISSING else {404, 422}
        assert answer.status_code in allowed, f"PATCH /api/users/{user_id}/role of nobody"

    @pytest.mark.parametrize(
        "body", [*({"role": role} for role in ("boss", "", None, "ADMIN", " organizer ")), {}]
    )
    def test_there_are_three_roles(self, api, superuser, member, database, body):
        answer = api.patch(f"/api/users/{member.id}/role", json=body, auth=superuser)

        case = f"PATCH /api/users/{member.id}/role with {body}"
        assert answer.status_code == 422, case
        assert user_roles.role_of(database, member.id) == "participant", f"{case}: nothing changed"


class TestEvents:
    @pytest.mark.parametrize(
        ("sender_name", "status"),
        [("anonymous", 401), ("member", 403), ("organizer", 201), ("superuser", 201)],
    )
    def test_organizers_and_admins_create_events(self, request, api, sender_name, status):
        sender = request.getfixturevalue(sender_name)

        answer = api.post(EVENTS, json=EVENT, auth=sender)

        assert answer.status_code == status, f"POST {EVENTS} as {sender_name}"


class TestAccounts:
    @pytest.mark.parametrize(
        "wish", [{}, {"role": "admin"}, {"role": "organizer"}, {"is_superuser": True}]
    )
    def test_a_registration_makes_a_participant(self, api, database, wish):
        body = {"email": "eve@example.com", "password": PASSWORD, "full_name": "Eve", **wish}

        answer = api.post(REGISTER, json=body)

        case = f"POST {REGISTER} with {wish or 'nothing but the usual fields'}"
        assert answer.status_code in ({201, 422} if wish else {201}), case
        assert user_roles.stored_roles(database) <= {"participant"}, (
            f"{case}: the role that is stored"
        )

    def test_a_user_shows_the_role_and_no_flag(self, api, superuser):
        answers = {
            path: api.get(path, auth=superuser).json()
            for path in ("/api/auth/me", f"/api/users/{superuser.id}", "/api/users/all")
        }
        answers["/api/users/all"] = answers["/api/users/all"][0]

        for path, user in answers.items():
            assert set(user) == USER, f"the keys of a user in GET {path}"
            assert user["role"] == "admin", f"the role of an admin in GET {path}"


class TestLastAdmin:
    @pytest.mark.parametrize("role", ["organizer", "participant"])
    def test_the_last_admin_stays_one(self, change_role, superuser, database, role):
        answer = change_role(superuser, role, by=superuser)

        case = f"PATCH /api/users/{superuser.id}/role of the only admin to {role}"
        assert answer.status_code == 409, case
        assert user_roles.count_active_admins(database) == 1, f"{case}: active admins afterwards"

    def test_an_inactive_admin_does_not_count(self, users, change_role, superuser):
        inactive_admin = users.superuser("gone")
        users.deactivate(inactive_admin)

        answer = change_role(superuser, "participant", by=superuser)
        other_answer = change_role(inactive_admin, "participant", by=superuser)

        case = f"PATCH /api/users/{superuser.id}/role of the only admin who can log in"
        assert answer.status_code == 409, case
        case = f"PATCH /api/users/{inactive_admin.id}/role of an inactive admin to participant"
        assert other_answer.status_code == 200, case

    def test_one_of_two_admins_may_go(self, users, change_role, superuser, database):
        second_admin = users.superuser("other")

        answer = change_role(second_admin, "participant", by=superuser)

        case = f"PATCH /api/users/{second_admin.id}/role of one of two admins to participant"
        assert answer.status_code == 200, case
        assert user_roles.count_active_admins(database) == 1, f"{case}: active admins afterwards"

    def test_the_last_admin_may_be_made_an_admin(self, change_role, superuser):
        answer = change_role(superuser, "admin", by=superuser)

        case = f"PATCH /api/users/{superuser.id}/role of the only admin to admin"
        assert answer.status_code == 200, case

    @pytest.mark.parametrize("hold", TWO_AT_ONCE.values(), ids=TWO_AT_ONCE)
    def test_two_admins_do_not_depose_each_other(
        self, users, change_role, superuser, database, hold
    ):
        second_admin = users.superuser("other")
        requests = [
            partial(change_role, second_admin, "participant", by=superuser),
            partial(change_role, superuser, "participant", by=second_admin),
        ]
        with hold(database) as held, blocked_requests(database, *requests) as answers:
            held.release()

        statuses = sorted(answer.status_code for answer in answers)
        case = "PATCH /api/users/{id}/role by two admins at once, each deposing the other"
        assert user_roles.count_active_admins(database) == 1, (
            f"{case}: active admins afterwards; got {statuses}"
        )
        assert statuses in ([200, 403], [200, 409]), f"{case}: one succeeds"


class TestMigration:
    def test_the_rows_that_are_there_get_a_role(self, database, alembic, empty_schema, revision):
        user_roles.insert_flagged_users(database, SCHEMA)

        alembic(empty_schema.url, "upgrade", "head")

        roles = user_roles.roles_by_name(database, SCHEMA)
        expected = {"Root": "admin", "Boss": "admin", "Olga": "organizer", "Paul": "participant"}
        case = "roles after the upgrade: Root and Boss were superusers, Boss and Olga have events"
        assert roles == expected, case
        names = set(columns(database, "users", SCHEMA))
        assert "is_superuser" not in names, "after the upgrade the flag is gone"
        assert database.value(f"SELECT count(*) FROM {SCHEMA}.events") == 3, "the events are kept"

    def test_the_way_down_gives_the_flag_back(self, database, alembic, empty_schema, revision):
        user_roles.insert_flagged_users(database, SCHEMA)
        alembic(empty_schema.url, "upgrade", "head")

        alembic(empty_schema.url, "downgrade", revision)

        names = set(columns(database, "users", SCHEMA))
        assert "role" not in names, "after the downgrade the role is gone"
        assert "is_superuser" in names, "after the downgrade the flag is back"
        superusers = user_roles.flagged_names(database, SCHEMA)
        assert superusers == ["Root", "Boss"], "after the downgrade who was an admin is a superuser"

    def test_the_way_down_leaves_no_type_behind(self, database, alembic, empty_schema, revision):
        alembic(empty_schema.url, "downgrade", "base")
        alembic(empty_schema.url, "upgrade", revision)
        expected = types(database, SCHEMA)

        alembic(empty_schema.url, "upgrade", "head")
        alembic(empty_schema.url, "downgrade", revision)

        assert types(database, SCHEMA) == expected, "the types in the schema, before and after"
        alembic(empty_schema.url, "upgrade", "head")

    def test_the_table_itself_knows_the_roles(self, database):
        user = "INSERT INTO users (email, hashed_password, full_name) VALUES ('n@x.eu', 'x', 'N')"
        with assert_accepted("INSERT of a user without a role"):
            database.execute(user)

        role = database.value("SELECT role::text FROM users")
        assert role == "participant", "the role of a row that was inserted without one"
        with assert_refused(psycopg.Error, "UPDATE users SET role = 'boss'"):
            database.execute("UPDATE users SET role = 'boss'")

    def test_it_works_on_sqlite(self, commands, sqlite_file, revision):
        roles = user_roles.roles_after_sqlite_upgrade(commands, sqlite_file, revision)

        expected = ["admin", "participant, attends", "organizer", "participant"]
        case = "on SQLite: a superuser, a user who attends an event, its organizer, and a new row"
        assert roles == expected, case


class TestCommand:
    def test_the_command_makes_an_admin(self, api, commands, database):
        result = user_roles.create_admin(commands, "root@example.com", PASSWORD)

        case = "python -m app.cli create-admin --email root@example.com --password-stdin"
        assert result.returncode == 0, f"{case}; it said: {result.stderr[-300:]}"
        assert PASSWORD not in result.stdout + result.stderr, f"{case} keeps the password to itself"
        token = attempt_login(api, "root@example.com", PASSWORD).json()["access_token"]
        answer = api.get("/api/users/all", auth=token)
        assert answer.status_code == 200, f"GET /api/users/all after {case}"

    def test_the_command_may_be_run_again(self, api, commands, database):
        user_roles.create_admin(commands, "root@example.com", PASSWORD)

        result = user_roles.create_admin(commands, "Root@Example.com", PASSWORD)

        case = "create-admin a second time, with capitals in the e-mail"
        assert result.returncode == 0, f"{case}; it said: {result.stderr[-300:]}"
        assert database.value("SELECT count(*) FROM users") == 1, "users after running it twice"
        assert user_roles.count_active_admins(database) == 1, "admins after running it twice"
        answer = attempt_login(api, "root@example.com", PASSWORD)
        assert answer.status_code == 200, "login afterwards"

    @pytest.mark.parametrize("account", ["inactive member", "superuser", "inactive superuser"])
    def test_whoever_took_the_address_first_is_out(self, api, users, commands, database, account):
        squatter = getattr(users, account.split()[-1])()
        token = squatter.log_in().refresh
        if account.startswith("inactive"):
            users.deactivate(squatter)

        result = user_roles.create_admin(commands, squatter.email, PASSWORD)

        case = f"create-admin for the e-mail of a registered user: {account}"
        assert result.returncode == 0, f"{case}; it said: {result.stderr[-300:]}"
        assert user_roles.role_of(database, squatter.id) == "admin", f"{case}: its role"
        passwords = {"from standard input": PASSWORD, "of the registration": squatter.password}
        for source, status in zip(passwords, (200, 401), strict=True):
            answer = attempt_login(api, squatter.email, passwords[source])
            assert answer.status_code == status, f"{case}: login with the password {source}"
        assert attempt_refresh(api, token).status_code == 401, f"{case}: a token from before"

    @pytest.mark.parametrize(
        ("email", "password"), [("no address", PASSWORD), ("root@example.com", "short")]
    )
    def test_the_command_refuses_what_a_registration_refuses(
        self, commands, database, email, password
    ):
        result = user_roles.create_admin(commands, email, password)

        case = f"create-admin with the e-mail {email!r} and a password of {len(password)}"
        assert result.returncode != 0, case
        assert "Traceback" not in result.stderr, f"{case}: a sentence, not a traceback"
        assert database.value("SELECT count(*) FROM users") == 0, f"{case}: users afterwards"
