"""Task 6.1: a page of events, with all that v2 shows of them, in as many statements as one event.

The statements are counted by PostgreSQL, and every event has an organizer of its own: one whom
the app has loaded already would cost it nothing.
"""

import pytest

V1, V2 = "/api/v1/events/", "/api/v2/events/"
ALL = f"{V2}?page_size=100"
# Event n has an organizer of its own, n % 4 tasks (n % 3 of them completed, if it has so many, the
# others called off) and n % 3 participants.
USERS = """
    INSERT INTO users (email, hashed_password, full_name)
    SELECT 'owner-' || n || '@example.com', 'none', 'Owner ' || n
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
EVENTS = """
    INSERT INTO events (title, start_time, end_time, organizer_id)
    SELECT 'Meetup ' || n, timestamptz '2031-05-01 10:00Z' - n * interval '1 hour',
           '2031-06-01 12:00Z', u.id
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
    JOIN users u ON u.email = 'owner-' || n || '@example.com'
"""
TASKS = """
    INSERT INTO tasks (title, event_id, status)
    SELECT 'Task', e.id, CASE WHEN m <= mod(n, 3) THEN 'completed' ELSE 'cancelled' END
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


@pytest.fixture
def fill(database):
    """`fill(1, 3)`: the events 1 to 3, each with its organizer, tasks and participants."""

    def insert(first, last):
        for rows in (USERS, EVENTS, TASKS, PARTICIPANTS):
            database.execute(rows, first=first, last=last)

    return insert


@pytest.fixture
def items(api):
    """`items("?page=2")`: what the list of version 2 holds."""

    def ask(query="?page_size=100"):
        answer = api.get(f"{V2}{query}")
        assert answer.status_code == 200, f"GET {V2}{query}"
        return answer.json()["items"]

    return ask


@pytest.fixture
def asked(api, statements):
    """`asked(path)`: the statements that an answer takes; the first request warms up."""

    def count(path):
        api.get(path)
        with statements() as sent:
            answer = api.get(path)
        assert answer.status_code == 200, f"GET {path}"
        return len(sent)

    return count


def counts(item):
    return [item[name] for name in ("task_count", "completed_count", "participant_count")]


def expected(number):
    """The counts of event `number`, as `fill` makes them."""
    return [number % 4, min(number % 4, number % 3), number % 3]


class TestStatements:
    @pytest.mark.gate
    def test_thirty_events_take_as_many_as_three(self, fill, asked):
        fill(1, 3)
        three = asked(ALL)
        fill(4, 30)

        thirty = asked(ALL)

        said = f"{three} for 3 events, {thirty} for 30"
        assert thirty == three, f"GET {V2}: as many statements for 30 events as for 3; {said}"

    @pytest.mark.gate
    def test_they_are_four_at_most(self, fill, asked):
        fill(1, 3)

        found = asked(ALL)

        assert 1 <= found <= 4, f"GET {V2} takes 4 statements at most, not {found}"


class TestCounts:
    def test_each_event_has_its_own(self, items, fill):
        fill(1, 12)

        found = {item["title"]: counts(item) for item in items()}

        wanted = {f"Meetup {number}": expected(number) for number in range(1, 13)}
        asked = f"GET {V2}: task_count, completed_count, participant_count"
        assert found == wanted, f"{asked} of twelve events, one of them without anything"

    def test_only_what_is_completed_is_completed(self, api, items, factory, organizer):
        event = factory.event(organizer)
        for status in ("todo", "in_progress", "completed", "cancelled", "completed"):
            factory.task(organizer, event, status=status)

        (item,) = items()

        said = f"GET {V2}: task_count 5, completed_count 2 of a task of each status and one more"
        assert counts(item) == [5, 2, 0], said

    def test_each_event_has_its_own_organizer(self, items, fill):
        fill(1, 12)

        found = {item["title"]: item["organizer"] for item in items()}

        names = {title: person["full_name"] for title, person in found.items()}
        wanted = {f"Meetup {number}": f"Owner {number}" for number in range(1, 13)}
        assert names == wanted, f"GET {V2}: the organizer's full_name of each event"
        keys = {key for person in found.values() for key in person}
        assert keys == {"id", "full_name"}, f"GET {V2}: an organizer has id and full_name"


class TestList:
    def test_what_v1_tells_too_is_the_same(self, api, items, fill):
        fill(1, 12)
        before = api.get(V1).json()

        found = [
            {key: item[key] for key in event} for event, item in zip(before, items(), strict=True)
        ]

        assert found == before, f"GET {V2}: what GET {V1} tells of an event, in the same order"

    def test_a_page_is_cut_out_of_events(self, api, fill):
        fill(1, 12)

        pages = [api.get(f"{V2}?page={page}&page_size=5").json() for page in (1, 2, 3)]

        asked = f"GET {V2}?page_size=5 with 12 events that have tasks and participants"
        titles = [[item["title"] for item in page["items"]] for page in pages]
        wanted = [f"Meetup {number}" for number in range(12, 0, -1)]
        assert titles == [wanted[:5], wanted[5:10], wanted[10:]], f"{asked}: pages 1, 2, 3"
        assert {page["total"] for page in pages} == {12}, f"{asked}: total"

    def test_filters_and_orders_are_what_they_were(self, items, fill):
        fill(1, 12)
        (first,) = [item for item in items() if item["title"] == "Meetup 7"]

        query = f"?organizer_id={first['organizer_id']}"
        assert items(query) == [first], f"GET {V2}{query}: the one event of that organizer"
        titles = [item["title"] for item in items("?sort_by=id&order=desc")]
        wanted = [f"Meetup {number}" for number in range(12, 0, -1)]
        assert titles == wanted, f"GET {V2}?sort_by=id&order=desc"

    def test_one_event_is_as_in_the_list(self, api, items, fill):
        fill(1, 3)

        for item in items():
            answer = api.get(f"{V2}{item['id']}")

            assert answer.status_code == 200, f"GET {V2}{{event_id}}"
            assert answer.json() == item, f"GET {V2}{{event_id}}: the event as in the list"
