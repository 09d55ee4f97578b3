import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from checks.notebooks.lab import Lab, brief

lab = Lab("day1-architecture")
day1 = lab.load("day1-architecture")
settings = day1.core.config.Settings()
app = day1.main.create_app(settings)
client = TestClient(app)
engine = day1.db.session.create_database_engine(settings.database_url)
crud, Event, Task = day1.crud, day1.models.Event, day1.models.Task
OLGA = {"email": "olga@example.com", "password": "correct horse battery"}
TIMES = {"start_time": "2031-05-01T10:00Z", "end_time": "2031-05-01T12:00Z"}
client.post("/api/auth/register", json={**OLGA, "full_name": "Olga"})
token = client.post("/api/auth/login", json=OLGA).json()["access_token"]
olga = {"Authorization": f"Bearer {token}"}

# %% request
with lab.sql() as statements:
    answer = client.post(
        "/api/events/", json={"title": "Party", **TIMES}, headers=olga
    )
print(answer.status_code)
print(*map(brief, statements), sep="\n")

# %% commit
VALUES = {
    "title": "Concert",
    "start_time": sa.func.now(),
    "end_time": sa.func.now() + sa.text("interval '1 hour'"),
    "organizer_id": 1,
}


def event_and_task(*, crud_commits: bool) -> int:
    """How many events stay when the second step, its task, fails."""
    with Session(engine) as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(Event))
        event = crud.event.create(session, VALUES)
        if crud_commits:
            session.commit()
        try:
            crud.task.create(session, {"event_id": event.id, "title": None})
        except SQLAlchemyError:
            session.rollback()
        return (
            session.scalar(sa.select(sa.func.count()).select_from(Event)) - before
        )


print("crud commits after each step:  ", event_and_task(crud_commits=True))
print("crud flushes, service commits: ", event_and_task(crud_commits=False))

# %% errors
BODY = {
    "title": "Party",
    "start_time": TIMES["end_time"],
    "end_time": TIMES["start_time"],
}
for method, path, body in [
    ("POST", "/api/events/", BODY),
    ("GET", "/api/events/99", None),
    ("GET", "/api/events/2147483648/statistics", None),
]:
    answer = client.request(method, path, json=body, headers=olga)
    print(method, path, "->", answer.status_code, answer.json()["code"])

# %% statistics
with Session(engine) as session:
    statuses = ["todo"] * 120 + ["completed"] * 100 + ["cancelled"] * 30
    session.add_all(
        Task(event_id=1, title="Chair", status=each) for each in statuses
    )
    session.commit()

with lab.sql() as statements:
    answer = client.get("/api/events/1/statistics")
print(*map(brief, statements), sep="\n")
print(answer.text)
with Session(engine) as session:
    page = crud.task.get_many_of_event(session, 1, skip=0, limit=100)
    grouped = sa.select(Task.status, sa.func.count()).group_by(Task.status)
    rows = session.execute(grouped).all()
print("rows of the list:", len(page), "| rows of the GROUP BY:", len(rows))

# %% negative
print("the API:   ", client.get("/api/events/", params={"limit": -1}).status_code)
with engine.connect() as connection:
    try:
        connection.execute(sa.text("SELECT * FROM events LIMIT -1"))
    except SQLAlchemyError as error:
        print("PostgreSQL:", error.orig.diag.message_primary)

# %% order
with engine.begin() as connection:
    connection.execute(
        sa.text("CREATE TABLE notes (id int PRIMARY KEY, text text)")
    )
    connection.execute(
        sa.text("INSERT INTO notes SELECT n, '' FROM generate_series(1, 30) n")
    )


def pages(order: str) -> list[int]:
    """Three pages of ten; after each, three rows of the first one are edited."""
    seen: list[int] = []
    for number in range(3):
        query = f"SELECT id FROM notes {order} OFFSET {10 * number} LIMIT 10"  # noqa: S608
        with engine.begin() as connection:
            seen += connection.scalars(sa.text(query))
            connection.execute(
                sa.text("UPDATE notes SET text = 'new' WHERE id <= 3")
            )
    return seen


for order in ("", "ORDER BY id"):
    seen = pages(order)
    lost = sorted(set(range(1, 31)) - set(seen))
    twice = sorted({each for each in seen if seen.count(each) > 1})
    print(order or "no ORDER BY", "| lost:", lost, "| twice:", twice)
