"""Task 5.2: a page that knows how many there are."""

import pytest
from checks.harness.app.request_line import get_line
from checks.harness.app.sample_rows import insert_equal_events, read_pages_with_edits
from checks.harness.fixtures.response_keys import PAGE
from checks.harness.fixtures.sample_events import create_six_events

V1, V2 = "/api/events/", "/api/v2/events/"
EMPTY = {"items": [], "total": 0, "page": 1, "page_size": 20, "pages": 0}


def get_page(**params):
    """How a message names the request."""
    return get_line(V2, **params)


@pytest.fixture
def insert(database, organizer):
    """`insert(25)`: so many events that differ in nothing but their ids."""
    return lambda total: insert_equal_events(database, organizer.id, total)


@pytest.fixture
def read_page(api):
    """`read_page(page=2)`: the body of the answer, with ids for items."""

    def read(**params):
        answer = api.get(V2, params=params)
        assert answer.status_code == 200, f"{get_page(**params)} is answered"
        return {**answer.json(), "items": [event["id"] for event in answer.json()["items"]]}

    return read


@pytest.fixture
def event_ids(factory, organizer, stranger):
    """By title: the organizer's a, b, c in planning, then the stranger's d, e, f, scheduled."""
    return create_six_events(factory, organizer, stranger)


class TestEnvelope:
    @pytest.mark.gate
    def test_a_page_has_these_five_keys(self, api, factory, organizer):
        event = factory.event(by=organizer)

        answer = api.get(V2)

        assert answer.status_code == 200, f"{get_page()} with one event"
        body = answer.json()
        assert set(body) == PAGE, f"{get_page()}: the keys of the answer"
        ids = [item["id"] for item in body["items"]]
        assert ids == [event["id"]], f"{get_page()}: the one event"

    def test_an_item_says_of_an_event_what_v1_says(self, api, factory, organizer):
        event = factory.event(by=organizer)

        (item,) = api.get(V2).json()["items"]

        fields = {name: item.get(name) for name in event}
        assert fields == event, f"an item of {get_page()} has the fields of GET {V1}"

    def test_a_page_has_20_items_unless_asked_otherwise(self, read_page, insert):
        insert(25)

        page = read_page()

        assert len(page["items"]) == 20, f"{get_page()} of 25 events"
        numbers = {name: page[name] for name in ("total", "page", "page_size", "pages")}
        expected = {"total": 25, "page": 1, "page_size": 20, "pages": 2}
        assert numbers == expected, f"{get_page()} of 25 events: total, page, page_size, pages"

    def test_the_pages_together_are_the_list(self, read_page, event_ids):
        first_page, second_page = (read_page(page=page, page_size=4)["items"] for page in (1, 2))

        request = f"{get_page(page='1…2', page_size=4)} of six events"
        assert first_page == [event_ids[title] for title in "abcd"], f"{request}: the first page"
        assert second_page == [event_ids[title] for title in "ef"], f"{request}: the second"

    @pytest.mark.parametrize(("total", "pages"), [(1, 1), (4, 2), (5, 3)])
    def test_the_last_page_counts_though_it_is_not_full(self, read_page, insert, total, pages):
        insert(total)

        page = read_page(page_size=2)

        assert page["pages"] == pages, f"pages of {get_page(page_size=2)} with {total} events"

    def test_without_events_there_is_no_page(self, read_page):
        assert read_page() == EMPTY, f"{get_page()} without events"

    def test_a_page_past_the_end_is_empty_and_no_error(self, read_page, event_ids):
        page = read_page(page=4, page_size=3)

        expected = {"items": [], "total": 6, "page": 4, "page_size": 3, "pages": 2}
        assert page == expected, f"{get_page(page=4, page_size=3)} of six events"

    def test_equal_events_do_not_change_places_between_two_pages(self, read_page, insert, database):
        insert(30)

        ids = read_pages_with_edits(database, lambda n: read_page(page=n, page_size=10)["items"])

        request = f"three pages of {get_page(page_size=10)} with edits between them"
        assert len(set(ids)) == 30, f"{request}: no event comes twice, none is left out"

    def test_what_hangs_on_an_event_is_not_counted(self, api, read_page, factory, organizer, users):
        event = factory.event(by=organizer)
        for _ in range(3):
            factory.task(by=organizer, event=event)
            path = f"{V1}{event['id']}/participants/{users.member().id}"
            assert api.post(path, auth=organizer).status_code == 201, f"POST {path}"

        page = read_page()

        assert page["items"] == [event["id"]], f"{get_page()}: an event with tasks is one item"
        assert page["total"] == 1, f"total of {get_page()}: events, not tasks or participants"


class TestFilters:
    @pytest.mark.parametrize(
        ("params", "titles"),
        [
            ({"status": "scheduled"}, "def"),
            ({"organizer": True}, "abc"),
            ({"start_date": "2031-05-03"}, "cdef"),
            ({"end_date": "2031-05-03"}, "abc"),
            ({"start_date": "2031-05-02", "end_date": "2031-05-05", "status": "planning"}, "bc"),
        ],
        ids=["status", "organizer_id", "start_date", "end_date", "three of them"],
    )
    def test_items_and_total_are_those_that_fit(
        self, read_page, event_ids, organizer, params, titles
    ):
        query = {**params, "page_size": 2}
        if query.pop("organizer", False):
            query["organizer_id"] = organizer.id

        page = read_page(**query)

        request = f"{get_page(**query)}, which {len(titles)} of six events fit"
        assert page["items"] == [event_ids[title] for title in titles[:2]], request
        assert page["total"] == len(titles), f"total of {request}"
        assert page["pages"] == (len(titles) + 1) // 2, f"pages of {request}"

    def test_the_order_goes_through_all_pages(self, read_page, event_ids):
        params = {"sort_by": "title", "order": "desc", "page_size": 4}

        ids = [item for page in (1, 2) for item in read_page(page=page, **params)["items"]]

        expected = [event_ids[title] for title in "fedcba"]
        assert ids == expected, f"{get_page(**params)}: both pages, one after the other"

    @pytest.mark.parametrize(
        "params",
        [
            {"sort_by": "metadata"},
            {"order": "DESC"},
            {"organizer_id": "0"},
            {"start_date": "2031-05-02", "end_date": "2031-05-01"},
        ],
        ids=["sort_by", "order", "organizer_id", "range"],
    )
    def test_what_v1_refuses_is_refused(self, api, params):
        assert api.get(V2, params=params).status_code == 422, f"{get_page(**params)} is refused"


class TestBounds:
    @pytest.mark.parametrize("size", [101, 5000])
    def test_more_than_100_a_page_counts_as_100_and_the_answer_says_so(
        self, read_page, insert, size
    ):
        insert(150)

        page = read_page(page_size=size)

        request = f"{get_page(page_size=size)} of 150 events"
        assert len(page["items"]) == 100, f"{request}: 100 items"
        assert page["page_size"] == 100, f"{request}: page_size is the one that was used"
        assert page["pages"] == 2, f"{request}: pages of that size"

    @pytest.mark.parametrize("name", ["page", "page_size"])
    @pytest.mark.parametrize("value", ["0", "-1", "abc"])
    def test_what_is_no_number_of_a_page_is_refused(self, api, name, value):
        status = api.get(V2, params={name: value}).status_code

        assert status == 422, f"{get_page(**{name: value})} is refused"

    @pytest.mark.parametrize(
        ("page", "size"),
        [(2**63, 20), (2**62, 100), (10**30, 20), (4 * 10**17, 100)],
        ids=["2**63", "2**62", "10**30", "4 * 10**17"],
    )
    def test_a_page_that_the_database_cannot_count_to_is_refused(self, api, page, size):
        answer = api.get(V2, params={"page": page, "page_size": size})

        assert answer.status_code == 422, f"{get_page(page=page, page_size=size)} is refused"


class TestV1:
    def test_v1_still_answers_with_an_array(self, api, factory, organizer):
        event = factory.event(by=organizer)

        assert api.get(V1).json() == [event], f"GET {V1}: the array that its clients know"
