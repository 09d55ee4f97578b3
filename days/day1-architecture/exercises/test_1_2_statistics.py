"""Task 1.2: anybody can ask how far the preparations of an event have come."""

import pytest

from checks.harness.fixtures.json_keys import excerpt, key_differences

COUNTS = ("total_tasks", "completed_tasks", "pending_tasks", "cancelled_tasks")
KEYS = {"event_id", *COUNTS}
MORE_THAN_ANY_PAGE = 1001


class Statistics(dict):
    """An answer. Reading a key that is not there fails the test and names what is."""

    def __init__(self, case, body):
        came = None if isinstance(body, dict) else excerpt(body)
        assert came is None, f"{case}: a JSON object with five keys is asked; {came} came"
        super().__init__(body)
        self.case = case

    def __missing__(self, key):
        raise AssertionError(f"{self.case}: {key_differences(self, KEYS)}")


@pytest.fixture
def statistics(api, organizer):
    """What is answered of an event; `what` is how messages describe it."""

    def ask(event_id, what):
        path = f"/api/events/{event_id}/statistics"
        case = f"GET {path} ({what})"
        answer = api.get(path, auth=organizer)
        assert answer.status_code == 200, case
        return Statistics(case, answer.json())

    return ask


@pytest.fixture
def event_with(factory, organizer):
    """The id of a new event with so many tasks of each status: `event_with(todo=1)`."""

    def prepare(**statuses):
        event = factory.event(by=organizer)
        for status, count in statuses.items():
            for _ in range(count):
                factory.task(by=organizer, event=event, status=status)
        return event["id"]

    return prepare


@pytest.fixture
def statistics_with(statistics, event_with):
    """The same of a new event: `statistics_with(todo=1, cancelled=2)`."""

    def ask(**statuses):
        words = (f"{count} {name.replace('_', ' ')}" for name, count in statuses.items())
        return statistics(event_with(**statuses), f"tasks: {', '.join(words)}")

    return ask


class TestCounts:
    @pytest.mark.gate
    def test_counts_the_tasks_of_an_event_by_status(self, statistics, event_with):
        event_id = event_with(todo=1, completed=2)

        answer = statistics(event_id, "tasks: 1 todo, 2 completed")

        assert answer["event_id"] == event_id, f"{answer.case}: event_id"
        assert answer["completed_tasks"] == 2, f"{answer.case}: completed_tasks"
        assert answer["pending_tasks"] == 1, f"{answer.case}: pending_tasks"

    def test_a_task_in_progress_is_pending(self, statistics_with):
        answer = statistics_with(todo=1, in_progress=2)

        assert answer["pending_tasks"] == 3, f"{answer.case}: pending_tasks"
        assert answer["completed_tasks"] == 0, f"{answer.case}: completed_tasks"

    def test_a_cancelled_task_is_not_pending(self, statistics_with):
        answer = statistics_with(todo=1, cancelled=2)

        assert answer["pending_tasks"] == 1, f"{answer.case}: pending_tasks"

    def test_a_cancelled_task_has_a_count_of_its_own(self, statistics_with):
        answer = statistics_with(todo=1, cancelled=2)

        assert answer["cancelled_tasks"] == 2, f"{answer.case}: cancelled_tasks"

    def test_the_total_is_the_sum_of_the_three_counts(self, statistics_with):
        answer = statistics_with(todo=1, in_progress=1, completed=2, cancelled=3)

        assert answer["total_tasks"] == 7, f"{answer.case}: total_tasks"

    def test_the_answer_has_these_five_keys(self, statistics_with):
        answer = statistics_with(todo=1)

        differences = key_differences(answer, KEYS)
        assert not differences, f"{answer.case}: {differences}"

    def test_follows_a_task_that_is_completed(
        self, api, factory, organizer, statistics, event_with
    ):
        event_id = event_with(todo=1)
        task = factory.task(by=organizer, event=event_id)
        path = f"/api/tasks/{task['id']}"

        before = statistics(event_id, "tasks: 2 todo")
        assert before["completed_tasks"] == 0, f"{before.case}: completed_tasks"
        answer = api.patch(path, json={"status": "completed"}, auth=organizer)
        assert answer.status_code == 200, f"PATCH {path} by the organizer"
        after = statistics(event_id, "tasks: 2 todo, one of them just completed")

        assert after["completed_tasks"] == 1, f"{after.case}: completed_tasks"

    def test_counts_more_tasks_than_a_page_holds(self, database, statistics, event_with):
        event_id = event_with()
        database.execute(
            "INSERT INTO tasks (title, event_id)"
            " SELECT 'Invite ' || n, %(event)s FROM generate_series(1, %(count)s) AS n",
            event=event_id,
            count=MORE_THAN_ANY_PAGE,
        )

        answer = statistics(event_id, f"tasks: {MORE_THAN_ANY_PAGE} todo")

        assert answer["total_tasks"] == MORE_THAN_ANY_PAGE, f"{answer.case}: total_tasks"

    def test_an_event_without_tasks_has_zeros(self, statistics, event_with):
        event_id = event_with()

        answer = statistics(event_id, "an event without tasks")

        assert answer["event_id"] == event_id, f"{answer.case}: event_id"
        for count in COUNTS:
            assert answer[count] == 0, f"{answer.case}: {count}"

    def test_tasks_of_another_event_do_not_count(self, statistics, event_with):
        event_id = event_with(todo=1)
        event_with(todo=2, in_progress=1, completed=3, cancelled=1)

        answer = statistics(event_id, "tasks: 1 todo; 7 in another event")

        assert answer["pending_tasks"] == 1, f"{answer.case}: pending_tasks"
        assert answer["completed_tasks"] == 0, f"{answer.case}: completed_tasks"


class TestAccess:
    def test_anybody_may_ask(self, api, event_with):
        path = f"/api/events/{event_with(todo=1)}/statistics"

        answer = api.get(path)

        assert answer.status_code == 200, f"GET {path} without a token"

    def test_a_missing_event_is_not_found(self, api):
        path = "/api/events/4711/statistics"

        answer = api.get(path)

        assert answer.status_code == 404, f"GET {path} of no event"
        assert {"detail", "code"} <= set(answer.json()), f"GET {path}: its 404 has detail and code"

    @pytest.mark.parametrize("event_id", [0, -1, 2**31, 10**20])
    def test_an_id_that_no_event_can_have_is_refused(self, api, event_id):
        path = f"/api/events/{event_id}/statistics"

        answer = api.get(path)

        assert answer.status_code in {404, 422}, f"GET {path} of an id that no event can have"
