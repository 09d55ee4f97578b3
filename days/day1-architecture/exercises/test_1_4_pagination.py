"""Task 1.4: every list comes in pages, and the pages together are the list."""

import pytest

from checks.harness.fixtures.table_rows import TableRows, assert_same_ids, other_user

pytestmark = pytest.mark.rows("name")


class Listing:
    """One list of the API, as its reader sees it."""

    def __init__(self, path, reader, rows):
        self.api, self.path, self.reader, self.rows = None, path, reader, rows

    def get(self, **params):
        return self.api.get(self.path, params=params, auth=self.reader)

    def request_line(self, **params):
        """How a message names the request."""
        query = "&".join(f"{name}={value}" for name, value in params.items())
        return f"GET {self.path}" + (f"?{query}" if query else "")

    def ids(self, **params):
        """The ids of a page, in the order of the answer."""
        answer = self.get(**params)
        assert answer.status_code == 200, self.request_line(**params)
        return [row["id"] for row in answer.json()]

    def pages(self, size, total):
        """The ids of all pages of this size, one page after the other."""
        skips = range(0, total, size)
        return [each for skip in skips for each in self.ids(skip=skip, limit=size)]


@pytest.fixture(scope="module", params=["events", "users", "my-tasks", "tasks-of-event"])
def name(request):
    """Each list in turn, with all its tests."""
    return request.param


@pytest.fixture
def listing(name, shared_rows, api, database, users, factory):
    """A list of the API. Its readers log in once, since the tests of one list share its rows."""
    shared = shared_rows.get_or_create(name, lambda: create_listing(name, database, users, factory))
    shared.api = api
    return shared


def create_listing(name, database, users, factory):
    """The list, its reader, and what its rows and those of others belong to."""
    if name == "users":
        reader = users.superuser()
        return Listing(
            "/api/users/all", reader, TableRows(database, "users", [{}], readers=[reader.id])
        )
    reader, other = users.organizer(), other_user(database)
    if name == "events":
        rows = TableRows(database, "events", [{"owner": reader.id}, {"owner": other}])
        return Listing("/api/events/", reader, rows)
    here, there = factory.event(by=reader)["id"], factory.event(by=reader)["id"]
    mine, mine_there = {"event": here, "owner": reader.id}, {"event": there, "owner": reader.id}
    others, unassigned = {"event": here, "owner": other}, {"event": here, "owner": None}
    if name == "my-tasks":
        rows = TableRows(database, "tasks", [mine, mine_there], [others, unassigned])
        return Listing("/api/tasks/my-tasks", reader, rows)
    rows = TableRows(database, "tasks", [mine, others, unassigned], [mine_there])
    return Listing(f"/api/tasks/event/{here}", reader, rows)


def assert_refused(listing, **params):
    answer = listing.get(**params)

    came = f"; rows that came: {len(answer.json())}" if answer.status_code == 200 else ""
    assert answer.status_code == 422, f"{listing.request_line(**params)} is to be refused{came}"


class TestParameters:
    @pytest.mark.gate
    @pytest.mark.parametrize("limit", [-2, 0])
    def test_a_limit_below_one_is_refused(self, listing, limit):
        listing.rows.fill(5)

        assert_refused(listing, limit=limit)

    def test_a_skip_below_zero_is_refused(self, listing):
        listing.rows.fill(5)

        for skip in (-2, -1):
            assert_refused(listing, skip=skip)

    def test_a_word_is_not_a_number(self, listing):
        assert_refused(listing, limit="abc")
        assert_refused(listing, skip="abc")

    @pytest.mark.parametrize("skip", [2**63, 10**30], ids=["2**63", "10**30"])
    def test_a_skip_that_the_database_cannot_count_to_is_refused(self, listing, skip):
        assert_refused(listing, skip=skip)


class TestPages:
    def test_a_page_has_100_rows_unless_asked_otherwise(self, listing):
        listing.rows.fill(105)

        ids = listing.ids()

        assert len(ids) == 100, f"{listing.request_line()} of 105 rows: how many come"

    def test_skip_and_limit_cut_a_page_out_of_the_list(self, listing):
        listing.rows.fill(12)
        whole = listing.ids()

        page = listing.ids(skip=4, limit=5)

        case = f"{listing.request_line(skip=4, limit=5)} of 12 rows: the fifth to the ninth"
        assert page == whole[4:9], case

    def test_a_limit_above_1000_counts_as_1000(self, listing):
        listing.rows.fill(1002)

        huge = 2**63
        ids, same = listing.ids(limit=1001), listing.ids(limit=huge)

        assert len(ids) == 1000, f"{listing.request_line(limit=1001)} of 1002 rows: how many come"
        assert same == ids, f"{listing.request_line(limit=huge)} of 1002 rows: 1000, no mistake"
        rest = listing.ids(skip=1000, limit=1000)
        assert len(rest) == 2, (
            f"{listing.request_line(skip=1000, limit=1000)} of 1002 rows: the rest"
        )

    def test_a_page_may_be_a_single_row(self, listing):
        listing.rows.fill(3)
        whole = listing.ids()

        for skip in range(3):
            page = listing.ids(skip=skip, limit=1)

            case = (
                f"{listing.request_line(skip=skip, limit=1)} of 3 rows: row number {skip + 1} alone"
            )
            assert page == whole[skip : skip + 1], case

    def test_a_page_past_the_end_is_empty(self, listing):
        listing.rows.fill(3)

        for skip in (3, 50):
            ids = listing.ids(skip=skip)

            assert ids == [], f"{listing.request_line(skip=skip)} of 3 rows: no row is left"

    def test_a_list_has_every_row_that_belongs_and_no_other(self, listing):
        expected = listing.rows.fill_among_others(22)

        ids = listing.pages(9, 22)

        case = f"{listing.request_line(limit=9)}, three pages of 22 rows that stand between others"
        assert_same_ids(sorted(ids), expected, case)

    def test_the_events_need_no_token(self, api):
        answer = api.get("/api/events/")

        assert answer.status_code == 200, "GET /api/events/ without a token"


class TestOrder:
    @pytest.mark.parametrize(
        "change", ["created_at = created_at", "updated_at = now()"], ids=["rewritten", "edited"]
    )
    def test_the_pages_hold_while_rows_are_edited(self, listing, change):
        listing.rows.fill(30)

        ids = []
        for skip in (0, 10, 20):
            page = listing.ids(skip=skip, limit=10)
            ids += page
            rest = [each for each in listing.rows.ids() if each not in ids]
            listing.rows.rewrite(page[:3] + rest[-2:], change)

        case = f"{listing.request_line(limit=10)}, three pages of 30 rows with edits between them"
        assert_same_ids(sorted(ids), listing.rows.ids(), case)

    def test_the_pages_hold_whatever_their_size(self, listing):
        listing.rows.fill(30, interval="1 hour")
        listing.rows.rewrite(listing.rows.ids()[::7])
        whole = listing.ids()

        ids = listing.pages(7, 30)

        case = f"{listing.request_line(limit=7)}, all pages of 30 rows one after the other"
        assert_same_ids(ids, whole, case)

    def test_the_pages_hold_when_all_rows_have_the_same_time(self, listing):
        listing.rows.fill(30)
        listing.rows.rewrite(listing.rows.ids()[::7])
        whole = listing.ids()

        ids = listing.pages(13, 30)

        case = f"{listing.request_line(limit=13)}, all pages of 30 rows that begin at the same time"
        assert_same_ids(ids, whole, case)
