"""The version of the course: whatever decides a verdict and is not the submission's own.

A worker takes cells of its own version only: the queue has it in its name. So whoever has another
one never holds a cell up, and never grades it by other tests.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from checks.grade.key import KeyContext

WORDS = {
    "checker": "the checker",
    "lock": "the libraries",
    "policy": "Python, the sandbox or its limits",
}


def version_of(context: KeyContext) -> str:
    """16 hexadecimal digits; `context` is the one of the default CPU time."""
    document = json.dumps(asdict(context), sort_keys=True)
    return hashlib.sha256(document.encode()).hexdigest()[:16]


def parts_of(context: KeyContext) -> dict[str, Any]:
    """The hashes, for another machine to compare with its own."""
    tests = {str(number): digest for number, digest in context.tests.items()}
    return {**asdict(context), "tests": tests}


def differences(own: KeyContext, other: Mapping[str, Any]) -> tuple[str, ...]:
    """What another machine's `parts_of` has otherwise, in words."""
    return tuple(_differences(parts_of(own), other))


def _differences(own: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for part, words in WORDS.items():
        if own[part] != other.get(part):
            yield words
    theirs = other.get("tests")
    theirs = theirs if isinstance(theirs, Mapping) else {}
    for number in sorted(own["tests"].keys() | theirs.keys(), key=str):
        if own["tests"].get(number) != theirs.get(number):
            yield f"the tests of day {str(number)[:3]}"
