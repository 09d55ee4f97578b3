"""Task 5.1: a list that answers a question, and only the questions it was made for."""

import pytest
from checks.harness.app.request_line import get_line
from checks.harness.app.sample_rows import insert_equal_events, read_pages_with_edits
from checks.harness.fixtures.sample_events import (
    SORTED_NAMES,
    STATUSES,
    SortableEvents,
    create_events_at,
)

LIST = "/api/events/"
NUMBERS = ("2031", "2031.5", "-2031")


def get_list(**params):
    """How a message names the request."""
    return get_line(LIST, **params)


@pytest.fixture
def titles(api):
    """`titles(status="planning")`: the titles of the answer, in its order."""

    def read(**params):
        answer = api.get(LIST, params=params)
        assert answer.status_code == 200, f"{get_list(**params)} is answered"
        return [event["title"] for event in answer.json()]

    return read


@pytest.fixture
def create_events(factory, organizer):
    """`create_events(one="…Z")`: an event with the title `one` that starts then."""
    return lambda **start_times: create_events_at(factory, organizer, start_times)


@pytest.fixture
def event_names(factory, organizer, database):
    """Four events, to be sorted; `event_names(rows)`: their names in the order of the rows."""
    return SortableEvents(factory, database, organizer).names


@pytest.fixture
def assert_refused(api):
    """`assert_refused(sort_by="foo")`: the answer is a 422 in the shape of every error."""

    def send(**params):
        answer = api.get(LIST, params=params)

        assert answer.status_code == 422, f"{get_list(**params)} is refused"
        assert {"detail", "code"} <= set(answer.json()), f"{get_list(**params)}: detail and code"

    return send


class TestFilters:
    @pytest.mark.gate
    def test_a_status_leaves_the_events_of_that_status(self, titles, factory, organizer):
        for status in STATUSES:
            factory.event(by=organizer, title=status, status=status)

        for status in STATUSES:
            assert titles(status=status) == [status], f"{get_list(status=status)}: that one event"

    def test_an_organizer_id_leaves_the_events_of_that_organizer(
        self, titles, factory, organizer, stranger
    ):
        factory.event(by=organizer, title="mine")
        factory.event(by=stranger, title="theirs")

        matches = titles(organizer_id=stranger.id)

        assert matches == ["theirs"], get_list(organizer_id=stranger.id)

    def test_a_start_date_leaves_what_starts_then_or_later(self, titles, create_events):
        create_events(
            before="2031-05-01T09:59:59Z", then="2031-05-01T10:00:00Z", after="2031-06-01T10:00:00Z"
        )

        matches = titles(start_date="2031-05-01T10:00:00Z")

        assert matches == ["then", "after"], get_list(start_date="2031-05-01T10:00:00Z")

    def test_an_end_date_leaves_what_starts_then_or_earlier(self, titles, create_events):
        create_events(
            before="2031-04-01T10:00:00Z", then="2031-05-01T10:00:00Z", after="2031-05-01T10:00:01Z"
        )

        matches = titles(end_date="2031-05-01T10:00:00Z")

        assert matches == ["before", "then"], get_list(end_date="2031-05-01T10:00:00Z")
        matches = titles(end_date="2031-05-01T00:00:00Z")
        assert matches == ["before"], f"{get_list(end_date='2031-05-01T00:00:00Z')}: not the day"

    def test_a_date_alone_begins_with_its_day(self, titles, create_events):
        create_events(before="2031-04-30T23:59:59Z", midnight="2031-05-01T00:00:00Z")

        matches = titles(start_date="2031-05-01")

        assert matches == ["midnight"], f"{get_list(start_date='2031-05-01')}: the day in UTC"

    def test_a_date_alone_ends_with_its_day(self, titles, create_events):
        create_events(
            midnight="2031-05-01T00:00:00Z",
            late="2031-05-01T23:59:59.5Z",
            tomorrow="2031-05-02T00:00:00Z",
        )

        matches = titles(end_date="2031-05-01")

        assert matches == ["midnight", "late"], f"{get_list(end_date='2031-05-01')}: the whole day"

    def test_one_day_is_a_range(self, titles, create_events):
        create_events(
            yesterday="2031-04-30T23:00:00Z",
            noon="2031-05-01T12:00:00Z",
            tomorrow="2031-05-02T01:00:00Z",
        )

        matches = titles(start_date="2031-05-01", end_date="2031-05-01")

        assert matches == ["noon"], get_list(start_date="2031-05-01", end_date="2031-05-01")

    @pytest.mark.parametrize(
        "instant",
        ["2031-05-01T12:30:00+02:00", "2031-05-01T05:30:00-05:00", "2031-05-01T10:30:00"],
        ids=["east", "west", "without an offset"],
    )
    def test_an_instant_is_turned_to_utc(self, titles, create_events, instant):
        create_events(ten="2031-05-01T10:00:00Z", eleven="2031-05-01T11:00:00Z")

        later_titles, earlier_titles = titles(start_date=instant), titles(end_date=instant)

        assert later_titles == ["eleven"], f"{get_list(start_date=instant)}, which is 10:30 in UTC"
        assert earlier_titles == ["ten"], f"{get_list(end_date=instant)}, which is 10:30 in UTC"

    def test_filters_go_together_and_the_page_comes_after_them(
        self, titles, factory, organizer, stranger
    ):
        for number in range(3):
            for status in ("planning", "scheduled"):
                factory.event(by=stranger, title=f"theirs {number}", status=status)
                factory.event(by=organizer, title=f"{status} {number}", status=status)

        filters = {"status": "scheduled", "organizer_id": organizer.id}
        all_titles, page = titles(**filters), titles(**filters, skip=1, limit=1)

        expected = [f"scheduled {number}" for number in range(3)]
        assert sorted(all_titles) == expected, get_list(**filters)
        assert page == all_titles[1:2], (
            f"{get_list(**filters, skip=1, limit=1)}: the second of three that fit"
        )

    def test_what_nobody_fits_is_an_empty_list(self, titles, factory, organizer):
        factory.event(by=organizer)

        assert titles(organizer_id=2147483647) == [], get_list(organizer_id=2147483647)
        assert titles(start_date="2040-01-01") == [], get_list(start_date="2040-01-01")
        assert titles(end_date="2030-12-31") == [], get_list(end_date="2030-12-31")

    def test_without_parameters_the_list_is_what_it_was(self, api, event_names):
        names = event_names(api.get(LIST).json())

        assert names == SORTED_NAMES["start_time"], f"{get_list()}: all events, the soonest first"


class TestSorting:
    @pytest.mark.parametrize("key", SORTED_NAMES)
    def test_the_list_is_sorted_by_what_was_asked(self, api, event_names, key):
        answer = api.get(LIST, params={"sort_by": key})

        assert answer.status_code == 200, f"{get_list(sort_by=key)} is answered"
        assert event_names(answer.json()) == SORTED_NAMES[key], (
            f"{get_list(sort_by=key)}: the least first"
        )

    @pytest.mark.parametrize("key", SORTED_NAMES)
    def test_desc_turns_the_list_round(self, api, event_names, key):
        params = {"sort_by": key, "order": "desc"}

        answer = api.get(LIST, params=params)

        assert answer.status_code == 200, f"{get_list(**params)} is answered"
        assert event_names(answer.json()) == SORTED_NAMES[key][::-1], (
            f"{get_list(**params)}: the most first"
        )

    @pytest.mark.parametrize("key", ["end_time", "title", "created_at"])
    def test_the_page_is_cut_out_of_the_sorted_list(self, api, event_names, key):
        params = {"sort_by": key, "skip": 1, "limit": 2}

        answer = api.get(LIST, params=params)

        message = f"{get_list(**params)}: the second and the third of the sorted list"
        assert event_names(answer.json()) == SORTED_NAMES[key][1:3], message

    def test_an_order_without_a_key_is_the_start_times(self, api, event_names):
        rows, reversed_rows = (
            api.get(LIST, params={"order": order}).json() for order in ("asc", "desc")
        )

        names = SORTED_NAMES["start_time"]
        assert event_names(rows) == names, get_list(order="asc")
        assert event_names(reversed_rows) == names[::-1], get_list(order="desc")

    @pytest.mark.parametrize("order", ["asc", "desc"])
    @pytest.mark.parametrize("key", ["title", "start_time", "end_time", "created_at"])
    def test_equal_keys_do_not_change_places_between_two_pages(
        self, api, database, organizer, key, order
    ):
        insert_equal_events(database, organizer.id, 30)

        def read_ids(number):
            params = {"sort_by": key, "order": order, "skip": 10 * (number - 1), "limit": 10}
            return [event["id"] for event in api.get(LIST, params=params).json()]

        ids = read_pages_with_edits(database, read_ids)

        request = f"{get_list(sort_by=key, order=order, limit=10)}, three pages of 30 equal events"
        assert len(set(ids)) == 30, f"{request}: no event comes twice, none is left out"


class TestRefusals:
    @pytest.mark.parametrize(
        "key",
        [
            *("foo", "metadata", "registry", "organizer", "participants", "__class__"),
            *("__tablename__", "description", "organizer_id", "START_TIME", "-id"),
        ],
    )
    def test_any_other_sort_key_is_refused(self, assert_refused, key):
        assert_refused(sort_by=key)

    @pytest.mark.parametrize("order", ["DESC", "descending", "up"])
    def test_any_other_order_is_refused(self, assert_refused, order):
        assert_refused(order=order)

    @pytest.mark.parametrize("status", ["done", "PLANNING"])
    def test_an_unknown_status_is_refused(self, assert_refused, status):
        assert_refused(status=status)

    @pytest.mark.parametrize("number", ["0", "-1", "2147483648", "abc"])
    def test_what_is_no_id_is_refused(self, assert_refused, number):
        assert_refused(organizer_id=number)

    @pytest.mark.parametrize("name", ["start_date", "end_date"])
    @pytest.mark.parametrize("text", ["soon", "2031-02-30", "2031-05-01T25:00:00Z", *NUMBERS])
    def test_what_is_no_date_is_refused(self, assert_refused, name, text):
        assert_refused(**{name: text})

    @pytest.mark.parametrize(
        ("start", "end"),
        [("2031-05-02", "2031-05-01"), ("2031-05-01T10:00:00Z", "2031-05-01T09:59:59Z")],
        ids=["dates", "instants"],
    )
    def test_a_range_that_ends_before_it_begins_is_refused(self, assert_refused, start, end):
        assert_refused(start_date=start, end_date=end)
