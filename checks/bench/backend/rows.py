"""The rows that the backend is measured on: events with tasks and participants."""

import psycopg

ORGANIZERS = 50
TASKS_EACH, PARTICIPANTS_EACH = 2, 3

USERS = """
INSERT INTO users (email, full_name, hashed_password, is_active, role, created_at)
SELECT 'bench-' || n || '@example.com', 'Organizer ' || n, '-', true, 'organizer', now()
FROM generate_series(1, %(users)s) AS n
"""
EVENTS = """
INSERT INTO events (title, description, location, start_time, end_time, status, organizer_id,
                    created_at)
SELECT 'Event ' || n, 'What event ' || n || ' is about', 'Hall ' || n %% 7, starts,
       starts + interval '2 hours', 'planning', ids[1 + n %% cardinality(ids)], now()
FROM generate_series(%(first)s::int, %(last)s::int) AS n,
     LATERAL (SELECT timestamptz '2031-01-01 00:00Z' + n * interval '1 hour' AS starts) AS times,
     (SELECT array_agg(id ORDER BY id) AS ids FROM users) AS organizers
"""
TASKS = """
INSERT INTO tasks (title, status, priority, event_id, created_at)
SELECT 'Task ' || k, CASE k WHEN 1 THEN 'completed' ELSE 'todo' END, 'medium', events.id, now()
FROM events, generate_series(1, %(tasks)s) AS k
WHERE events.id > %(known)s
"""
PARTICIPANTS = """
INSERT INTO event_participants (event_id, user_id, joined_at)
SELECT events.id, people.id, now()
FROM events, (SELECT id FROM users ORDER BY id LIMIT %(participants)s) AS people
WHERE events.id > %(known)s
"""


def grow(dsn: str, events: int) -> None:
    """Add events until there are `events`; each with two tasks and three participants.

    One transaction. Afterwards the statistics of the planner are those of the new rows.
    """
    with psycopg.connect(dsn) as connection:
        known, count = connection.execute(
            "SELECT coalesce(max(id), 0), count(*) FROM events"
        ).fetchone() or (0, 0)
        if not count:
            connection.execute(USERS, {"users": ORGANIZERS})
        connection.execute(EVENTS, {"first": count + 1, "last": events})
        connection.execute(TASKS, {"tasks": TASKS_EACH, "known": known})
        connection.execute(PARTICIPANTS, {"participants": PARTICIPANTS_EACH, "known": known})
    with psycopg.connect(dsn, autocommit=True) as connection:
        for table in ("users", "events", "tasks", "event_participants"):
            connection.execute(f"VACUUM ANALYZE {table}")
