"""Task 1.2: anybody can ask how far the preparations of an event have come."""

import pytest

KEYS = {"event_id", "total_tasks", "completed_tasks", "pending_tasks", "cancelled_tasks"}
MORE_THAN_ANY_PAGE = 1001


@pytest.fixture
def statistics(api, organizer):
    """The parsed statistics of an event that exists."""

    def ask(event_id):
        asked = f"GET /api/events/{event_id}/statistics"
        answer = api.get(f"/api/events/{event_id}/statistics", auth=organizer)
        assert answer.status_code == 200, f"{asked} of an event that exists"
        return answer.json()

    return ask


@pytest.fixture
def event_with(make, organizer):
    """The id of a new event with so many tasks of each status: `event_with(todo=1)`."""

    def prepare(**statuses):
        event = make.event(by=organizer)
        for status, count in statuses.items():
            for _ in range(count):
                make.task(by=organizer, event=event, status=status)
        return event["id"]

    return prepare


class TestCounts:
    @pytest.mark.gate
    def test_counts_the_tasks_of_an_event_by_status(self, statistics, event_with):
        event_id = event_with(todo=1, completed=2)

        found = statistics(event_id)

        asked = f"GET /api/events/{event_id}/statistics with one task to do and two completed"
        assert found["event_id"] == event_id, f"{asked}: event_id"
        assert found["completed_tasks"] == 2, f"{asked}: completed_tasks"
        assert found["pending_tasks"] == 1, f"{asked}: pending_tasks"

    def test_a_task_in_progress_is_pending(self, statistics, event_with):
        found = statistics(event_with(todo=1, in_progress=2))

        assert found["pending_tasks"] == 3, "pending_tasks with one to do and two in progress"
        assert found["completed_tasks"] == 0, "completed_tasks with one to do and two in progress"

    def test_a_cancelled_task_is_not_pending(self, statistics, event_with):
        found = statistics(event_with(todo=1, cancelled=2))

        assert found["pending_tasks"] == 1, "pending_tasks with one to do and two cancelled"

    def test_a_cancelled_task_has_a_count_of_its_own(self, statistics, event_with):
        found = statistics(event_with(todo=1, cancelled=2))

        assert found["cancelled_tasks"] == 2, "cancelled_tasks with one to do and two cancelled"

    def test_the_total_is_the_sum_of_the_three_counts(self, statistics, event_with):
        found = statistics(event_with(todo=1, in_progress=1, completed=2, cancelled=3))

        assert found["total_tasks"] == 7, "total_tasks with seven tasks, three of them cancelled"

    def test_the_answer_has_these_five_keys(self, statistics, event_with):
        found = statistics(event_with(todo=1))

        assert set(found) == KEYS, "the keys of the statistics, no more and no fewer"

    def test_follows_a_task_that_is_completed(self, api, make, organizer, statistics, event_with):
        event_id = event_with(todo=1)
        task = make.task(by=organizer, event=event_id)
        before = statistics(event_id)["completed_tasks"]

        api.patch(f"/api/tasks/{task['id']}", json={"status": "completed"}, auth=organizer)

        assert before == 0, "completed_tasks while both tasks are to do"
        assert statistics(event_id)["completed_tasks"] == 1, "completed_tasks after the PATCH"

    def test_counts_more_tasks_than_a_page_holds(self, database, statistics, event_with):
        event_id = event_with()
        database.execute(
            "INSERT INTO tasks (title, event_id)"
            " SELECT 'Invite ' || n, %(event)s FROM generate_series(1, %(count)s) AS n",
            event=event_id,
            count=MORE_THAN_ANY_PAGE,
        )

        found = statistics(event_id)

        asked = f"total_tasks of an event with {MORE_THAN_ANY_PAGE} tasks"
        assert found["total_tasks"] == MORE_THAN_ANY_PAGE, asked

    def test_an_event_without_tasks_has_zeros(self, statistics, event_with):
        event_id = event_with()

        found = statistics(event_id)

        zeros = dict.fromkeys(KEYS, 0) | {"event_id": event_id}
        assert {key: found.get(key) for key in KEYS} == zeros, "counts of an event without tasks"

    def test_tasks_of_another_event_do_not_count(self, statistics, event_with):
        event_id = event_with(todo=1)
        event_with(todo=2, in_progress=1, completed=3, cancelled=1)

        found = statistics(event_id)

        assert found["pending_tasks"] == 1, "pending_tasks of one task, beside another event's"
        assert found["completed_tasks"] == 0, "completed_tasks of one task, beside another event's"


class TestWhoAndWhich:
    def test_anybody_may_ask(self, api, event_with):
        event_id = event_with(todo=1)

        answer = api.get(f"/api/events/{event_id}/statistics")

        assert answer.status_code == 200, "GET …/statistics without a token"

    def test_a_missing_event_is_not_found(self, api):
        answer = api.get("/api/events/4711/statistics")

        assert answer.status_code == 404, "GET /api/events/4711/statistics of no event"
        assert {"detail", "code"} <= set(answer.json()), "the body of a 404 has detail and code"

    @pytest.mark.parametrize("event_id", [0, -1, 2**31, 10**20])
    def test_an_id_that_no_event_can_have_is_refused(self, api, event_id):
        answer = api.get(f"/api/events/{event_id}/statistics")

        assert answer.status_code in {404, 422}, f"GET /api/events/{event_id}/statistics"
