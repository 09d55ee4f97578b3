"""The days' main story, told by a generated client: `story.py URL ADMIN_TOKEN`.

It runs in the environment of build/openapi-client, where `eventure_client` is importable, and
imports nothing of the checker. An answer that is not of the expected type ends it with a sentence
and exit code 1, and so does a status that the document does not declare.
"""

import datetime as dt
import importlib
import pkgutil
import sys
from dataclasses import dataclass
from typing import TypeVar

import eventure_client
from eventure_client import AuthenticatedClient, Client
from eventure_client.api.auth import log_in, log_out, read_me, refresh, register
from eventure_client.api.events import (
    create_event,
    list_events,
    list_events_v2,
    read_event,
    read_statistics,
)
from eventure_client.api.participants import add_participant, list_participants
from eventure_client.api.tasks import (
    create_task,
    list_my_tasks,
    list_tasks_of_event,
    update_task,
)
from eventure_client.api.users import change_role
from eventure_client.errors import UnexpectedStatus
from eventure_client.models import (
    Error,
    EventCreate,
    EventRead,
    EventSort,
    EventStatistics,
    LoginRequest,
    PageEventV2,
    ParticipationRead,
    RefreshRequest,
    RoleUpdate,
    TaskCreate,
    TaskRead,
    TaskStatus,
    TaskUpdate,
    Token,
    UserCreate,
    UserRead,
    UserRole,
)

PASSWORD = "correct horse battery"
START = dt.datetime(2031, 5, 1, 10, tzinfo=dt.UTC)
T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    """A registered user, with the tokens of one login."""

    user: UserRead
    tokens: Token
    client: AuthenticatedClient


def expect(kind: type[T], answer: object, request: str) -> T:
    """The answer. SystemExit with a sentence where it is not of that type."""
    if not isinstance(answer, kind):
        sys.exit(f"{request}: {kind.__name__} was expected, and this came: {answer!r}")
    return answer


def expect_equal(wanted: object, seen: object, what: str) -> None:
    """SystemExit with a sentence where the two differ."""
    if wanted != seen:
        sys.exit(f"{what}: {wanted!r} was expected, and this came: {seen!r}")


def import_all() -> int:
    """Import each module of the client; how many there are."""
    names = [
        each.name for each in pkgutil.walk_packages(eventure_client.__path__, "eventure_client.")
    ]
    for name in names:
        importlib.import_module(name)
    return len(names)


def client_of(url: str, token: str) -> AuthenticatedClient:
    """A client with a token. A status that the document lacks raises UnexpectedStatus."""
    return AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True)


def join(url: str, name: str) -> Person:
    """Register and log in."""
    anonymous = Client(base_url=url, raise_on_unexpected_status=True)
    email = f"{name}@story.example.com"
    body = UserCreate(email=email, password=PASSWORD, full_name=name.title())
    user = expect(UserRead, register.sync(client=anonymous, body=body), "register")
    again = expect(Error, register.sync(client=anonymous, body=body), "register twice")
    expect_equal(str, type(again.detail), "the detail of a registered address")
    login = LoginRequest(email=email, password=PASSWORD)
    tokens = expect(Token, log_in.sync(client=anonymous, body=login), "log in")
    client = client_of(url, tokens.access_token)
    me = expect(UserRead, read_me.sync(client=client), "who am I")
    expect_equal(user.id, me.id, "who am I: the id")
    return Person(user, tokens, client)


def plan(ann: Person, admin: AuthenticatedClient) -> EventRead:
    """Ann becomes an organizer and creates an event."""
    role = RoleUpdate(role=UserRole.ORGANIZER)
    changed = expect(
        UserRead, change_role.sync(ann.user.id, client=admin, body=role), "change a role"
    )
    expect_equal(UserRole.ORGANIZER, changed.role, "change a role: the role")
    body = EventCreate(title="Party", start_time=START, end_time=START + dt.timedelta(hours=2))
    created = expect(EventRead, create_event.sync(client=ann.client, body=body), "create an event")
    read = expect(EventRead, read_event.sync(created.id, client=ann.client), "read an event")
    expect_equal(START, read.start_time, "read an event: when it starts")
    return read


def share_work(ann: Person, bob: Person, event: EventRead) -> None:
    """Bob joins; Ann gives him one of two tasks, and he completes it."""
    joined = add_participant.sync(event.id, bob.user.id, client=bob.client)
    expect_equal(bob.user.id, expect(ParticipationRead, joined, "join").user_id, "join: who")
    for title, assignee in (("Buy cake", bob.user.id), ("Sweep", None)):
        body = TaskCreate(title=title, event_id=event.id, assigned_to_id=assignee)
        expect(TaskRead, create_task.sync(client=ann.client, body=body), "create a task")
    (task,) = expect(list, list_my_tasks.sync(client=bob.client), "my tasks")
    done = TaskUpdate(status=TaskStatus.COMPLETED)
    changed = expect(
        TaskRead, update_task.sync(task.id, client=bob.client, body=done), "change a task"
    )
    expect_equal(TaskStatus.COMPLETED, changed.status, "change a task: its status")
    refused = update_task.sync(task.id, client=bob.client, body=TaskUpdate(title="Eat cake"))
    expect(Error, refused, "change the title of somebody's task")


def read_lists(url: str, ann: Person, event: EventRead) -> None:
    """What the lists show: the public ones without a token, the others to Ann."""
    anonymous = Client(base_url=url, raise_on_unexpected_status=True)
    filters = {"organizer_id": ann.user.id, "start_date": START.date(), "sort_by": EventSort.TITLE}
    events = expect(list, list_events.sync(client=anonymous, **filters), "list events")
    expect_equal([event.id], [each.id for each in events], "list events: the ids")
    page = expect(PageEventV2, list_events_v2.sync(client=anonymous, **filters), "a page of events")
    expect_equal((1, 1, 2), (page.total, len(page.items), page.items[0].task_count), "the page")
    tasks = expect(list, list_tasks_of_event.sync(event.id, client=ann.client), "an event's tasks")
    expect_equal(2, len(tasks), "an event's tasks: how many")
    guests = expect(list, list_participants.sync(event.id, client=ann.client), "participants")
    expect_equal(["Bob"], [each.full_name for each in guests], "participants: their names")
    counts = read_statistics.sync(event.id, client=anonymous)
    expect_equal(
        1, expect(EventStatistics, counts, "statistics").completed_tasks, "completed tasks"
    )


def leave(url: str, ann: Person) -> None:
    """Renew the tokens, once; log out; after that the new ones are no longer good either."""
    anonymous = Client(base_url=url, raise_on_unexpected_status=True)
    body = RefreshRequest(refresh_token=ann.tokens.refresh_token)
    tokens = expect(Token, refresh.sync(client=anonymous, body=body), "renew the tokens")
    client = client_of(url, tokens.access_token)
    last = RefreshRequest(refresh_token=tokens.refresh_token)
    expect_equal(204, log_out.sync_detailed(client=client, body=last).status_code, "log out")
    expect(
        Error, refresh.sync(client=anonymous, body=last), "renew tokens of a login that has ended"
    )
    expect(Error, read_me.sync(client=client), "who am I, of a login that has ended")


def main(url: str, admin_token: str) -> None:
    """The whole story, and a line of what was done."""
    modules = import_all()
    ann, bob = join(url, "ann"), join(url, "bob")
    event = plan(ann, client_of(url, admin_token))
    share_work(ann, bob, event)
    read_lists(url, ann, event)
    leave(url, ann)
    print(f"{modules} modules imported, the story told")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except UnexpectedStatus as error:
        sys.exit(f"a status that the document does not declare: {error.status_code}")
