"""Task 3.4: what belongs to whom. Every route of the API, and everybody who may knock."""

import pytest

from checks.harness.fixtures.access_matrix import Action, create_actors, owned_rows
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
def actors(rows, users, factory):
    """The actors by name; None is the one without a token."""
    return rows.shared("actors", lambda: create_actors(users, factory))


@pytest.fixture
def others(rows, users):
    """Two more users, who only let things happen to them."""
    names = ("guest", "newcomer")
    return rows.shared("others", lambda: {name: users.member(name) for name in names})


@pytest.fixture
def create_event(api, factory, actors, others):
    """`create_event(actor, join=False)`: the ids of a new event, its task, and the others."""

    def build(actor, join=False):
        event = factory.event(by=actors["owner"])["id"]
        task = factory.task(by=actors["owner"], event=event, assigned_to_id=actors["assignee"].id)
        user = actor or actors["participant"]
        for each in (others["guest"], *([user] if join else [])):
            path = f"/api/events/{event}/participants/{each.id}"
            assert api.post(path, auth=each).status_code == 201, f"POST {path} by that user"
        ids = {name: each.id for name, each in others.items()}
        return {"event": event, "task": task["id"], "actor": user.id, **ids}

    return build


@pytest.fixture
def theirs(factory, actors):
    """The event and the task of the owner; the task is the assignee's."""
    event = factory.event(by=actors["owner"])
    task = factory.task(by=actors["owner"], event=event, assigned_to_id=actors["assignee"].id)
    return {"event": event["id"], "task": task["id"]}


@pytest.mark.rows  # the same actors for all of these; each test has an event and a task of its own
class TestMatrix:
    @pytest.mark.gate
    def test_a_task_is_its_organizers(self, api, actors, theirs):
        path = f"/api/tasks/{theirs['task']}"

        mine = api.patch(path, json={"title": "Sweep"}, auth=actors["owner"])
        not_mine = api.patch(path, json={"title": "Mine"}, auth=actors["organizer"])

        assert mine.status_code == 200, f"PATCH {path} by the organizer of its event"
        assert not_mine.status_code == 403, f"PATCH {path} by the organizer of another event"

    @pytest.mark.parametrize("action", MATRIX, ids=lambda action: action.name)
    def test_who_may_do_what(self, api, actors, create_event, action):
        wrong = {}
        for name, expected in action.expected().items():
            actor = actors[name]
            ids = create_event(actor, join=action.name == "leave")
            path, body = action.path_for(ids), action.body_for(ids)

            answer = api.request(action.method, path, json=body, auth=actor)

            if answer.status_code != expected:
                wrong[name] = f"{answer.status_code}, not {expected}"

        assert wrong == {}, f"{action.method} {action.path} ({action.name}): who gets what"

    def test_a_refused_request_changes_nothing(self, api, actors, create_event, database):
        ids = create_event(actors["organizer"])
        before = owned_rows(database)

        for action in MATRIX:
            if action.expected()["organizer"] != 403:
                continue
            path, body = action.path_for(ids), action.body_for(ids)
            api.request(action.method, path, json=body, auth=actors["organizer"])

            asked = f"{action.method} {path} by the organizer of another event"
            assert owned_rows(database) == before, f"{asked}: nothing changes"


@pytest.mark.rows
class TestWhichOne:
    @pytest.mark.parametrize("name", ["resource_id", "event_id", "task_id", "organizer_id"])
    def test_the_query_does_not_say_which(self, api, factory, actors, theirs, name):
        event = factory.event(by=actors["organizer"])
        task = factory.task(by=actors["organizer"], event=event)
        own = {"event": event["id"], "task": task["id"]}
        for method, kind in (
            *(("PATCH", "event"), ("PUT", "event"), ("DELETE", "event")),
            *(("PATCH", "task"), ("DELETE", "task")),
        ):
            value = actors["organizer"].id if name == "organizer_id" else own[kind]
            body = {"PATCH": {"title": "Hacked"}, "PUT": EVENT, "DELETE": None}[method]
            path = f"/api/{kind}s/{theirs[kind]}"

            answer = api.request(
                method, path, params={name: value}, json=body, auth=actors["organizer"]
            )

            asked = f"{method} {path}?{name}={value} by a stranger who owns {kind} {own[kind]}"
            assert answer.status_code == 403, asked

    def test_the_owner_needs_no_query(self, api, factory, actors, theirs):
        other = factory.event(by=actors["organizer"])["id"]
        path = f"/api/events/{theirs['event']}"
        for query in ({}, {"resource_id": other}, {"resource_id": MISSING}):
            answer = api.patch(path, params=query, json={"title": "New"}, auth=actors["owner"])

            assert answer.status_code == 200, f"PATCH {path} by its owner, with the query {query}"

    @pytest.mark.parametrize("who", ["organizer", "admin"])
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
    def test_what_does_not_exist_is_missing(self, api, actors, who, method, path, body):
        answer = api.request(method, path, json=body, auth=actors[who])

        asked = f"{method} {path}{f' with {body}' if method == 'POST' else ''} as {who}"
        assert answer.status_code == 404, f"{asked}: there is none"

    def test_a_task_does_not_move_to_another_event(self, api, factory, actors, theirs, database):
        own = factory.event(by=actors["organizer"])
        task = factory.task(by=actors["organizer"], event=own)["id"]
        body = {"event_id": theirs["event"]}

        api.patch(f"/api/tasks/{task}", json=body, auth=actors["organizer"])

        event_id = database.value("SELECT event_id FROM tasks WHERE id = %(id)s", id=task)
        asked = f"PATCH /api/tasks/{task} with {body}, an event of somebody else's"
        assert event_id == own["id"], f"{asked}: the task stays where it is"


class TestOwning:
    def test_a_demoted_organizer_keeps_their_events(self, api, actors, theirs):
        owner = actors["owner"]
        path = f"/api/users/{owner.id}/role"
        demoted = api.patch(path, json={"role": "participant"}, auth=actors["admin"])
        assert demoted.status_code == 200, f"PATCH {path} to participant, as an admin (task 3.3)"

        event, task = f"/api/events/{theirs['event']}", f"/api/tasks/{theirs['task']}"
        new_task = {"title": "Sweep", "event_id": theirs["event"]}
        answers = {
            f"PATCH {event}": api.patch(event, json={"title": "New"}, auth=owner),
            "POST /api/tasks/": api.post("/api/tasks/", json=new_task, auth=owner),
            f"PATCH {task}": api.patch(task, json={"title": "New"}, auth=owner),
            f"DELETE {task}": api.delete(task, auth=owner),
            f"DELETE {event}": api.delete(event, auth=owner),
        }

        classes = {asked: answer.status_code // 100 for asked, answer in answers.items()}
        assert classes == dict.fromkeys(answers, 2), "by the owner, who is a participant now: 2xx"

    @pytest.mark.parametrize(
        "body",
        [
            {"status": "completed", "title": "Mine"},
            {"status": "completed", "assigned_to_id": None},
            {"priority": "low"},
            {"due_date": None},
        ],
        ids="+".join,
    )
    def test_an_assignee_changes_the_status_and_no_more(self, api, actors, theirs, database, body):
        path = f"/api/tasks/{theirs['task']}"
        before = owned_rows(database)

        answer = api.patch(path, json=body, auth=actors["assignee"])

        assert answer.status_code == 403, f"PATCH {path} with {body} by the assignee"
        assert owned_rows(database) == before, f"PATCH {path} with {body}: nothing changes"

    def test_an_assignment_is_for_one_task_and_while_it_lasts(self, api, factory, actors, theirs):
        owner, assignee = actors["owner"], actors["assignee"]
        other = factory.task(by=owner, event=theirs["event"])["id"]
        body = {"status": "completed"}

        neighbour = api.patch(f"/api/tasks/{other}", json=body, auth=assignee)
        path = f"/api/tasks/{theirs['task']}"
        api.patch(path, json={"assigned_to_id": actors["participant"].id}, auth=owner)
        former = api.patch(path, json=body, auth=assignee)
        present = api.patch(path, json=body, auth=actors["participant"])

        assert neighbour.status_code == 403, f"PATCH /api/tasks/{other}, nobody's, with {body}"
        assert former.status_code == 403, f"PATCH {path} with {body} by its former assignee"
        assert present.status_code == 200, f"PATCH {path} with {body} by its new assignee"
