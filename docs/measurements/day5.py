from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from checks.notebooks.lab import Lab

lab = Lab("day5-api-design")
day4, day5 = lab.load("day4-testing"), lab.load("day5-api-design")
yesterday = day4.main.create_app(day4.core.config.Settings())
app = day5.main.create_app(day5.core.config.Settings())
client = TestClient(app)
User, Event = day5.models.User, day5.models.Event
DAY_ONE = datetime(2031, 5, 1, tzinfo=UTC)
app.state.sessions.configure(expire_on_commit=False)

with app.state.sessions() as session:
    olga = User(
        email="olga@example.com",
        full_name="Olga",
        hashed_password="-",
        created_at=DAY_ONE,
    )
    session.add(olga)
    session.flush()
    for number in range(100):
        session.add(
            Event(
                title=f"Event {number}",
                organizer_id=olga.id,
                start_time=DAY_ONE,
                end_time=DAY_ONE + timedelta(hours=2),
                created_at=DAY_ONE,
            )
        )
    session.commit()


def different_events(session: Session, *order: object) -> int:
    """How many different events the ten pages of a hundred show."""
    query = sa.select(Event.id).order_by(*order).limit(10)
    pages = [session.scalars(query.offset(10 * n)) for n in range(10)]
    return len({event for page in pages for event in page})


# %% getattr
for name in ("start_time", "metadata", "organizer", "__class__"):
    column = getattr(Event, name)
    print(f"{name:10} {type(column).__name__}")

# %% ties
with app.state.sessions() as session:
    print("by end_time:    ", different_events(session, Event.end_time))
    print("by end_time, id:", different_events(session, Event.end_time, Event.id))

# %% pages
for query in ("page_size=1000", "page=7", "page=0", f"page={10**30}"):
    answer = client.get(f"/api/v2/events/?{query}")
    body = answer.json()
    shown = {
        key: body.get(key) for key in ("total", "page", "page_size", "pages")
    }
    print(
        f"{query[:14]:14}",
        answer.status_code,
        shown if "total" in body else body["code"],
    )

# %% documented
for day, each, path in (
    (4, yesterday, "/api/events/"),
    (5, app, "/api/v1/events/"),
):
    operation = each.openapi()["paths"][path]["post"]
    print(f"day {day}:", *operation["responses"])
answer = TestClient(yesterday).post("/api/events/", json={})
print("day 4 answers:", answer.status_code, answer.text)

# %% deprecated
for path in ("/api/v1/events/7777", "/api/events/7777"):
    answer = client.get(path)
    print("GET", path, answer.status_code, answer.reason_phrase)
    for name, value in answer.headers.items():
        if name in ("deprecation", "sunset", "link"):
            print(f"{name}: {value}")
