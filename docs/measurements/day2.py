import subprocess
import sys

import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from checks.notebooks.lab import Lab

lab = Lab("day2-database")
day2 = lab.load("day2-database")
settings = day2.core.config.Settings()
engine = day2.db.session.create_database_engine(settings.database_url)
client = TestClient(day2.main.create_app(settings))
Participant, crud = day2.models.EventParticipant, day2.crud
OLGA = {"email": "olga@example.com", "password": "correct horse battery"}
TIMES = {"start_time": "2031-05-01T10:00Z", "end_time": "2031-05-01T12:00Z"}
client.post("/api/auth/register", json={**OLGA, "full_name": "Olga"})
token = client.post("/api/auth/login", json=OLGA).json()["access_token"]
olga = {"Authorization": f"Bearer {token}"}
client.post("/api/events/", json={"title": "Party", **TIMES}, headers=olga)
schema = sa.MetaData()
schema.reflect(engine)

# %% no-key
plan = sa.Table(
    "plan_participants",
    schema,
    sa.Column("event_id", sa.ForeignKey("events.id")),
    sa.Column("user_id", sa.ForeignKey("users.id")),
)
plan.create(engine)
query = sa.select(sa.func.count()).select_from(plan)

with engine.connect() as first, engine.connect() as second:
    print(
        "rows that each request found:", first.scalar(query), second.scalar(query)
    )
    for request in (first, second):
        request.execute(plan.insert().values(event_id=1, user_id=1))
        request.commit()
    print("rows afterwards:             ", first.scalar(query))

# %% key
with Session(engine) as first, Session(engine) as second:
    crud.participant.create(first, event_id=1, user_id=1)  # not committed yet
    second.execute(sa.text("SET lock_timeout = '200ms'"))
    try:
        crud.participant.create(second, event_id=1, user_id=1)
    except OperationalError as error:
        print("the second INSERT:", error.orig.diag.message_primary)
    second.rollback()
    first.commit()
    try:
        crud.participant.create(second, event_id=1, user_id=1)
    except IntegrityError as error:
        print("after the commit: ", error.orig.diag.constraint_name)

# %% silent
with Session(engine) as session:
    again = insert(Participant).values(event_id=1, user_id=1)
    result = session.execute(again.on_conflict_do_nothing())
    print("rowcount:", result.rowcount)
answer = client.post("/api/events/1/participants/1", headers=olga)
print("the API: ", answer.status_code, answer.text)

# %% migration
ddl = subprocess.run(
    [sys.executable, "-m", "alembic", "upgrade", "0001:0002", "--sql"],
    cwd="solutions/day2-database",
    capture_output=True,
    text=True,
    check=True,
).stdout
print(*map(str.rstrip, ddl.strip().splitlines()), sep="\n")


# %% explain
def explain(sql: str) -> None:
    options = "ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF"
    with engine.begin() as connection:
        for (line,) in connection.execute(sa.text(f"EXPLAIN ({options}) {sql}")):
            print(" ", line)


ROWS = """
INSERT INTO users (email, full_name, hashed_password)
SELECT n || '@example.com', n, '-' FROM generate_series(2, 100) AS n;
INSERT INTO events (title, start_time, end_time, status, organizer_id)
SELECT n, now() + n * interval '1 hour', now() + (n + 1) * interval '1 hour',
       CASE WHEN n % 10 = 0 THEN 'planning' ELSE 'completed' END, 1 + n / 200
FROM generate_series(0, 19999) AS n;
ANALYZE
"""
with engine.begin() as connection:
    for statement in ROWS.split(";"):
        connection.execute(sa.text(statement))

PLANNED = "SELECT * FROM events WHERE organizer_id = 7 AND status = 'planning'"
print("with the index of task 2.4:")
explain(PLANNED)
with engine.begin() as connection:
    connection.execute(sa.text("DROP INDEX ix_events_organizer_id_status"))
print("without:")
explain(PLANNED)

# %% order
PAGE = "SELECT * FROM events ORDER BY start_time, id LIMIT 20"
print("with the index on (start_time, id):")
explain(PAGE)
with engine.begin() as connection:
    connection.execute(sa.text("DROP INDEX ix_events_start_time_id"))
print("without:")
explain(PAGE)
