"""Queries of task B2 that read and write, and those that are wrong in themselves.

Those about a bound stand in graphql_bounds.py.
"""

from collections.abc import Mapping

from checks.harness.app.graphql_bounds import Queries

MALFORMED: Queries = {
    "no GraphQL": "SELECT 1",
    "a brace that is never closed": "{ events { id }",
    "an unknown field": "{ events { id hashedPassword } }",
    "an unknown argument": "{ events(limit: 3) { id } }",
    "a text for a number": '{ event(id: "one") { id } }',
    "an object without a selection": "{ events }",
    "an unknown fragment": "{ events { ...Nobody } }",
    "a variable that is not sent": "query Q($id: Int!) { event(id: $id) { id } }",
}
NO_UTF_8: Mapping[str, Mapping[str, object]] = {
    "half a surrogate pair for a field": {"\ud800": 1},
    "half a surrogate pair for a status": {"status": "\ud800"},
    "half a surrogate pair in the title": {"title": "Fair \ud800"},
}
"""Changes of a valid input that JSON can write, as \\ud800, and UTF-8 cannot."""
WITHOUT_OPERATION: Queries = {
    "an empty query": "",
    "a fragment alone": "fragment F on Event { id }",
    "a subscription": "subscription { events { id } }",
}

INTROSPECTION: Queries = {
    "__schema": "{ __schema { types { name } } }",
    "__type": '{ __type(name: "Event") { fields { name } } }',
    "an alias": "{ a: __schema { queryType { name } } }",
    "a fragment": "{ ...All } fragment All on Query { __schema { types { name } } }",
    "an inline fragment": "{ ... on Query { __schema { types { name } } } }",
    "a mutation": "mutation { __schema { types { name } } }",
}

WITH_STATUS = (
    'mutation { createEvent(input: { title: "T", startTime: "2031-05-01T10:00Z",'
    ' endTime: "2031-05-01T12:00Z", status: %s }) { id } }'
)
WITH_INPUT = "mutation Q($i: EventInput!) { createEvent(input: $i) { id } }"
INPUT = {"title": "T", "startTime": "2031-05-01T10:00Z", "endTime": "2031-05-01T12:00Z"}
MISSPELT: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "events": ("{ evnts { id } }", {}),
    "title": ("{ events { titel } }", {}),
    "pageSize": ("{ events(pageSiz: 3) { id } }", {}),
    "EventInput": ("query Q($i: EventInpt) { events { id } }", {}),
    "SCHEDULED": (WITH_STATUS % "SHEDULED", {}),
    "COMPLETED": (WITH_INPUT, {"i": {**INPUT, "status": "COMPLETD"}}),
    "location": (WITH_INPUT, {"i": {**INPUT, "locaton": "Here"}}),
}
"""By the name that each almost has: a field, an argument, a type, a value; then in variables."""

EVENT_FIELDS = (
    "id title description location startTime endTime status organizerId createdAt updatedAt"
)
TASK_FIELDS = (
    "id title description status priority dueDate eventId assignedToId createdAt updatedAt"
)
ALL_EVENTS = f"{{ events {{ {EVENT_FIELDS} }} }}"
PAGE_OF_EVENTS = "query Q($page: Int!, $size: Int!) { events(page: $page, pageSize: $size) { id } }"
BELOW_ONE = tuple({"page": page, "size": size} for page, size in ((0, 7), (-1, 7), (1, 0), (1, -1)))
PAGE_OF_TASKS = "query Q($page: Int!) { events { id tasks(page: $page, pageSize: 2) { id } } }"
TASKS_OF_ONE = """query Q($id: Int!, $page: Int!, $size: Int!) {
    event(id: $id) { tasks(page: $page, pageSize: $size) { id } }
}"""
WHOLE_PAGE = "{ events { title organizer { fullName } tasks { title event { title } } } }"
PAGE_OF_EMAILS = "{ events { organizer { id email } tasks(pageSize: 5) { id event { id } } } }"
EMAILS = """{ events(pageSize: 5) {
    organizer { id email } tasks { event { organizer { email } } }
} }"""
ORGANIZERS_AND_TASKS = f"""{{ events(pageSize: 30) {{
    id title organizer {{ fullName }} tasks {{ {TASK_FIELDS} }}
}} }}"""
CREATE = "mutation M($input: EventInput!) { createEvent(input: $input) { %s } }"
CREATE_THREE = """mutation M($good: EventInput!, $bad: EventInput!) {
    first: createEvent(input: $good) { id }
    second: createEvent(input: $bad) { id }
    third: createEvent(input: $good) { id }
}"""
