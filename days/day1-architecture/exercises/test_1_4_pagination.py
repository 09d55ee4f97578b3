"""Task 1.4: every list comes in pages, and the pages together are the list."""

import pytest

EVENT = """
    INSERT INTO events (title, start_time, end_time, organizer_id)
    SELECT 'Event', '2031-05-01 10:00Z'::timestamptz + n * %(apart)s::interval,
           '2031-05-01 12:00Z'::timestamptz + n * %(apart)s::interval, %(owner)s
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
TASK = """
    INSERT INTO tasks (title, due_date, event_id, assigned_to_id)
    SELECT 'Task', '2031-05-01 10:00Z'::timestamptz + n * %(apart)s::interval,
           %(event)s, %(owner)s::int
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
USER = """
    INSERT INTO users (email, hashed_password, full_name, created_at)
    SELECT 'user-' || n || '@example.com', 'no hash at all', 'User',
           '2031-05-01 10:00Z'::timestamptz + n * %(apart)s::interval
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
OTHER = """
    INSERT INTO users (email, hashed_password, full_name)
    VALUES ('other@example.com', 'no hash at all', 'Other') RETURNING id
"""
INSERTS = {"events": EVENT, "users": USER, "tasks": TASK}
NAMED = 12  # how many ids a message lists

pytestmark = pytest.mark.rows("name")


class Listing:
    """One list of the API, and the rows behind it: what belongs to it, and what does not."""

    def __init__(self, database, table, path, rows, besides=(), reader=None):
        self.api, self.database = None, database
        self.table, self.insert = table, INSERTS[table]
        self.path, self.reader = path, reader
        self.rows, self.besides = rows, besides
        self.there = [reader.id] if table == "users" else []  # the reader is a user already

    def empty(self):
        """Take out what a test has put in. The readers stay: they have logged in once for all."""
        if self.table == "users":
            self.database.execute("DELETE FROM users WHERE id <> ALL(%(ids)s)", ids=self.there)
        else:
            self.database.execute(f"TRUNCATE {self.table} CASCADE")

    def fill(self, total, apart="0 hours"):
        """Make it `total` rows, with SQL: they differ in their ids, and by `apart` in time."""
        self.empty()
        self.add(self.rows[0], 1 + len(self.there), total, apart)

    def fill_among_others(self, total):
        """The same, each row with some that do not belong before it; the ids that belong."""
        self.empty()
        ids = list(self.there)
        for number in range(1 + len(self.there), total + 1):
            for other in self.besides:
                self.add(other, number, number)
            ids += self.add(self.rows[number % len(self.rows)], number, number)
        return ids

    def add(self, row, first, last, apart="0 hours"):
        query = f"{self.insert} RETURNING id"
        added = self.database.rows(query, first=first, last=last, apart=apart, **row)
        return [each["id"] for each in added]

    def touch(self, ids, change="updated_at = now()"):
        """Write these rows again, as an edit does. PostgreSQL stores them in another place."""
        query = f"UPDATE {self.table} SET {change} WHERE id = ANY(%(ids)s)"
        self.database.execute(query, ids=ids)

    def all_ids(self):
        """What is in the table."""
        return [row["id"] for row in self.database.rows(f"SELECT id FROM {self.table} ORDER BY 1")]

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

    def pages(self, size, total):
        """The ids of all pages of this size, one page after the other."""
        skips = range(0, total, size)
        return [each for skip in skips for each in self.ids(skip=skip, limit=size)]


@pytest.fixture(scope="module", params=["events", "users", "my-tasks", "tasks-of-event"])
def name(request):
    """Each list in turn, with all its tests."""
    return request.param


@pytest.fixture
def listing(name, rows, api, database, users, factory):
    """A list of the API. Its readers log in once, since the tests of one list share its rows."""
    found = rows.shared(name, lambda: made(name, database, users, factory))
    found.api = api
    return found


def made(name, database, users, factory):
    """The list, those who read it, and what its rows are to belong to."""
    if name == "users":
        return Listing(database, "users", "/api/users/all", [{}], reader=users.superuser())
    me, other = users.organizer(), database.value(OTHER)
    if name == "events":
        rows = [{"owner": me.id}, {"owner": other}]
        return Listing(database, "events", "/api/events/", rows, reader=me)
    here, there = factory.event(by=me)["id"], factory.event(by=me)["id"]
    mine, mine_there = {"event": here, "owner": me.id}, {"event": there, "owner": me.id}
    others, nobodys = {"event": here, "owner": other}, {"event": here, "owner": None}
    if name == "my-tasks":
        path, rows, besides = "/api/tasks/my-tasks", [mine, mine_there], [others, nobodys]
    else:
        path, rows, besides = f"/api/tasks/event/{here}", [mine, others, nobodys], [mine_there]
    return Listing(database, "tasks", path, rows, besides, reader=me)


def assert_refused(listing, **params):
    answer = listing.get(**params)

    came = f"; rows that came: {len(answer.json())}" if answer.status_code == 200 else ""
    assert answer.status_code == 422, f"{listing.asked(**params)} is to be refused{came}"


def assert_same_rows(found, wanted, asked):
    """The same ids in the same order; else the message says what became of them."""
    if found == wanted:
        return
    twice = sorted({each for each in found if found.count(each) > 1})
    lost = [each for each in wanted if each not in found]
    strange = [each for each in found if each not in wanted]
    news = {"came twice": twice, "left out": lost, "do not belong there": strange}
    words = [f"{word}: {named(ids)}" for word, ids in news.items() if ids]
    raise AssertionError(f"{asked}; {'; '.join(words) or 'the same rows in another order'}")


def named(ids):
    """`1, 2, 3`, cut when there are many."""
    rest = len(ids) - NAMED
    return ", ".join(map(str, ids[:NAMED])) + (f" and {rest} more" if rest > 0 else "")


class TestWhatMayBeAsked:
    @pytest.mark.gate
    @pytest.mark.parametrize("limit", [-2, 0])
    def test_a_limit_below_one_is_refused(self, listing, limit):
        listing.fill(5)

        assert_refused(listing, limit=limit)

    def test_a_skip_below_zero_is_refused(self, listing):
        listing.fill(5)

        assert_refused(listing, skip=-2)

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

        assert len(found) == 100, f"{listing.asked()} of 105 rows: how many come"

    def test_skip_and_limit_cut_a_page_out_of_the_list(self, listing):
        listing.fill(12)
        whole = listing.ids()

        page = listing.ids(skip=4, limit=5)

        asked = f"{listing.asked(skip=4, limit=5)} of 12 rows: the fifth to the ninth"
        assert page == whole[4:9], asked

    def test_a_limit_above_1000_counts_as_1000(self, listing):
        listing.fill(1002)

        found = listing.ids(limit=1001)

        assert len(found) == 1000, f"{listing.asked(limit=1001)} of 1002 rows: how many come"
        rest = listing.ids(skip=1000, limit=1000)
        assert len(rest) == 2, f"{listing.asked(skip=1000, limit=1000)} of 1002 rows: the rest"

    def test_a_page_may_be_a_single_row(self, listing):
        listing.fill(3)
        whole = listing.ids()

        for skip in range(3):
            page = listing.ids(skip=skip, limit=1)

            asked = f"{listing.asked(skip=skip, limit=1)} of 3 rows: row number {skip + 1} alone"
            assert page == whole[skip : skip + 1], asked

    def test_a_page_past_the_end_is_empty(self, listing):
        listing.fill(3)

        for skip in (3, 50):
            found = listing.ids(skip=skip)

            assert found == [], f"{listing.asked(skip=skip)} of 3 rows: no row is left"

    def test_rows_that_do_not_belong_take_no_place(self, listing):
        wanted = listing.fill_among_others(12)

        found = listing.pages(5, 12)

        asked = f"{listing.asked(limit=5)}, three pages of 12 rows that stand between others"
        assert_same_rows(sorted(found), wanted, asked)

    def test_the_events_need_no_token(self, api):
        answer = api.get("/api/events/")

        assert answer.status_code == 200, "GET /api/events/ without a token"


class TestOrder:
    @pytest.mark.parametrize(
        "change", ["created_at = created_at", "updated_at = now()"], ids=["rewritten", "edited"]
    )
    def test_the_pages_hold_while_rows_are_edited(self, listing, change):
        listing.fill(30)

        found = []
        for skip in (0, 10, 20):
            page = listing.ids(skip=skip, limit=10)
            listing.touch(page[:3], change)
            found += page

        asked = f"{listing.asked(limit=10)}, three pages of 30 rows with edits between them"
        assert_same_rows(sorted(found), listing.all_ids(), asked)

    def test_the_pages_hold_whatever_their_size(self, listing):
        listing.fill(30, apart="1 hour")
        listing.touch(listing.all_ids()[::7])
        whole = listing.ids()

        found = listing.pages(7, 30)

        asked = f"{listing.asked(limit=7)}, all pages of 30 rows one after the other"
        assert_same_rows(found, whole, asked)

    def test_the_pages_hold_when_all_rows_have_the_same_time(self, listing):
        listing.fill(30)
        listing.touch(listing.all_ids()[::7])
        whole = listing.ids()

        found = listing.pages(13, 30)

        asked = f"{listing.asked(limit=13)}, all pages of 30 rows that begin at the same time"
        assert_same_rows(found, whole, asked)
