"""Queries on both sides of each bound: levels, aliases, objects; and those that nobody may send.

Each is about the event whose id is put for EVENT. `tasks(pageSize: 1)` keeps what is meant for one
bound below the others.
"""

from collections.abc import Mapping
from itertools import cycle, islice

EVENT = "EVENT"
ONE_TASK = "tasks(pageSize: 1)"
COUNT = f"event(id: {EVENT}) {{ id }}"

Queries = Mapping[str, str]


def levels(number: int, field: str = f"event(id: {EVENT})") -> str:
    """So many fields, each inside the one before it: tasks in an event, `id` in the last one."""
    below = ["event", ONE_TASK] if field == ONE_TASK else [ONE_TASK, "event"]
    names = [field, *islice(cycle(below), number - 2)]
    return " { ".join(names) + " { id" + " }" * (number - 1)


def aliases(number: int, field: str = COUNT) -> str:
    """So many fields with an alias each."""
    return " ".join(f"a{each}: {field}" for each in range(number))


def spread_twice(number: int, last: str) -> str:
    """So many fragments, each spread twice by the one before it: 2^number times the last one."""
    chain = [f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(number)]
    return f"{{ ...f0 }} {' '.join(chain)} fragment f{number} on Query {{ {last} }}"


def deep(number: int) -> Queries:
    """Queries of so many levels: written out, in fragments, behind an alias, beside others."""
    inside, event = levels(number - 1, ONE_TASK), f"event(id: {EVENT})"
    rest = f"fragment Rest on Event {{ {inside} }}"
    halves = f"fragment Rest on Task {{ {levels(number - 2, 'event')} }}"
    queries = {
        "written out": f"{{ {levels(number)} }}",
        "with an alias": f"{{ a: {levels(number)} }}",
        "in a fragment": f"{{ {event} {{ {ONE_TASK} {{ ...Rest }} }} }} {halves}",
        "in a fragment of a fragment": "{ ...All } fragment All on Query { "
        f"{event} {{ ...Rest }} }} {rest}",
        "in an inline fragment": f"{{ {event} {{ ... on Event {{ {inside} }} }} }}",
        "in the second fragment": f"{{ {event} {{ ...Flat ...Rest }} }}"
        f" fragment Flat on Event {{ id }} {rest}",
        "beside a flat field": f"{{ flat: {COUNT} {levels(number)} }}",
    }
    return {f"{number} levels, {name}": query for name, query in queries.items()}


DEEP = f"{{ {levels(7)} }}"


def with_aliases(number: int) -> Queries:
    """Queries with so many aliases: at the top, inside, in a fragment, in one that comes twice."""
    half, rest = number // 2, aliases(number - number // 2, "id")
    event = f"event(id: {EVENT})"
    queries = {
        "at the top": f"{{ {aliases(number)} }}",
        "of plain fields": f"{{ a: {event} {{ {aliases(number - 1, 'id')} }} }}",
        "half in a fragment": f"{{ {aliases(half)} {event} {{ ...Rest }} }}"
        f" fragment Rest on Event {{ {rest} }}",
        "half in an inline fragment": f"{{ {aliases(half)}"
        f" ... on Query {{ {event} {{ {rest} }} }} }}",
    }
    # An alias for each of two or three places, and in each of them those of the fragment.
    for places in (2, 3):
        if number % places == 0:
            inside = aliases(number // places - 1, "id")
            queries[f"in a fragment that is spread {places} times"] = (
                f"{{ {aliases(places, event + ' { ...Rest }')} }}"
                f" fragment Rest on Event {{ {inside} }}"
            )
    return {f"{number} aliases, {name}": query for name, query in queries.items()}


def _page(size: int | str, inside: str = "id") -> str:
    return f"events(pageSize: {size}) {{ {inside} }}"


CHEAP: Queries = {
    "ten pages of a hundred": f"{{ {aliases(10, _page(100))} }}",
    "ten events with 99 tasks": f"{{ {_page(10, 'id tasks(pageSize: 99) { id }')} }}",
    "fifty with organizer and 18 tasks": "{ "
    + _page(50, "organizer { id } tasks(pageSize: 18) { id }")
    + " }",
    "two usual pages": f"{{ {aliases(2, 'events { organizer { id } tasks { id } }')} }}",
}
"""At most 1000 objects."""

EXPENSIVE: Queries = {
    "ten pages of a hundred, and an event": f"{{ {aliases(10, _page(100))} {COUNT} }}",
    "ten events with a hundred tasks": f"{{ {_page(10, 'id tasks(pageSize: 100) { id }')} }}",
    "fifty with organizer and 19 tasks": "{ "
    + _page(50, "organizer { id } tasks(pageSize: 19) { id }")
    + " }",
    "three usual pages": f"{{ {aliases(3, 'events { organizer { id } tasks { id } }')} }}",
    "a page in a fragment": "{ ...All } fragment All on Query { "
    + _page(100, "...Rest")
    + " } fragment Rest on Event { tasks(pageSize: 10) { id } }",
    "a fragment that is spread in many places": f"{{ {aliases(11, 'events { ...Rest }')} }}"
    " fragment Rest on Event { tasks(pageSize: 5) { id } }",
    "tasks of tasks": f"{{ event(id: {EVENT}) {{ tasks {{ event {{ tasks(pageSize: 49)"
    " { id } } } } }",
}
"""More than 1000 objects."""

_BY_VARIABLE = "query Q($n: Int!) { events(pageSize: $n) { id tasks(pageSize: 99) { id } } }"
_BY_DEFAULT = "query Q($n: Int! = %d) { events(pageSize: $n) { id tasks(pageSize: 9) { id } } }"
SIZED: Queries = {
    "pageSize: $n": _BY_VARIABLE,
    "pageSize: $n, with a default": _BY_VARIABLE.replace("Int!", "Int! = 1"),
}
"""With $n of 10 they find 1000 objects, with 11 they find 1100."""

CHEAP_BY_DEFAULT: Queries = {"pageSize: $n, which is 100 by default": _BY_DEFAULT % 100}
EXPENSIVE_BY_DEFAULT: Queries = {
    "pageSize: $n, which is 100 by default": (_BY_DEFAULT % 100).replace("9", "10")
}
"""1000 and 1100 objects, if nobody says otherwise."""

ABUSES: Queries = {
    "50 levels and 500 aliases": f"{{ {levels(50)} {aliases(500)} }}",
    "500 aliases in ten fragments": "{ ...f0 } "
    + " ".join(
        f"fragment f{n} on Query {{ "
        + " ".join(f"a{n}_{each}: {COUNT}" for each in range(50))
        + (f" ...f{n + 1} }}" if n < 9 else " }")
        for n in range(10)
    ),
    "50 levels in fragments": f"{{ event(id: {EVENT}) {{ ...f0 }} }} "
    + " ".join(
        f"fragment f{n} on Event {{ {ONE_TASK} {{ event {{ "
        + (f"...f{n + 1} }} }} }}" if n < 24 else "id } } }")
        for n in range(25)
    ),
    "2^90 aliases in fragments that are spread twice": spread_twice(90, f"a: {COUNT}"),
    "fragments in a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "7 levels in one of two operations, and no name": f"query A {DEEP} query B {DEEP}",
    "5000 fields": "{ " + f"{COUNT} " * 5000 + "}",
    "5000 brackets": "{" * 5000,
    "5000 levels": "{ " + "event { " * 5000 + "id" + " }" * 5001,
    "a list in a list, 400 times": f"{{ event(id: {'[' * 400}{']' * 400}) {{ id }} }}",
    "a number of 5000 digits": f"{{ event(id: {'9' * 5000}) {{ id }} }}",
}

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

MISSPELT: Queries = {
    "events": "{ evnts { id } }",
    "title": "{ events { titel } }",
    "pageSize": "{ events(pageSiz: 3) { id } }",
    "EventInput": "query Q($i: EventInpt) { events { id } }",
    "SCHEDULED": 'mutation { createEvent(input: { title: "T", startTime: "2031-05-01T10:00Z",'
    ' endTime: "2031-05-01T12:00Z", status: SHEDULED }) { id } }',
}
"""By the name that each of them almost has: a field, an argument, a type, a value of an enum."""

EVENT_FIELDS = (
    "id title description location startTime endTime status organizerId createdAt updatedAt"
)
TASK_FIELDS = (
    "id title description status priority dueDate eventId assignedToId createdAt updatedAt"
)
ALL_EVENTS = f"{{ events {{ {EVENT_FIELDS} }} }}"
PAGE_OF_EVENTS = "query Q($page: Int!, $size: Int!) { events(page: $page, pageSize: $size) { id } }"
PAGE_OF_TASKS = "query Q($page: Int!) { events { id tasks(page: $page, pageSize: 2) { id } } }"
WHOLE_PAGE = "{ events { title organizer { fullName } tasks { title event { title } } } }"
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
