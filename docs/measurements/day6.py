import textwrap
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from checks.notebooks.lab import Lab, brief

lab = Lab("day6-performance")
day5, day6 = lab.load("day5-api-design"), lab.load("day6-performance")
settings = day6.core.config.Settings()
plain = day6.core.config.Settings(cache_enabled=False)
engine = day6.db.session.create_database_engine(settings.database_url)
yesterday = TestClient(day5.main.create_app(day5.core.config.Settings()))
uncached = TestClient(day6.main.create_app(plain))
app = day6.main.create_app(settings)
today = TestClient(app)
User, Event, Task = day6.models.User, day6.models.Event, day6.models.Task
DAY_ONE = datetime(2031, 5, 1, tzinfo=UTC)

with Session(engine) as session:
    for number in range(30):
        created = {"created_at": DAY_ONE}
        user = User(
            email=f"user-{number}@example.com",
            full_name=f"User {number}",
            hashed_password="-",
            **created,
        )
        session.add(user)
        session.flush()
        starts = DAY_ONE + timedelta(days=number)
        event = Event(
            title=f"Event {number}",
            organizer_id=user.id,
            start_time=starts,
            end_time=starts + timedelta(hours=2),
            **created,
        )
        session.add(event)
        session.flush()
        for title in ("Book a room", "Invite the speakers"):
            session.add(Task(title=title, event_id=event.id, **created))
    session.commit()


def page(client: TestClient, size: int) -> list[str]:
    """The statements that PostgreSQL got for one page."""
    with lab.sql() as sent:
        answer = client.get(f"/api/v2/events/?page_size={size}")
    assert answer.status_code == 200
    return [brief(statement) for statement in sent]


for client in (yesterday, uncached, today):
    page(client, 1)


def rows_read(*columns: str) -> int:
    """Rows fetched for 100 planned events of one organizer."""
    with engine.connect() as connection:
        run = connection.exec_driver_sql
        run("DROP INDEX ix_events_organizer_id_status_start_time_id")
        run(f"CREATE INDEX ON events ({', '.join(columns)})")
        run("ANALYZE events")
        (plan,) = run(
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM events"
            " WHERE organizer_id = 1 AND status = 'planning'"
            " ORDER BY start_time, id LIMIT 100"
        ).scalar_one()
        connection.rollback()
    return fetched(plan["Plan"])


def rows_for(query: sa.Select) -> int:
    """Rows fetched for a query of SQLAlchemy's."""
    sql = query.compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        (plan,) = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}"
        ).scalar_one()
    return fetched(plan["Plan"])


def fetched(node: dict[str, object]) -> int:
    """Rows of the scans below a node of a plan."""
    below = [fetched(each) for each in node.get("Plans", [])]
    own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return sum(below) if below else int(own)


# %% statements
for size in (3, 30):
    print(f"day 5, {size:2} events: {len(page(yesterday, size))} statements")
    print(f"day 6, {size:2} events: {len(page(uncached, size))} statements")

# %% sql
for statement in page(uncached, 30):
    print(textwrap.fill(statement, 72), end="\n\n")

# %% cache
lab.redis.flushdb()
sent = [len(page(today, 30)) for _ in range(100)]
print("100 equal requests:", sum(sent), "statements, the first", sent[0])

with app.state.sessions() as session:
    session.get(Event, 1).title = "Renamed"
    session.commit()
sent = [len(page(today, 30)) for _ in range(100)]
print("100 after a commit:", sum(sent), "statements, the first", sent[0])

# %% rows
with engine.begin() as connection:
    connection.execute(
        sa.text("""
        INSERT INTO events (title, organizer_id, start_time, end_time,
                            status, created_at)
        SELECT 'Event', 1 + n % 2, starts, starts + interval '2 hours',
               CASE WHEN n <= 10000 THEN 'completed' ELSE 'planning' END,
               now()
        FROM generate_series(1, 20000) AS n,
             LATERAL (SELECT timestamptz '2032-01-01 00:00Z'
                             + n * interval '1 hour' AS starts) AS times
        """)
    )


print("(organizer_id, status):", rows_read("organizer_id", "status"))
print(
    "(organizer_id, status, start_time, id):",
    rows_read("organizer_id", "status", "start_time", "id"),
)

# %% keyset
ordered = sa.select(Event.id, Event.start_time).limit(100)
ordered = ordered.order_by(Event.start_time, Event.id)
with engine.connect() as connection:
    *_, last = connection.execute(ordered.offset(19_800))
after = sa.tuple_(Event.start_time, Event.id) > (last.start_time, last.id)
print("page 1:", rows_for(ordered))
print("page 200, OFFSET 19900:", rows_for(ordered.offset(19_900)))
print("page 200, after the last of page 199:", rows_for(ordered.where(after)))

# %% twice
with app.state.sessions() as session:
    reports = day6.crud.report
    report = reports.create(session, event_id=1, requested_by=1)
    session.commit()
    maker = day6.services.report_service.ReportMaker(session)
    for delivery in ("first", "second"):
        with lab.sql() as sent:
            maker.complete(report.id)
        session.expire_all()
        report = reports.get(session, report.id)
        writes = [each for each in sent if "UPDATE" in each]
        print(
            delivery,
            "delivery:",
            len(sent),
            "statements,",
            report.state.value,
            report.result["total_tasks"],
            "tasks",
        )
print()
print(textwrap.fill(brief(writes[0]), 72))
