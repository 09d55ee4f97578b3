"""Task 3.3: three roles, read from the database, given by admins, and never by oneself."""

import threading
import time

import psycopg
import pytest

EVENTS = "/api/events/"
REGISTER = "/api/auth/register"
LOGIN = "/api/auth/login"
KEYS = {"id", "email", "full_name", "is_active", "role", "created_at"}
EVENT = {
    "title": "Chess night",
    "start_time": "2031-05-01T18:00:00Z",
    "end_time": "2031-05-01T21:00:00Z",
}
MISSING = 4711
PASSWORD = "a very long password"
PATIENCE = 5.0
ADMINS = "SELECT count(*) FROM users WHERE role = 'admin' AND is_active"
ROLE = "SELECT role::text FROM users WHERE id = %(id)s"
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""

# The migrations run in a schema of their own, so that the app's tables stay as they are.
SCHEMA = "ladder"
OWNER = """
SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()
"""
COLUMNS = """
SELECT column_name::text AS name FROM information_schema.columns
WHERE table_schema = 'ladder' AND table_name = 'users'
"""
TYPES = """
SELECT typname::text AS name FROM pg_type
WHERE typnamespace = 'ladder'::regnamespace AND typtype IN ('e', 'd') ORDER BY 1
"""
USERS = """
INSERT INTO ladder.users (id, email, hashed_password, full_name, is_superuser) VALUES
    (1, 'root@example.com', 'x', 'Root', true), (2, 'boss@example.com', 'x', 'Boss', true),
    (3, 'olga@example.com', 'x', 'Olga', false), (4, 'paul@example.com', 'x', 'Paul', false)
"""
OWNED = """
INSERT INTO ladder.events (title, start_time, end_time, organizer_id) VALUES
    ('Fair', now(), now() + interval '1 hour', 2), ('Ball', now(), now() + interval '1 hour', 3),
    ('Race', now(), now() + interval '1 hour', 3)
"""
# Up, one revision at a time, until the users have a role; the revision before that one.
CLIMB = """
import os
os.environ["DATABASE_URL"] = given["url"]

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

config = Config("alembic.ini")
answer, before = None, "base"
for step in reversed([*ScriptDirectory.from_config(config).walk_revisions()]):
    command.upgrade(config, step.revision)
    engine = sa.create_engine(given["url"])
    tables = sa.inspect(engine)
    columns = tables.get_columns("users") if tables.has_table("users") else []
    engine.dispose()
    if "role" in {column["name"] for column in columns}:
        answer = before
        command.downgrade(config, before)
        break
    before = step.revision
"""
SQLITE = """
import os, sqlite3
os.environ["DATABASE_URL"] = "sqlite:///" + given["file"]

from alembic import command
from alembic.config import Config

config = Config("alembic.ini")
command.upgrade(config, given["before"])
connection = sqlite3.connect(given["file"], isolation_level=None)
connection.execute(
    "INSERT INTO users (id, email, hashed_password, full_name, is_superuser)"
    " VALUES (1, 'root@example.com', 'x', 'Root', 1), (2, 'paul@example.com', 'x', 'Paul', 0)"
)
connection.close()
command.upgrade(config, "head")
connection = sqlite3.connect(given["file"], isolation_level=None)
connection.execute(
    "INSERT INTO users (id, email, hashed_password, full_name)"
    " VALUES (3, 'new@example.com', 'x', 'New')"
)
answer = [row[0] for row in connection.execute("SELECT role FROM users ORDER BY id")]
"""


@pytest.fixture
def change_role(api):
    """`change_role(user, "organizer", by=admin)`: the answer of the PATCH."""

    def change(user, role, by):
        return api.patch(f"/api/users/{user.id}/role", json={"role": role}, auth=by)

    return change


@pytest.fixture
def create_admin(commands):
    """Run the command, with the password on standard input."""

    def run(email, password=PASSWORD):
        argv = ("-m", "app.cli", "create-admin", "--email", email, "--password-stdin")
        return commands.run("python", *argv, stdin=f"{password}\n")

    return run


@pytest.fixture
def alembic(commands):
    """Run alembic on the database of that address."""

    def run(url, *argv):
        done = commands.run("alembic", *argv, env={"DATABASE_URL": url})
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        assert done.returncode == 0, f"alembic {' '.join(argv)} succeeds; it said: {said}"

    return run


@pytest.fixture
def ladder(database, server):
    """The address of an empty schema, which is gone afterwards."""
    database.execute(f'CREATE SCHEMA {SCHEMA} AUTHORIZATION "{database.value(OWNER)}"')
    address = server.environment["DATABASE_URL"]
    yield f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3D{SCHEMA}"
    database.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@pytest.fixture
def before(commands, ladder):
    """The revision before the one that brings users.role; the schema stands there."""
    revision = commands.probe(CLIMB, url=ladder)
    assert revision is not None, "alembic upgrade head gives the table users a column role"
    return revision


class TestChange:
    @pytest.mark.gate
    def test_an_admin_changes_a_role(self, change_role, superuser, member, database):
        answer = change_role(member, "organizer", by=superuser)

        asked = f"PATCH /api/users/{member.id}/role to organizer, as an admin"
        assert answer.status_code == 200, asked
        found = {key: answer.json().get(key) for key in ("id", "role")}
        assert found == {"id": member.id, "role": "organizer"}, f"{asked}: the user, changed"
        assert database.value(ROLE, id=member.id) == "organizer", f"{asked}: it is stored"

    def test_an_old_token_has_the_new_role(self, api, change_role, superuser, member):
        steps = (("organizer", 201), ("participant", 403), ("admin", 201), ("participant", 403))
        for role, status in steps:
            change_role(member, role, by=superuser)

            answer = api.post(EVENTS, json=EVENT, auth=member.token)

            asked = f"POST {EVENTS} with a token from before the user was made {role}"
            assert answer.status_code == status, asked

    @pytest.mark.parametrize(
        ("who", "status"), [("anonymous", 401), ("member", 403), ("organizer", 403)]
    )
    def test_only_an_admin_changes_roles(self, request, change_role, stranger, who, status):
        actor = None if who == "anonymous" else request.getfixturevalue(who)
        for user in (stranger, actor or stranger):
            answer = change_role(user, "admin", by=actor)

            asked = f"PATCH /api/users/{user.id}/role to admin, as {who}"
            assert answer.status_code == status, asked

    @pytest.mark.parametrize("user_id", [MISSING, 0, -1, 2**31])
    def test_a_user_who_does_not_exist_has_no_role(self, api, superuser, user_id):
        answer = api.patch(f"/api/users/{user_id}/role", json={"role": "admin"}, auth=superuser)

        allowed = {404} if user_id == MISSING else {404, 422}
        assert answer.status_code in allowed, f"PATCH /api/users/{user_id}/role of nobody"

    @pytest.mark.parametrize("body", [{"role": "boss"}, {"role": ""}, {"role": None}, {}])
    def test_there_are_three_roles(self, api, superuser, member, database, body):
        answer = api.patch(f"/api/users/{member.id}/role", json=body, auth=superuser)

        asked = f"PATCH /api/users/{member.id}/role with {body}"
        assert answer.status_code == 422, asked
        assert database.value(ROLE, id=member.id) == "participant", f"{asked}: nothing changed"


class TestEvents:
    @pytest.mark.parametrize(
        ("who", "status"),
        [("anonymous", 401), ("member", 403), ("organizer", 201), ("superuser", 201)],
    )
    def test_organizers_and_admins_create_events(self, request, api, who, status):
        actor = None if who == "anonymous" else request.getfixturevalue(who)

        answer = api.post(EVENTS, json=EVENT, auth=actor)

        assert answer.status_code == status, f"POST {EVENTS} as {who}"


class TestAccounts:
    @pytest.mark.parametrize(
        "wish", [{}, {"role": "admin"}, {"role": "organizer"}, {"is_superuser": True}]
    )
    def test_a_registration_makes_a_participant(self, api, database, wish):
        body = {"email": "eve@example.com", "password": PASSWORD, "full_name": "Eve", **wish}

        answer = api.post(REGISTER, json=body)

        asked = f"POST {REGISTER} with {wish or 'nothing but the usual fields'}"
        assert answer.status_code in ({201, 422} if wish else {201}), asked
        given = [row["role"] for row in database.rows("SELECT role::text AS role FROM users")]
        assert set(given) <= {"participant"}, f"{asked}: the role that is stored"

    def test_a_user_shows_the_role_and_no_flag(self, api, superuser):
        answers = {
            path: api.get(path, auth=superuser).json()
            for path in ("/api/auth/me", f"/api/users/{superuser.id}", "/api/users/all")
        }
        answers["/api/users/all"] = answers["/api/users/all"][0]

        for path, user in answers.items():
            assert set(user) == KEYS, f"the keys of a user in GET {path}"
            assert user["role"] == "admin", f"the role of an admin in GET {path}"


class TestLastAdmin:
    @pytest.mark.parametrize("role", ["organizer", "participant"])
    def test_the_last_admin_stays_one(self, change_role, superuser, database, role):
        answer = change_role(superuser, role, by=superuser)

        asked = f"PATCH /api/users/{superuser.id}/role of the only admin to {role}"
        assert answer.status_code == 409, asked
        assert database.value(ADMINS) == 1, f"{asked}: active admins afterwards"

    def test_an_inactive_admin_does_not_count(self, users, change_role, superuser, database):
        gone = users.superuser("gone")
        database.execute("UPDATE users SET is_active = false WHERE id = %(id)s", id=gone.id)

        answer = change_role(superuser, "participant", by=superuser)

        asked = f"PATCH /api/users/{superuser.id}/role of the only admin who can log in"
        assert answer.status_code == 409, asked

    def test_one_of_two_admins_may_go(self, users, change_role, superuser, database):
        other = users.superuser("other")

        answer = change_role(other, "participant", by=superuser)

        asked = f"PATCH /api/users/{other.id}/role of one of two admins to participant"
        assert answer.status_code == 200, asked
        assert database.value(ADMINS) == 1, f"{asked}: active admins afterwards"

    def test_the_last_admin_may_be_made_an_admin(self, change_role, superuser):
        answer = change_role(superuser, "admin", by=superuser)

        asked = f"PATCH /api/users/{superuser.id}/role of the only admin to admin"
        assert answer.status_code == 200, asked

    def test_two_admins_do_not_depose_each_other(self, api, users, superuser, database):
        other = users.superuser("other")
        # Both rows are held, so that both requests have looked before either can write.
        holder = database.connect()
        holder.execute("SELECT id FROM users ORDER BY id FOR UPDATE")

        answers = []
        requests = [
            threading.Thread(target=depose, args=(api, actor, victim, answers))
            for actor, victim in ((superuser, other), (other, superuser))
        ]
        for request in requests:
            request.start()
        wait_until_they_wait(database, requests)
        holder.rollback()
        for request in requests:
            request.join()

        found = sorted(answer.status_code for answer in answers)
        asked = "PATCH /api/users/{id}/role by two admins at once, each deposing the other"
        assert database.value(ADMINS) == 1, f"{asked}: active admins afterwards; got {found}"
        assert found in ([200, 403], [200, 409]), f"{asked}: one succeeds"


class TestMigration:
    def test_the_rows_that_are_there_get_a_role(self, database, alembic, ladder, before):
        database.execute(USERS)
        database.execute(OWNED)

        alembic(ladder, "upgrade", "head")

        rows = database.rows("SELECT full_name, role::text AS role FROM ladder.users ORDER BY id")
        found = {row["full_name"]: row["role"] for row in rows}
        wanted = {"Root": "admin", "Boss": "admin", "Olga": "organizer", "Paul": "participant"}
        assert found == wanted, (
            "roles after the upgrade: Root and Boss were superusers, Boss and Olga have events"
        )
        columns = {row["name"] for row in database.rows(COLUMNS)}
        assert "is_superuser" not in columns, "after the upgrade the flag is gone"
        assert database.value("SELECT count(*) FROM ladder.events") == 3, "the events are kept"

    def test_the_way_down_gives_the_flag_back(self, database, alembic, ladder, before):
        database.execute(USERS)
        alembic(ladder, "upgrade", "head")

        alembic(ladder, "downgrade", before)

        columns = {row["name"] for row in database.rows(COLUMNS)}
        assert "role" not in columns, "after the downgrade the role is gone"
        assert "is_superuser" in columns, "after the downgrade the flag is back"
        query = "SELECT full_name FROM ladder.users WHERE is_superuser ORDER BY id"
        found = [row["full_name"] for row in database.rows(query)]
        assert found == ["Root", "Boss"], "after the downgrade who was an admin is a superuser"

    def test_the_way_down_leaves_no_type_behind(self, database, alembic, ladder, before):
        alembic(ladder, "downgrade", "base")
        alembic(ladder, "upgrade", before)
        wanted = database.rows(TYPES)

        alembic(ladder, "upgrade", "head")
        alembic(ladder, "downgrade", before)

        assert database.rows(TYPES) == wanted, "the types in the schema, before and after"
        alembic(ladder, "upgrade", "head")

    def test_the_table_itself_knows_the_roles(self, database):
        user = "INSERT INTO users (email, hashed_password, full_name) VALUES ('n@x.eu', 'x', 'N')"
        try:
            database.execute(user)
        except psycopg.Error as error:
            raise AssertionError(f"INSERT of a user without a role; it said: {error}") from None

        found = database.value("SELECT role::text FROM users")
        assert found == "participant", "the role of a row that was inserted without one"
        try:
            database.execute("UPDATE users SET role = 'boss'")
        except psycopg.Error:
            return
        raise AssertionError("PostgreSQL refuses UPDATE users SET role = 'boss'")

    def test_it_works_on_sqlite(self, commands, before):
        file = commands.border.inside("exercise-3-3.db")
        (commands.border.scratch / "exercise-3-3.db").unlink(missing_ok=True)

        found = commands.probe(SQLITE, file=file, before=before)

        wanted = ["admin", "participant", "participant"]
        assert found == wanted, "on SQLite: the roles of a superuser, a user, and a new row"


class TestCommand:
    def test_the_command_makes_an_admin(self, api, create_admin, database):
        done = create_admin("root@example.com")

        asked = "python -m app.cli create-admin --email root@example.com --password-stdin"
        assert done.returncode == 0, f"{asked}; it said: {done.stderr[-300:]}"
        assert PASSWORD not in done.stdout + done.stderr, f"{asked} keeps the password to itself"
        token = log_in(api, "root@example.com", PASSWORD).json()["access_token"]
        answer = api.get("/api/users/all", auth=token)
        assert answer.status_code == 200, f"GET /api/users/all after {asked}"

    def test_the_command_may_be_run_again(self, api, create_admin, database):
        create_admin("root@example.com")

        done = create_admin("root@example.com")

        assert done.returncode == 0, f"create-admin a second time; it said: {done.stderr[-300:]}"
        assert database.value("SELECT count(*) FROM users") == 1, "users after running it twice"
        assert database.value(ADMINS) == 1, "admins after running it twice"
        assert log_in(api, "root@example.com", PASSWORD).status_code == 200, "login afterwards"

    def test_whoever_took_the_address_first_is_out(self, api, users, create_admin, database):
        squatter = users.register("root")

        done = create_admin(squatter.email)

        asked = "create-admin for an e-mail that somebody has registered"
        assert done.returncode == 0, f"{asked}; it said: {done.stderr[-300:]}"
        assert database.value(ROLE, id=squatter.id) == "admin", f"{asked}: its role"
        assert log_in(api, squatter.email, PASSWORD).status_code == 200, (
            f"{asked}: login with the password from standard input"
        )
        assert log_in(api, squatter.email, squatter.password).status_code == 401, (
            f"{asked}: login with the password of the registration"
        )

    @pytest.mark.parametrize(
        ("email", "password"), [("no address", PASSWORD), ("root@example.com", "short")]
    )
    def test_the_command_refuses_what_a_registration_refuses(
        self, create_admin, database, email, password
    ):
        done = create_admin(email, password)

        asked = f"create-admin with the e-mail {email!r} and a password of {len(password)}"
        assert done.returncode != 0, asked
        assert "Traceback" not in done.stderr, f"{asked}: a sentence, not a traceback"
        assert database.value("SELECT count(*) FROM users") == 0, f"{asked}: users afterwards"


def log_in(api, email, password):
    return api.post(LOGIN, json={"email": email, "password": password})


def depose(api, actor, victim, answers):
    path = f"/api/users/{victim.id}/role"
    answers.append(api.patch(path, json={"role": "participant"}, auth=actor))


def wait_until_they_wait(database, requests):
    """Until each request stands behind a lock, or has answered without one."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        alive = [request for request in requests if request.is_alive()]
        if database.value(WAITING) >= len(alive):
            return
        alive[0].join(0.01)
