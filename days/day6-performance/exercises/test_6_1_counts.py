"""Task 6.1: a page of events, with all that v2 shows of them, in as many statements as one event.

The statements are counted by PostgreSQL, and every event has an organizer of its own: an
organizer whom the app has loaded already would cost it nothing.
"""

import re

import pytest
from checks.harness.app.loaded_rows import loaded_columns, tables_read_uncounted
from checks.harness.app.sample_rows import (
    fill_events,
    insert_equal_events,
    insert_meetups,
    meetup_counts,
)
from checks.harness.app.table_statistics import rows_visited_by

V1, V2 = "/api/v1/events/", "/api/v2/events/"
ALL = f"{V2}?page_size=100"
COUNTED_TABLES = ("tasks", "event_participants")
# What no count needs, also inside a subquery.
UNCOUNTED = re.compile(
    r"\b(?:tasks|event_participants)\w*\.(?:title|description|priority|joined_at)\b"
)
ORDERS = ("", "&order=desc", "&sort_by=title&order=desc", "&sort_by=created_at&order=desc")


@pytest.fixture
def insert_events(database):
    """`insert_events(1, 3)`: the events 1 to 3, each with its organizer, tasks and participants.

    Event n has an organizer of its own, n % 4 tasks, n % 3 of them completed if it has so many, and
    n % 3 participants.
    """
    return lambda first, last: insert_meetups(database, first, last)


@pytest.fixture
def items(api):
    """`items("?page=2")`: what the list of version 2 holds."""

    def read(query="?page_size=100"):
        answer = api.get(f"{V2}{query}")
        assert answer.status_code == 200, f"GET {V2}{query}"
        return answer.json()["items"]

    return read


@pytest.fixture
def statement_count(api, statements):
    """`statement_count(path)`: what an answer takes; the first request warms up."""

    def count(path):
        api.get(path)
        with statements() as executed:
            answer = api.get(path)
        assert answer.status_code == 200, f"GET {path}"
        return len(executed)

    return count


def counts(item):
    return [item[name] for name in ("task_count", "completed_count", "participant_count")]


class TestStatements:
    @pytest.mark.gate
    def test_thirty_events_take_as_many_as_three(self, insert_events, statement_count):
        insert_events(1, 3)
        count_for_3 = statement_count(ALL)
        insert_events(4, 30)

        count_for_30 = statement_count(ALL)

        numbers = f"{count_for_3} for 3 events, {count_for_30} for 30"
        assert count_for_30 == count_for_3, (
            f"GET {V2}: as many statements for 30 events as for 3; {numbers}"
        )

    @pytest.mark.gate
    def test_they_are_four_at_most(self, insert_events, statement_count):
        insert_events(1, 3)

        count = statement_count(ALL)

        assert 1 <= count <= 4, f"GET {V2} takes 4 statements at most, not {count}"

    def test_what_is_counted_is_not_loaded(self, api, insert_events, statements):
        insert_events(1, 3)

        with statements() as executed:
            api.get(ALL)

        case = f"GET {V2}: the rows of tasks and participants stay in the database"
        found = {name for text in executed for name in loaded_columns(text, COUNTED_TABLES)}
        loaded = sorted(found.union(*(UNCOUNTED.findall(text) for text in executed)))
        assert loaded == [], f"{case}; asked for: {', '.join(loaded)}"
        read = [name for text in executed for name in tables_read_uncounted(text, COUNTED_TABLES)]
        assert read == [], f"{case}; read without count() or sum(): {', '.join(read)}"

    def test_v1_takes_no_more_than_before(self, insert_events, statement_count):
        insert_events(1, 3)

        count = statement_count(V1)

        assert count == 1, f"GET {V1} of three events takes one statement, not {count}"


class TestCounts:
    def test_each_event_has_its_own(self, items, insert_events):
        insert_events(1, 12)

        by_title = {item["title"]: counts(item) for item in items()}

        expected = {f"Meetup {number}": meetup_counts(number) for number in range(1, 13)}
        fields = f"GET {V2}: task_count, completed_count, participant_count"
        assert by_title == expected, f"{fields} of twelve events, one of them without anything"

    def test_only_what_is_completed_is_completed(self, api, items, factory, organizer):
        event = factory.event(organizer)
        for status in ("todo", "in_progress", "completed", "cancelled", "completed"):
            factory.task(organizer, event, status=status)

        (item,) = items()

        message = f"GET {V2}: task_count 5, completed_count 2 of a task of each status and one more"
        assert counts(item) == [5, 2, 0], message

    def test_each_event_has_its_own_organizer(self, items, insert_events):
        insert_events(1, 12)

        organizers = {item["title"]: item["organizer"] for item in items()}

        names = {title: organizer["full_name"] for title, organizer in organizers.items()}
        expected = {f"Meetup {number}": f"Owner {number}" for number in range(1, 13)}
        assert names == expected, f"GET {V2}: the organizer's full_name of each event"
        keys = {key for organizer in organizers.values() for key in organizer}
        assert keys == {"id", "full_name"}, f"GET {V2}: an organizer has id and full_name"


class TestList:
    def test_what_v1_tells_too_is_the_same(self, api, items, insert_events, database, organizer):
        insert_events(1, 12)
        insert_equal_events(database, organizer.id, 4)

        for order in ORDERS:
            events = api.get(f"{V1}?limit=100{order}").json()
            pairs = zip(events, items(f"?page_size=100{order}"), strict=True)
            common_fields = [{key: item[key] for key in event} for event, item in pairs]

            case = f" with {order[1:]}" if order else ""
            assert common_fields == events, (
                f"GET {V2}{case}: what GET {V1} tells of an event, in the same order"
            )

    def test_a_page_is_cut_out_of_events(self, api, insert_events):
        insert_events(1, 12)

        pages = [api.get(f"{V2}?page={page}&page_size=5").json() for page in (1, 2, 3, 4)]

        request = f"GET {V2}?page_size=5 with 12 events that have tasks and participants"
        titles = [[item["title"] for item in page["items"]] for page in pages]
        expected = [f"Meetup {number}" for number in range(12, 0, -1)]
        assert titles == [expected[:5], expected[5:10], expected[10:], []], (
            f"{request}: pages 1 to 4"
        )
        assert {page["total"] for page in pages} == {12}, (
            f"{request}: total, also behind the last page"
        )

    def test_filters_and_orders_are_what_they_were(self, items, insert_events):
        insert_events(1, 12)
        (meetup,) = [item for item in items() if item["title"] == "Meetup 7"]

        query = f"?organizer_id={meetup['organizer_id']}"
        assert items(query) == [meetup], f"GET {V2}{query}: the one event of that organizer"
        titles = [item["title"] for item in items("?sort_by=id&order=desc")]
        expected = [f"Meetup {number}" for number in range(12, 0, -1)]
        assert titles == expected, f"GET {V2}?sort_by=id&order=desc"

    def test_one_event_is_as_in_the_list(self, api, items, insert_events):
        insert_events(1, 3)

        for item in items():
            answer = api.get(f"{V2}{item['id']}")

            assert answer.status_code == 200, f"GET {V2}{{event_id}}"
            assert answer.json() == item, f"GET {V2}{{event_id}}: the event as in the list"
        unknown = api.get(f"{V2}2147483647")
        assert unknown.status_code == 404, f"GET {V2}{{event_id}} of an unknown event: 404"


class TestPages:
    def test_a_page_counts_for_its_own_events_only(self, api, database, insert_events):
        insert_events(1, 480)
        rows = fill_events(database, 20)

        for page in (1, 120):
            path = f"{V2}?page_size=4&page={page}"
            visited = rows_visited_by(database, COUNTED_TABLES, lambda path=path: api.get(path))

            assert visited <= rows // 8, (
                f"GET {path} with 480 events: at most one in eight of the {rows} rows of tasks and"
                f" participants is visited, not {visited}"
            )
