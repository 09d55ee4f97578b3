"""One recorded failure in other words: what differs when the same mistake is written otherwise."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from checks.diagnosis.signatures import Signature

OTHER_PARAMETER = "another"
BESIDE = "TestBeside::test_something_else"


def as_recorded(known: Signature) -> Iterator[Signature]:
    yield known


def other_numbers(known: Signature) -> Iterator[Signature]:
    """Other ids, counts and times in the words; the status of the answer is another field."""
    if (says := re.sub(r"\d+", lambda number: str(int(number[0]) + 7), known.says)) != known.says:
        yield replace(known, says=says)


def other_parameters(known: Signature) -> Iterator[Signature]:
    """The same promise fails with another method, list or value of its table."""
    brackets = known.shown.partition("[")[2].removesuffix("]")
    says = known.says
    for part in sorted(brackets.split("-"), key=len, reverse=True):
        if len(part) > 1:
            says = says.replace(part, OTHER_PARAMETER)
    if says != known.says:
        tests = {name.replace(brackets, OTHER_PARAMETER): how for name, how in known.tests.items()}
        yield replace(known, tests=tests, says=says)


def shown_alone(known: Signature) -> Iterator[Signature]:
    """Of several failures the first one only."""
    if len(known.judged) > 1:
        yield replace(known, tests={known.shown: known.judged[known.shown]})


def without_the_last(known: Signature) -> Iterator[Signature]:
    """All failures but the last one."""
    if len(known.judged) > 1:
        yield replace(known, tests=dict(list(known.judged.items())[:-1]))


def one_more(known: Signature) -> Iterator[Signature]:
    """One promise more is broken, by whatever else is wrong."""
    yield replace(known, tests={**known.tests, BESIDE: "fail 200"})


VARIANTS: Mapping[str, Callable[[Signature], Iterator[Signature]]] = {
    "as recorded": as_recorded,
    "other numbers": other_numbers,
    "other parameters": other_parameters,
    "the shown test alone": shown_alone,
    "all but the last test": without_the_last,
    "one more failure": one_more,
}
