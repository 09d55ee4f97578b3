"""Queries on both sides of each bound: levels, aliases, objects; and those that nobody may send.

Each is about the event whose id is put for EVENT, or about one that it creates.
`tasks(pageSize: 1)` keeps what is meant for one bound below the others.
"""

from collections.abc import Mapping
from itertools import cycle, islice

EVENT = "EVENT"
ONE_TASK = "tasks(pageSize: 1)"
COUNT = f"event(id: {EVENT}) {{ id }}"
CREATED = """createEvent(input: {
    title: "Fair", startTime: "2031-05-01T10:00:00Z", endTime: "2031-05-01T12:00:00Z"
})"""

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
    """Operations of so many levels: written out, in fragments, behind an alias, in a mutation."""
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
        "the last of them __typename": f"{{ {levels(number).replace('{ id', '{ __typename')} }}",
        "in a mutation": f"mutation {{ {levels(number, CREATED)} }}",
        "in a fragment of a mutation": f"mutation {{ {CREATED} {{ ...Rest }} }} {rest}",
    }
    return {f"{number} levels, {name}": query for name, query in queries.items()}


DEEP = f"{{ {levels(7)} }}"
TWO_OPERATIONS = f"query A {{ a: {COUNT} }} query B {{ b: {COUNT} }}"


def with_aliases(number: int) -> Queries:
    """Operations with so many aliases: at the top, inside, in fragments, in a mutation."""
    half, rest = number // 2, aliases(number - number // 2, "id")
    event = f"event(id: {EVENT})"
    queries = {
        "at the top": f"{{ {aliases(number)} }}",
        "of plain fields": f"{{ a: {event} {{ {aliases(number - 1, 'id')} }} }}",
        "of __typename": f"{{ {aliases(number, '__typename')} }}",
        "in a mutation": f"mutation {{ a: {CREATED} {{ {aliases(number - 1, 'id')} }} }}",
        "half in a fragment of a fragment": f"{{ {aliases(half)} {event} {{ ...All }} }}"
        f" fragment All on Event {{ ...Rest }} fragment Rest on Event {{ {rest} }}",
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


def _created(size: int) -> str:
    """1 + 27 * (1 + 1 + size) objects."""
    inside = f"tasks(pageSize: 27) {{ event {{ tasks(pageSize: {size}) {{ id }} }} }}"
    return f"mutation {{ {CREATED} {{ {inside} }} }}"


CHEAP: Queries = {
    "ten pages of a hundred": f"{{ {aliases(10, _page(100))} }}",
    "ten events with 99 tasks": f"{{ {_page(10, 'id tasks(pageSize: 99) { id }')} }}",
    "fifty with organizer and 18 tasks": "{ "
    + _page(50, "organizer { id } tasks(pageSize: 18) { id }")
    + " }",
    "ten pages of a hundred, of __typename": f"{{ {aliases(10, _page(100, '__typename'))} }}",
    "ten pages of 5000, which are of 100": f"{{ {aliases(10, _page(5000))} }}",
    "tasks of tasks of a created event": _created(35),
    "two usual pages": f"{{ {aliases(2, 'events { organizer { id } tasks { id } }')} }}",
}
"""At most 1000 objects."""

EXPENSIVE: Queries = {
    "ten pages of a hundred, and an event": f"{{ {aliases(10, _page(100))} {COUNT} }}",
    "ten pages of 5000, and an event": f"{{ {aliases(10, _page(5000))} {COUNT} }}",
    "tasks of tasks of a created event": _created(36),
    "tasks in an inline fragment": f"{{ {_page(100, '... { tasks(pageSize: 10) { id } }')} }}",
    "a page of -1000 beside one of 100": "{ "
    + _page(100, "a: tasks(pageSize: -1000) { id } tasks(pageSize: 100) { id }")
    + " }",
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

SIZED_BY_FLOAT: Queries = {"pageSize: $n, and n is 100.0": (_BY_DEFAULT % 1).replace("9", "10")}
"""With $n of 100.0, which GraphQL's Int takes for 100, they find 1100 objects."""

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
    "7 levels in a mutation": f"mutation {{ {levels(7, CREATED)} }}",
    "16 aliases in a mutation": f"mutation {{ {aliases(16, CREATED + ' { id }')} }}",
    "1027 objects of a mutation": _created(36),
    "a fragment of an event in a circle": f"{{ event(id: {EVENT}) {{ ...A }} }}"
    f" fragment A on Event {{ {ONE_TASK} {{ event {{ ...A }} }} }}",
    "fragments in a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "7 levels in one of two operations, and no name": f"query A {DEEP} query B {DEEP}",
    "5000 fields": "{ " + f"{COUNT} " * 5000 + "}",
    "5000 brackets": "{" * 5000,
    "5000 levels": "{ " + "event { " * 5000 + "id" + " }" * 5001,
    "a list in a list, 400 times": f"{{ event(id: {'[' * 400}{']' * 400}) {{ id }} }}",
    "a number of 5000 digits": f"{{ event(id: {'9' * 5000}) {{ id }} }}",
}

_WITH_ID = '{"query": "query Q($id: Int!) { event(id: $id) { id } }", "variables": {"id": %s}}'
ABUSIVE_BODIES: Queries = {
    "a variable of 5000 digits": _WITH_ID % ("9" * 5000),
    "a variable of 1e400": _WITH_ID % "1e400",
}
"""Whole bodies that are JSON, with a number that no type of Python or of GraphQL has room for."""
