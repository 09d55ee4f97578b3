"""What a failed comparison expected and what it got, cut to where the two differ.

Both are written as Python writes values, with `…` for what is left out, so they need no language.
"""

import reprlib
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import zip_longest
from typing import Any

MAX_CHARACTERS = 300
CONTEXT = 30  # characters of equal text on each side of a difference
MAX_DIFFERENCES = 3
BARE = ("", "True", "False")
"""Explanations that say no more than that the assertion failed."""
ABSENT = object()

_repr = reprlib.Repr()
_repr.maxlevel, _repr.maxdict, _repr.maxlist, _repr.maxtuple, _repr.maxset = 4, 8, 8, 8, 8
_repr.maxstring = _repr.maxother = _repr.maxlong = MAX_CHARACTERS
_repr.fillvalue = "…"

Pair = tuple[str, str]
OPERATORS: Mapping[str, Callable[[Any, Any], Pair]] = {
    "==": lambda left, right: _differing(left, right)[::-1],
    "is": lambda left, right: (shown(right), shown(left)),
    "!=": lambda left, right: (f"≠ {shown(right)}", shown(left)),
    "is not": lambda left, right: (f"≠ {shown(right)}", shown(left)),
    "in": lambda left, right: (f"{shown(left)} in …", shown(right)),
    "not in": lambda left, right: (f"{shown(left)} not in …", shown(right)),
    "<": lambda left, right: (f"< {shown(right)}", shown(left)),
    ">": lambda left, right: (f"> {shown(right)}", shown(left)),
    "<=": lambda left, right: (f"≤ {shown(right)}", shown(left)),
    ">=": lambda left, right: (f"≥ {shown(right)}", shown(left)),
}


def compared(operator: str, left: object, right: object) -> Pair:
    """The expected and the actual value of `left operator right`, as the tests write them."""
    pair = OPERATORS[operator](left, right) if operator in OPERATORS else ("", "")
    return _cut(pair[0]), _cut(pair[1])


def explained(message: str, comparison: tuple[str, Pair] | None) -> Pair:
    """The two values of the assertion with this message; "" for what is not known.

    `comparison` is the operator and the values of the last comparison that failed. It counts when
    the assertion is that comparison and no larger expression.
    """
    line = next((line for line in message.splitlines() if line.startswith("assert ")), "")
    explanation = line.removeprefix("assert ")
    if explanation.startswith("("):
        return "", ""
    value = explanation.removeprefix("not ")
    if comparison and f" {comparison[0]} " in explanation:
        return comparison[1] if value == explanation else ("", "")
    return "", "" if value in BARE else _cut(value)


def shown(value: object) -> str:
    """A value on one line, its inner parts cut."""
    return _cut(_repr.repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"


def _differing(left: Any, right: Any) -> Pair:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return _differing_mappings(left, right)
    if isinstance(left, AbstractSet) and isinstance(right, AbstractSet):
        return _of_set(left, right), _of_set(right, left)
    if isinstance(left, str) and isinstance(right, str):
        return _differing_texts(left, right)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return _differing_sequences(left, right)
    return shown(left), shown(right)


def _differing_mappings(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> Pair:
    keys = [key for key in {**left, **right} if left.get(key, ABSENT) != right.get(key, ABSENT)]
    rest = ["…"] if len(keys[:MAX_DIFFERENCES]) < len({**left, **right}) else []
    sides: tuple[list[str], list[str]] = ([], [])
    for key in keys[:MAX_DIFFERENCES]:
        values = left.get(key, ABSENT), right.get(key, ABSENT)
        both = _differing(*values) if ABSENT not in values else tuple(map(shown, values))
        for side, value, text in zip(sides, values, both, strict=True):
            side.extend([] if value is ABSENT else [f"{shown(key)}: {text}"])
    return f"{{{', '.join(sides[0] + rest)}}}", f"{{{', '.join(sides[1] + rest)}}}"


def _differing_sequences(left: Sequence[Any], right: Sequence[Any]) -> Pair:
    """The items that differ, each after its index; sequences of two lengths also tell those."""
    pairs = list(zip_longest(left, right, fillvalue=ABSENT))
    if len(pairs) <= MAX_DIFFERENCES and not any(
        _is_large(item) for pair in pairs for item in pair
    ):
        return shown(left), shown(right)
    differing = [(n, pair) for n, pair in enumerate(pairs) if pair[0] != pair[1]]
    sides: tuple[list[str], list[str]] = ([], [])
    for number, values in differing[:MAX_DIFFERENCES]:
        both = _differing(*values) if ABSENT not in values else tuple(map(shown, values))
        for side, value, text in zip(sides, values, both, strict=True):
            side.extend([] if value is ABSENT else [f"[{number}] {text}"])
    lengths = ("", "") if len(left) == len(right) else (f"{len(left)} × ", f"{len(right)} × ")
    texts = [", ".join([*side, "…"]) for side in sides]
    return f"{lengths[0]}[{texts[0]}]", f"{lengths[1]}[{texts[1]}]"


def _is_large(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple | AbstractSet)


def _of_set(own: AbstractSet[Any], other: AbstractSet[Any]) -> str:
    extra = sorted(map(shown, own - other))
    return f"{{{', '.join([*extra, *(['…'] if own & other else [])])}}}"


def _differing_texts(left: str, right: str) -> Pair:
    """Two texts around their first difference."""
    if len(left) + len(right) < MAX_CHARACTERS:
        return shown(left), shown(right)
    equal = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
                 min(len(left), len(right)))  # fmt: skip
    start = max(0, equal - CONTEXT)
    end = equal + MAX_CHARACTERS // 2
    before = "…" if start else ""
    return before + shown(left[start:end]), before + shown(right[start:end])
