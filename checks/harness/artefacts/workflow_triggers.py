"""When a GitHub workflow starts: its events and their filters."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from checks.harness.app.pattern_time import PatternTooSlow, within_limit
from checks.harness.artefacts.expressions import mapping

# A pull request is opened, gets new commits, is opened again. GitHub's default is these three.
CHANGES = {"opened", "synchronize", "reopened"}
PATTERNS = "the patterns of a filter of branches are matched in a moment"
# A filter's branch names that stand for all: with slashes, with digits, of any length.
BRANCHES = ("main", "develop", "release/1.2", "feature/a/b", "x")


def events(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The events that start the workflow, each with its filters."""
    on = definition["on"]
    if isinstance(on, str):
        return {on: {}}
    return (
        {key: {} for key in on} if isinstance(on, list) else {k: mapping(v) for k, v in on.items()}
    )


def starts_for_each_pull_request(on: Mapping[str, Any]) -> bool:
    """Whether each change of a pull request to each branch starts it."""
    filters = on.get("pull_request")
    if filters is None:
        return False
    kinds = filters.get("types")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return (kinds is None or set(kinds) >= CHANGES) and all(
        _passes(filters, branch) for branch in BRANCHES
    )


def starts_for_push(on: Mapping[str, Any], branch: str) -> bool:
    """Whether a push to the branch starts it."""
    filters = on.get("push")
    if filters is None:
        return False
    only_tags = {"tags", "tags-ignore"} & set(filters)
    names_branches = {"branches", "branches-ignore"} & set(filters)
    return bool(names_branches or not only_tags) and _passes(filters, branch)


def _passes(filters: Mapping[str, Any], branch: str) -> bool:
    """Whether `branches` and `branches-ignore` let the branch through."""
    if "branches" in filters:
        return _matches(_list(filters["branches"]), branch)
    return not _matches(_list(filters.get("branches-ignore")), branch)


def _matches(patterns: Iterable[object], branch: str) -> bool:
    """Whether the last pattern that fits lets the branch in: `!` puts it out again.

    Patterns that take too long fail the test.
    """
    words = list(map(str, patterns))
    try:
        return within_limit(lambda: _lets_in(words, branch))
    except PatternTooSlow as error:
        first = max(words, key=len)[:40]
        raise AssertionError(f"{PATTERNS} ({first}…): {error}") from None


def _lets_in(patterns: Iterable[str], branch: str) -> bool:
    matched = False
    for pattern in patterns:
        if re.fullmatch(_regular_expression(pattern.removeprefix("!")), branch):
            matched = not pattern.startswith("!")
    return matched


def _regular_expression(pattern: str) -> str:
    """GitHub's filter pattern: `*` stays within a `/`, `**` does not; `?`, `+`, `[…]` as usual.

    Stars in a row are one: two of them try every way to share a name between them.
    """
    translated = {"*": "[^/]*", "?": "?", "+": "+"}
    parts = re.split(r"(\*+|\?|\+|\[[^]]*\])", pattern)
    words = [
        translated.get(part) or _set(part) or (".*" if part[:1] == "*" else re.escape(part))
        for part in parts
    ]
    try:
        return re.compile("".join(words)).pattern
    except (re.error, OverflowError, RecursionError):  # no pattern of GitHub's either
        return re.escape(pattern)


def _set(part: str) -> str:
    """`[a-z]`, without the operators on sets that Python's `re` warns of; "" for another part."""
    return "[" + re.sub(r"[\\\[&~|]|-(?=-)", r"\\\g<0>", part[1:]) if part[:1] == "[" else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
