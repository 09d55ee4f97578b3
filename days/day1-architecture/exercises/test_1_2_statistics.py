"""Task 1.2: anybody can see how far the preparations of an event have come."""

import pytest

KEYS = {"event_id", "total_tasks", "completed_tasks", "pending_tasks", "cancelled_tasks"}
ZEROS = {"total_tasks": 0, "completed_tasks": 0, "pending_tasks": 0, "cancelled_tasks": 0}


@pytest.fixture
def statistics(api):
    """Ask for an event's statistics as a stranger does: without a token."""

    def ask(event_id):
        return api.get(f"/api/events/{event_id}/statistics")

    return ask


@pytest.fixture
def event_with(make, organizer):
    """Make an event with so many tasks of each status: `event_with(todo=1, completed=2)`."""

    def prepare(**statuses):
        event = make.event(by=organizer)
        for status, count in statuses.items():
            for _ in range(count):
                make.task(by=organizer, event=event, status=status)
        return event["id"]

    return prepare


class TestStatistics:
    @pytest.mark.gate
    def test_answers_for_an_event(self, statistics, event_with):
        event_id = event_with(todo=1)

        answer = statistics(event_id)

        asked = f"GET /api/events/{event_id}/statistics of an event that exists"
        assert answer.status_code == 200, asked
        assert answer.json()["event_id"] == event_id, f"{asked}: event_id is that event's"

    def test_the_total_counts_tasks_of_every_status(self, statistics, event_with):
        event_id = event_with(todo=1, in_progress=1, completed=2, cancelled=1)

        found = statistics(event_id).json()

        assert found["total_tasks"] == 5, "total_tasks of an event with five tasks in four statuses"

    def test_completed_counts_the_completed_ones(self, statistics, event_with):
        event_id = event_with(todo=1, completed=3)

        found = statistics(event_id).json()

        assert found["completed_tasks"] == 3, "completed_tasks with three completed and one to do"

    def test_a_task_in_progress_is_pending_like_one_to_do(self, statistics, event_with):
        event_id = event_with(todo=1, in_progress=2, completed=1)

        found = statistics(event_id).json()

        assert found["pending_tasks"] == 3, "pending_tasks with one to do and two in progress"

    def test_a_cancelled_task_is_not_pending(self, statistics, event_with):
        event_id = event_with(todo=1, cancelled=2)

        found = statistics(event_id).json()

        assert found["pending_tasks"] == 1, "pending_tasks with one to do and two cancelled"
        assert found["cancelled_tasks"] == 2, "cancelled_tasks with one to do and two cancelled"

    def test_an_event_without_tasks_has_statistics(self, statistics, event_with):
        event_id = event_with()

        answer = statistics(event_id)

        assert answer.status_code == 200, f"GET /api/events/{event_id}/statistics without tasks"

    def test_an_event_without_tasks_counts_zeros(self, statistics, event_with):
        event_id = event_with()

        found = statistics(event_id).json()

        counts = {key: found.get(key) for key in ZEROS}
        assert counts == ZEROS, "the four counts of an event without tasks"

    def test_tasks_of_other_events_do_not_count(self, statistics, event_with):
        event_id = event_with(todo=1)
        event_with(todo=2, in_progress=1, completed=3, cancelled=1)

        found = statistics(event_id).json()

        assert found["total_tasks"] == 1, "total_tasks of the event with one task, beside another"

    def test_follows_a_change_of_a_task(self, api, make, organizer, statistics):
        event = make.event(by=organizer)
        task = make.task(by=organizer, event=event)
        before = statistics(event["id"]).json()

        api.patch(f"/api/tasks/{task['id']}", json={"status": "completed"}, auth=organizer)
        after = statistics(event["id"]).json()

        assert before["completed_tasks"] == 0, "completed_tasks while the task is to do"
        assert after["completed_tasks"] == 1, "completed_tasks after PATCH status=completed"

    def test_has_these_five_keys(self, statistics, event_with):
        event_id = event_with(todo=1)

        found = statistics(event_id).json()

        assert set(found) == KEYS, "the keys of the statistics"

    def test_a_missing_event_is_not_found(self, statistics):
        answer = statistics(4711)

        assert answer.status_code == 404, "GET /api/events/4711/statistics of no event"
        assert set(answer.json()) >= {"detail", "code"}, "the body of a 404 has detail and code"

    @pytest.mark.parametrize("event_id", [0, -1, 2**31, 10**20])
    def test_an_id_that_no_event_can_have_is_refused(self, statistics, event_id):
        answer = statistics(event_id)

        assert answer.status_code in {404, 422}, f"GET /api/events/{event_id}/statistics"
