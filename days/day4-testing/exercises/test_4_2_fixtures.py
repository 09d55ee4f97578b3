"""Task 4.2: fixtures that lend each test an app and a database of its own.

The tests below do not look at tests/conftest.py. They put tests that use your fixtures into a
copy of the folder, run them, and read what pytest reports.
"""

import pytest

CANARIES = """
import pytest
import sqlalchemy as sa

BODY = {
    "title": "Canary",
    "start_time": "2031-05-01T10:00:00Z",
    "end_time": "2031-05-01T12:00:00Z",
}
SOMEBODY = {"email": "canary@example.com", "password": "correct horse", "full_name": "Canary"}
OTHER = {**SOMEBODY, "email": "wren@example.com"}


def count(db, table):
    return db.scalar(sa.text(f"SELECT count(*) FROM {table}"))


def create(client, headers):
    answer = client.post("/api/events/", headers=headers, json=BODY)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_organizer(client, test_user, auth_headers):
    assert create(client, auth_headers)["organizer_id"] == test_user.id
    assert test_user.role == "organizer"
    me = client.get("/api/auth/me", headers=auth_headers).json()
    assert me["id"] == test_user.id and me["email"] == test_user.email


def test_admin(client, test_user, admin_headers):
    me = client.get("/api/auth/me", headers=admin_headers).json()
    assert me["role"] == "admin"
    assert me["id"] != test_user.id


def test_both_headers(client, auth_headers, admin_headers):
    assert client.get("/api/users/all", headers=auth_headers).status_code == 403
    assert client.get("/api/users/all", headers=admin_headers).status_code == 200


def test_db_sees_the_app(db, client, auth_headers):
    create(client, auth_headers)
    assert count(db, "events") == 1


def test_app_sees_the_db(db, client, test_user, auth_headers):
    event = create(client, auth_headers)
    db.execute(sa.text("UPDATE events SET title = 'Wren'"))
    db.commit()
    assert client.get(f"/api/events/{event['id']}").json()["title"] == "Wren"


def test_committed(client, auth_headers):
    event = create(client, auth_headers)
    assert client.get(f"/api/events/{event['id']}").status_code == 200


def test_conflict(db, client):
    paths = [client.post("/api/auth/register", json=body) for body in (SOMEBODY, SOMEBODY, OTHER)]
    assert [answer.status_code for answer in paths] == [201, 409, 201]
    assert count(db, "users") == 2


def test_lifespan(client):
    assert client.get("/canary").json() == {"opened": True}
"""

# Two that leave rows behind, each between two that would see them.
for _turn in (1, 2):
    CANARIES += f"""

def test_empty_{_turn}(db):
    assert [count(db, table) for table in ("users", "events", "tasks")] == [0, 0, 0]
    db.execute(sa.text(
        "INSERT INTO users (email, hashed_password, full_name) VALUES ('x@example.com', 'x', 'X')"
    ))
    db.commit()


def test_only_mine_{_turn}(db, client, auth_headers):
    assert client.get("/api/events/").json() == []
    assert count(db, "users") == 1
    create(client, auth_headers)
"""

FILE = "tests/test_canaries.py"
MAIN = "app/main.py"
LIFESPAN = "    async def lifespan({}: FastAPI) -> AsyncIterator[None]:\n{}        yield\n"
OPENED = """
    app.state.opened = False
    app.get("/canary")(lambda: {"opened": app.state.opened})
"""
# An app that has something to open before the first request.
OPENS = (
    (MAIN, LIFESPAN.format("_", ""), LIFESPAN.format("app", " " * 8 + "app.state.opened = True\n")),
    (MAIN, "    app.include_router(router)\n", f"{OPENED}    app.include_router(router)\n"),
)
# An app that answers 201 and forgets.
FORGETS = (
    "app/services/event_service.py",
    "        event = crud.event.create(self.session, values)\n        self.session.commit()\n",
    "        event = crud.event.create(self.session, values)\n",
)
FILES = {path for path, _, _ in (*OPENS, FORGETS)}


class Canaries:
    """What became of the canaries: twice on a sound app, and once on one that never commits."""

    def __init__(self, suite_runner):
        sound = suite_runner.variant(OPENS, FILES)
        forgetful = suite_runner.variant((*OPENS, FORGETS), FILES)
        for copy in (sound, forgetful):
            copy.write(FILE, CANARIES)
        before = sound.files()
        runs = suite_runner.pytest([sound, sound, forgetful], FILE, "--no-cov")
        self.first, self.second, self.forgetful = runs
        self.left = sorted(sound.files() - before)

    def sing(self, *names):
        """Those canaries passed on the sound app."""
        passed(self.first, names, "your fixtures")


def passed(run, names, asked):
    """Each of the tests `names` has run and passed."""
    assert run.tests, f"{asked}: {run.summary()}"
    for name in names:
        found = run.outcome(name)
        assert found is not None, f"{asked}: {name} has run"
        assert found.outcome == "passed", f"{asked}: {found}"


@pytest.fixture
def canaries(suite_runner):
    """SessionCache for all tests of this file."""
    return suite_runner.cached("4.2", lambda: Canaries(suite_runner))


class TestPeople:
    @pytest.mark.gate
    def test_test_user_is_an_organizer_and_auth_headers_are_theirs(self, canaries):
        canaries.sing("test_organizer")

    def test_admin_headers_are_somebody_elses_an_admins(self, canaries):
        canaries.sing("test_admin", "test_both_headers")


class TestDatabase:
    def test_each_test_starts_empty(self, canaries):
        names = ("test_empty_1", "test_empty_2", "test_only_mine_1", "test_only_mine_2")

        canaries.sing(*names)

        passed(canaries.second, names, "`pytest` a second time")

    def test_db_and_the_app_see_what_the_other_committed(self, canaries):
        canaries.sing("test_db_sees_the_app", "test_app_sees_the_db")

    def test_what_no_one_committed_is_not_there(self, canaries):
        canaries.sing("test_committed")

        lost = canaries.forgetful.outcome("test_committed")
        asked = "a test that creates an event and reads it, on an app that never commits"
        assert lost is not None, f"{asked}: it has run"
        assert lost.outcome != "passed", f"{asked}: red"

    def test_a_409_does_no_harm_to_the_next_request(self, canaries):
        canaries.sing("test_conflict")


class TestClient:
    def test_the_app_is_started(self, canaries):
        canaries.sing("test_lifespan")

    def test_nothing_is_left_in_the_folder(self, canaries):
        canaries.sing("test_organizer")

        assert canaries.left == [], "files that were not there before `pytest` ran"
