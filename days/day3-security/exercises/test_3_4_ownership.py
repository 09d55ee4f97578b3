"""Task 3.4: what belongs to whom. Every route of the API, by every kind of user."""

from functools import partial

import pytest

from checks.harness.fixtures.access_matrix import (
    TARGETS,
    Action,
    create_action_ids,
    create_actors,
    create_resources,
    owned_rows,
)
from checks.harness.fixtures.request_bodies import EVENT

MISSING = 4711
# What the actors are answered, in the order of access_matrix.ACTORS:
# anonymous participant organizer owner assignee admin.
ANYBODY = "200 200 200 200 200 200"
KNOWN = "401 200 200 200 200 200"
ADMIN = "401 403 403 403 403 200"
OWNER = "401 403 403 200 403 200"
OWNER_CREATES = "401 403 403 201 403 201"
OWNER_DELETES = "401 403 403 204 403 204"

# In path and body {event}, {task}, {actor} are ids; {newcomer} takes no part, {guest} does.
PEOPLE = "/api/events/{event}/participants"
TASK = {"title": "Book the hall", "event_id": "{event}"}
MATRIX = (
    Action("list-events", "GET", "/api/events/", None, ANYBODY),
    Action("read-event", "GET", "/api/events/{event}", None, ANYBODY),
    Action("read-statistics", "GET", "/api/events/{event}/statistics", None, ANYBODY),
    Action("create-event", "POST", "/api/events/", EVENT, "401 403 201 201 403 201"),
    Action("replace-event", "PUT", "/api/events/{event}", EVENT, OWNER),
    Action("update-event", "PATCH", "/api/events/{event}", {"title": "Mine"}, OWNER),
    Action("delete-event", "DELETE", "/api/events/{event}", None, OWNER_DELETES),
    Action("list-tasks", "GET", "/api/tasks/event/{event}", None, KNOWN),
    Action("list-my-tasks", "GET", "/api/tasks/my-tasks", None, KNOWN),
    Action("read-task", "GET", "/api/tasks/{task}", None, KNOWN),
    Action("create-task", "POST", "/api/tasks/", TASK, OWNER_CREATES),
    Action("rename-task", "PATCH", "/api/tasks/{task}", {"title": "Mine"}, OWNER),
    Action("assign-task", "PATCH", "/api/tasks/{task}", {"assigned_to_id": "{newcomer}"}, OWNER),
    Action(
        "finish-task",
        *("PATCH", "/api/tasks/{task}", {"status": "completed"}, "401 403 403 200 200 200"),
    ),
    Action("delete-task", "DELETE", "/api/tasks/{task}", None, OWNER_DELETES),
    Action("list-participants", "GET", PEOPLE, None, KNOWN),
    Action("join", "POST", PEOPLE + "/{actor}", None, "401 201 201 201 201 201"),
    Action("leave", "DELETE", PEOPLE + "/{actor}", None, "401 204 204 204 204 204"),
    Action("add-another", "POST", PEOPLE + "/{newcomer}", None, OWNER_CREATES),
    Action("remove-another", "DELETE", PEOPLE + "/{guest}", None, OWNER_DELETES),
    Action("who-am-i", "GET", "/api/auth/me", None, KNOWN),
    Action("list-users", "GET", "/api/users/all", None, ADMIN),
    Action("read-user", "GET", "/api/users/{guest}", None, ADMIN),
    Action("change-role", "PATCH", "/api/users/{guest}/role", {"role": "organizer"}, ADMIN),
)


@pytest.fixture
def actors(shared_rows, users, factory):
    """The actors by name; None is the one without a token."""
    return shared_rows.get_or_create("actors", lambda: create_actors(users, factory))


@pytest.fixture
def targets(shared_rows, users):
    """Two more users by name, who send no request."""
    return shared_rows.get_or_create(
        "targets", lambda: {name: users.member(name) for name in TARGETS}
    )


@pytest.fixture
def resources(factory, actors):
    """The ids of the owner's event and of its task; the task is the assignee's."""
    return create_resources(factory, actors["owner"], actors["assignee"])


@pytest.fixture
def create_ids(api, factory, actors, targets):
    """`create_ids(actor, join=False)`: the ids of new resources, of the actor and the targets."""
    return partial(create_action_ids, api, factory, actors, targets)


@pytest.mark.rows  # the same actors for all of these; each test has an event and a task of its own
class TestMatrix:
    @pytest.mark.gate
    def test_a_task_is_its_organizers(self, api, actors, resources):
        path = f"/api/tasks/{resources['task']}"

        by_owner = api.patch(path, json={"title": "Sweep"}, auth=actors["owner"])
        by_organizer = api.patch(path, json={"title": "Mine"}, auth=actors["organizer"])

        assert by_owner.status_code == 200, f"PATCH {path} by the organizer of its event"
        assert by_organizer.status_code == 403, f"PATCH {path} by the organizer of another event"

    @pytest.mark.parametrize("action", MATRIX, ids=lambda action: action.name)
    def test_who_may_do_what(self, api, actors, create_ids, action):
        wrong_statuses = {}
        for name, expected in action.expected().items():
            actor = actors[name]
            ids = create_ids(actor, join=action.name == "leave")
            path, body = action.path_for(ids), action.body_for(ids)

            answer = api.request(action.method, path, json=body, auth=actor)

            if answer.status_code != expected:
                wrong_statuses[name] = f"{answer.status_code}, not {expected}"

        assert wrong_statuses == {}, f"{action.method} {action.path} ({action.name}): who gets what"

    def test_a_refused_request_changes_nothing(self, api, actors, create_ids, database):
        ids = create_ids(actors["organizer"])
        rows_before = owned_rows(database)

        for action in MATRIX:
            if action.expected()["organizer"] != 403:
                continue
            path, body = action.path_for(ids), action.body_for(ids)
            api.request(action.method, path, json=body, auth=actors["organizer"])

            case = f"{action.method} {path} by the organizer of another event"
            assert owned_rows(database) == rows_before, f"{case}: nothing changes"


@pytest.mark.rows
class TestResourceLookup:
    @pytest.mark.parametrize("name", ["resource_id", "event_id", "task_id", "organizer_id"])
    def test_the_query_does_not_say_which(self, api, factory, actors, resources, name):
        event = factory.event(by=actors["organizer"])
        task = factory.task(by=actors["organizer"], event=event)
        own_ids = {"event": event["id"], "task": task["id"]}
        for method, kind in (
            *(("PATCH", "event"), ("PUT", "event"), ("DELETE", "event")),
            *(("PATCH", "task"), ("DELETE", "task")),
        ):
            value = actors["organizer"].id if name == "organizer_id" else own_ids[kind]
            body = {"PATCH": {"title": "Hacked"}, "PUT": EVENT, "DELETE": None}[method]
            path = f"/api/{kind}s/{resources[kind]}"

            answer = api.request(
                method, path, params={name: value}, json=body, auth=actors["organizer"]
            )

            case = f"{method} {path}?{name}={value} by a stranger who owns {kind} {own_ids[kind]}"
            assert answer.status_code == 403, case

    def test_the_owner_needs_no_query(self, api, factory, actors, resources):
        other_id = factory.event(by=actors["organizer"])["id"]
        path = f"/api/events/{resources['event']}"
        for query in ({}, {"resource_id": other_id}, {"resource_id": MISSING}):
            answer = api.patch(path, params=query, json={"title": "New"}, auth=actors["owner"])

            assert answer.status_code == 200, f"PATCH {path} by its owner, with the query {query}"

    @pytest.mark.parametrize("actor", ["organizer", "admin"])
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("PUT", "/api/events/4711", EVENT),
            ("PATCH", "/api/events/4711", {"title": "New"}),
            ("DELETE", "/api/events/4711", None),
            ("POST", "/api/tasks/", {"title": "Sweep", "event_id": MISSING}),
            ("PATCH", "/api/tasks/4711", {"title": "New"}),
            ("DELETE", "/api/tasks/4711", None),
            ("DELETE", "/api/events/4711/participants/1", None),
        ],
    )
    def test_what_does_not_exist_is_missing(self, api, actors, actor, method, path, body):
        answer = api.request(method, path, json=body, auth=actors[actor])

        case = f"{method} {path}{f' with {body}' if method == 'POST' else ''} as {actor}"
        assert answer.status_code == 404, f"{case}: there is none"

    def test_a_task_does_not_move_to_another_event(self, api, factory, actors, resources, database):
        own_event = factory.event(by=actors["organizer"])
        task = factory.task(by=actors["organizer"], event=own_event)["id"]
        body = {"event_id": resources["event"]}

        api.patch(f"/api/tasks/{task}", json=body, auth=actors["organizer"])

        event_id = database.value("SELECT event_id FROM tasks WHERE id = %(id)s", id=task)
        case = f"PATCH /api/tasks/{task} with {body}, an event of somebody else's"
        assert event_id == own_event["id"], f"{case}: the task stays where it is"


class TestOwnership:
    def test_a_demoted_organizer_keeps_their_events(self, api, actors, resources):
        owner = actors["owner"]
        path = f"/api/users/{owner.id}/role"
        demoted = api.patch(path, json={"role": "participant"}, auth=actors["admin"])
        assert demoted.status_code == 200, f"PATCH {path} to participant, as an admin (task 3.3)"

        event, task = f"/api/events/{resources['event']}", f"/api/tasks/{resources['task']}"
        new_task = {"title": "Sweep", "event_id": resources["event"]}
        answers = {
            f"PATCH {event}": api.patch(event, json={"title": "New"}, auth=owner),
            "POST /api/tasks/": api.post("/api/tasks/", json=new_task, auth=owner),
            f"PATCH {task}": api.patch(task, json={"title": "New"}, auth=owner),
            f"DELETE {task}": api.delete(task, auth=owner),
            f"DELETE {event}": api.delete(event, auth=owner),
        }

        classes = {request: answer.status_code // 100 for request, answer in answers.items()}
        assert classes == dict.fromkeys(answers, 2), "by the owner, who is a participant now: 2xx"

    @pytest.mark.parametrize(
        "body",
        [
            {"status": "completed", "title": "Mine"},
            {"status": "completed", "assigned_to_id": None},
            {"assigned_to_id": None},
            {"priority": "low"},
            {"due_date": None},
        ],
        ids="+".join,
    )
    def test_an_assignee_changes_the_status_and_no_more(
        self, api, actors, resources, database, body
    ):
        path = f"/api/tasks/{resources['task']}"
        rows_before = owned_rows(database)

        answer = api.patch(path, json=body, auth=actors["assignee"])

        assert answer.status_code == 403, f"PATCH {path} with {body} by the assignee"
        assert owned_rows(database) == rows_before, f"PATCH {path} with {body}: nothing changes"

    def test_an_assignment_is_for_one_task_and_while_it_lasts(
        self, api, factory, actors, resources
    ):
        owner, assignee = actors["owner"], actors["assignee"]
        other_id = factory.task(by=owner, event=resources["event"])["id"]
        body = {"status": "completed"}

        other_task = api.patch(f"/api/tasks/{other_id}", json=body, auth=assignee)
        path = f"/api/tasks/{resources['task']}"
        api.patch(path, json={"assigned_to_id": actors["participant"].id}, auth=owner)
        by_former_assignee = api.patch(path, json=body, auth=assignee)
        by_assignee = api.patch(path, json=body, auth=actors["participant"])

        assert other_task.status_code == 403, f"PATCH /api/tasks/{other_id}, nobody's, with {body}"
        assert by_former_assignee.status_code == 403, (
            f"PATCH {path} with {body} by its former assignee"
        )
        assert by_assignee.status_code == 200, f"PATCH {path} with {body} by its new assignee"
        api.patch(path, json={"assigned_to_id": owner.id}, auth=owner)
        by_owner = api.patch(path, json={"title": "Mine"}, auth=owner)
        assert by_owner.status_code == 200, f"PATCH {path} by the owner, who is its assignee, too"
