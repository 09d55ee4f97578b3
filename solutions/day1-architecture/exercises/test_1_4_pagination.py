"""Task 1.4: every list comes in pages, and the pages together are the list."""

import pytest

EVENT = """
    INSERT INTO events (title, start_time, end_time, organizer_id)
    SELECT 'Event', '2031-05-01 10:00Z', '2031-05-01 12:00Z', %(owner)s
    FROM generate_series(%(first)s::int, %(last)s::int)
"""
TASK = """
    INSERT INTO tasks (title, event_id, assigned_to_id)
    SELECT 'Task', (SELECT max(id) FROM events), %(owner)s
    FROM generate_series(%(first)s::int, %(last)s::int)
"""
USER = """
    INSERT INTO users (email, hashed_password, full_name)
    SELECT 'user-' || n || '@example.com', 'no hash at all', 'User'
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""


class Listing:
    """One list of the API, the rows behind it, and somebody who may read it."""

    def __init__(self, api, database, reader, path, table, insert):
        self.api, self.database = api, database
        self.reader, self.path = reader, path
        self.table, self.insert = table, insert

    def fill(self, total):
        """Make it `total` rows, with SQL: they differ in nothing but their ids."""
        first = 2 if self.table == "users" else 1  # the reader is a user already
        self.database.execute(self.insert, owner=self.reader.id, first=first, last=total)

    def touch(self, ids):
        """Write these rows again, as an edit does. PostgreSQL stores them in another place."""
        query = f"UPDATE {self.table} SET updated_at = now() WHERE id = ANY(%(ids)s)"
        self.database.execute(query, ids=ids)

    def all_ids(self):
        """What is in the table, in no order."""
        return {row["id"] for row in self.database.rows(f"SELECT id FROM {self.table}")}

    def get(self, **params):
        return self.api.get(self.path, params=params, auth=self.reader)

    def asked(self, **params):
        """How a message names the request."""
        query = "&".join(f"{name}={value}" for name, value in params.items())
        return f"GET {self.path}" + (f"?{query}" if query else "")

    def ids(self, **params):
        """The ids of a page, in the order of the answer."""
        answer = self.get(**params)
        assert answer.status_code == 200, self.asked(**params)
        return [row["id"] for row in answer.json()]


@pytest.fixture(params=["events", "users", "my-tasks", "tasks-of-event"])
def listing(request, api, database, people, make):
    """Each list of the API in turn."""
    if request.param == "users":
        return Listing(api, database, people.superuser(), "/api/users/all", "users", USER)
    owner = people.organizer()
    if request.param == "events":
        return Listing(api, database, owner, "/api/events/", "events", EVENT)
    event = make.event(by=owner)
    mine = request.param == "my-tasks"
    path = "/api/tasks/my-tasks" if mine else f"/api/tasks/event/{event['id']}"
    return Listing(api, database, owner, path, "tasks", TASK)


def assert_refused(listing, **params):
    answer = listing.get(**params)

    assert answer.status_code == 422, f"{listing.asked(**params)} is refused"


class TestWhatMayBeAsked:
    @pytest.mark.gate
    def test_a_limit_below_one_is_refused(self, listing):
        for limit in (-1, 0):
            assert_refused(listing, limit=limit)

    def test_a_skip_below_zero_is_refused(self, listing):
        assert_refused(listing, skip=-1)

    def test_a_word_is_not_a_number(self, listing):
        assert_refused(listing, limit="abc")
        assert_refused(listing, skip="abc")

    @pytest.mark.parametrize("skip", [2**63, 10**30], ids=["2**63", "10**30"])
    def test_a_skip_that_the_database_cannot_count_to_is_refused(self, listing, skip):
        assert_refused(listing, skip=skip)


class TestPages:
    def test_a_page_has_100_rows_unless_asked_otherwise(self, listing):
        listing.fill(105)

        found = listing.ids()

        assert len(found) == 100, f"{listing.asked()} of 105 rows"

    def test_skip_and_limit_cut_a_page_out_of_the_list(self, listing):
        listing.fill(12)
        whole = listing.ids()

        page = listing.ids(skip=4, limit=5)

        asked = listing.asked(skip=4, limit=5)
        assert page == whole[4:9], f"{asked}: the fifth to the ninth of 12 rows"

    def test_a_limit_above_1000_counts_as_1000(self, listing):
        listing.fill(1052)

        for limit in (1000, 1001, 5000):
            found = listing.ids(limit=limit)

            assert len(found) == 1000, f"{listing.asked(limit=limit)} of 1052 rows"

    def test_a_page_may_be_a_single_row(self, listing):
        listing.fill(3)
        whole = listing.ids()

        pages = [listing.ids(skip=skip, limit=1) for skip in range(3)]

        asked = f"{listing.asked(skip='0…2', limit=1)}: three pages of one row each"
        assert pages == [[each] for each in whole], asked

    def test_a_page_past_the_end_is_empty(self, listing):
        listing.fill(3)

        for skip in (3, 50):
            found = listing.ids(skip=skip)

            assert found == [], f"{listing.asked(skip=skip)} of 3 rows"


class TestOrder:
    def test_the_pages_hold_while_rows_are_edited(self, listing):
        listing.fill(30)

        pages = []
        for skip in (0, 10, 20):
            page = listing.ids(skip=skip, limit=10)
            listing.touch(page[:3])
            pages += page

        asked = f"three pages of {listing.asked(limit=10)} with edits between them"
        assert len(set(pages)) == len(pages), f"{asked}: no row comes twice"
        assert set(pages) == listing.all_ids(), f"{asked}: no row is left out"

    def test_the_pages_hold_whatever_their_size(self, listing):
        listing.fill(30)
        listing.touch(sorted(listing.all_ids())[::7])
        whole = listing.ids()

        for size in (1, 7, 13):
            skips = range(0, 30, size)
            pages = [each for skip in skips for each in listing.ids(skip=skip, limit=size)]

            asked = f"all pages of {listing.asked(limit=size)}"
            assert pages == whole, f"{asked} together are the list, in its order"
