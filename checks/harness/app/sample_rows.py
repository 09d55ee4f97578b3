"""Events by the dozen: inserted by SQL, past the app, for tests that read them.

Each function needs the app's tables migrated, and raises psycopg.Error where they lack a column.
"""

from collections.abc import Callable, Sequence

from checks.harness.app.database_client import DatabaseClient

EQUAL_EVENTS = """
    INSERT INTO events (title, start_time, end_time, created_at, organizer_id)
    SELECT 'Meetup', '2031-05-01 10:00Z', '2031-05-01 12:00Z', '2026-01-01 12:00Z', %(owner)s
    FROM generate_series(1, %(total)s::int)
"""
UNREAD = "SELECT id FROM events WHERE id <> ALL(%(ids)s) ORDER BY id DESC LIMIT 2"
UPDATE = "UPDATE events SET updated_at = now() WHERE id = ANY(%(ids)s)"

USERS = """
    INSERT INTO users (email, hashed_password, full_name, is_active)
    SELECT 'owner-' || n || '@example.com', 'none', 'Owner ' || n, n %% 3 <> 1
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
EVENTS = """
    INSERT INTO events (title, status, start_time, end_time, organizer_id)
    SELECT 'Meetup ' || n,
           (ARRAY['planning', 'scheduled', 'ongoing', 'completed', 'cancelled'])[1 + n %% 5],
           timestamptz '2031-05-01 10:00Z' - n * interval '300 days',
           timestamptz '2031-05-01 12:00Z' - n * interval '300 days', u.id
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
    JOIN users u ON u.email = 'owner-' || n || '@example.com'
"""
TASKS = """
    INSERT INTO tasks (title, event_id, status)
    SELECT 'Task', e.id, CASE WHEN m <= mod(n, 3) THEN 'completed'
           ELSE (ARRAY['cancelled', 'todo', 'in_progress'])[1 + (n + m) %% 3] END
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
    JOIN events e ON e.title = 'Meetup ' || n
    CROSS JOIN LATERAL generate_series(1, mod(n, 4)) AS m
"""
PARTICIPANTS = """
    INSERT INTO event_participants (event_id, user_id)
    SELECT e.id, u.id
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
    JOIN events e ON e.title = 'Meetup ' || n
    CROSS JOIN LATERAL generate_series(1, mod(n, 3)) AS m
    JOIN users u ON u.email = 'owner-' || m || '@example.com'
"""
EVENT_TASKS = """
    INSERT INTO tasks (title, event_id)
    SELECT 'Task', %(event)s FROM generate_series(1, %(total)s::int)
"""
TASKS_EVERYWHERE = """
    INSERT INTO tasks (title, event_id, status)
    SELECT 'Task', e.id, CASE WHEN m %% 3 = 0 THEN 'completed' ELSE 'todo' END
    FROM events e CROSS JOIN generate_series(1, %(each)s::int) AS m
"""
PARTICIPANTS_EVERYWHERE = """
    INSERT INTO event_participants (event_id, user_id)
    SELECT e.id, u.id
    FROM events e CROSS JOIN (SELECT id FROM users ORDER BY id LIMIT %(each)s::int) AS u
    ON CONFLICT DO NOTHING
"""
# From the catalogue, so that the question itself visits no row.
ROWS_EVERYWHERE = """
    SELECT sum(reltuples) FROM pg_class
    WHERE oid IN ('tasks'::regclass, 'event_participants'::regclass)
"""
RETITLE = "UPDATE events SET title = %(title)s"
RANDOM_EVENTS = """
    INSERT INTO events (title, description, start_time, end_time, status, organizer_id)
    SELECT md5(random()::text), md5(random()::text), now(), now() + interval '1 hour',
           'planning', %(owner)s
    FROM generate_series(1, %(total)s::int)
"""


def insert_equal_events(database: DatabaseClient, organizer_id: int, total: int) -> None:
    """So many events of one organizer that differ in nothing but their ids."""
    database.execute(EQUAL_EVENTS, owner=organizer_id, total=total)


def insert_random_events(database: DatabaseClient, organizer_id: int, total: int) -> None:
    """So many events of one organizer, with random text that no compression shortens."""
    database.execute(RANDOM_EVENTS, owner=organizer_id, total=total)


def move_rows(database: DatabaseClient, event_ids: Sequence[int]) -> None:
    """Edit these events: PostgreSQL then stores their rows in another place."""
    database.execute(UPDATE, ids=list(event_ids))


def read_pages_with_edits(
    database: DatabaseClient, read_ids: Callable[[int], list[int]], pages: int = 3
) -> list[int]:
    """The ids of the pages 1, 2, 3 one after the other, with edits between them.

    After each page three of its events are edited, and two that no page has shown yet. An edit
    moves the row: a list without a unique order shows it again, or leaves another out.
    """
    ids: list[int] = []
    for number in range(1, pages + 1):
        page = read_ids(number)
        ids += page
        rest = [row["id"] for row in database.rows(UNREAD, ids=ids)]
        move_rows(database, page[:3] + rest)
    return ids


def insert_tasks(database: DatabaseClient, event_id: int, total: int) -> None:
    """So many tasks of one event, none of them completed."""
    database.execute(EVENT_TASKS, event=event_id, total=total)


def retitle_events(database: DatabaseClient, title: str) -> None:
    """Give every event this title; the app, and whatever it caches, learns nothing of it."""
    database.execute(RETITLE, title=title)


def insert_meetups(database: DatabaseClient, first: int, last: int) -> None:
    """The events `Meetup <first>` to `Meetup <last>`, each 300 days before the one before it.

    Event n has an organizer of its own, `Owner n`, n % 4 tasks and n % 3 participants. n % 3 of the
    tasks are completed, if it has so many; the others have the other statuses. The participants
    are the owners 1 and 2, who have to be there. The events have every status, past and to come,
    and a third of the owners, the first too, are switched off.
    """
    for statement in (USERS, EVENTS, TASKS, PARTICIPANTS):
        database.execute(statement, first=first, last=last)


def meetup_counts(number: int) -> list[int]:
    """The tasks, completed tasks and participants of `Meetup <number>`."""
    return [number % 4, min(number % 4, number % 3), number % 3]


def fill_events(database: DatabaseClient, each: int) -> int:
    """Give every event so many more tasks, and the first owners as participants, `each` at most.

    PostgreSQL's planner is told of the new rows (ANALYZE). Returns how many rows both tables hold.
    """
    database.execute(TASKS_EVERYWHERE, each=each)
    database.execute(PARTICIPANTS_EVERYWHERE, each=each)
    database.execute("ANALYZE events, tasks, event_participants")
    return int(database.value(ROWS_EVERYWHERE))
