"""What `redocly lint` says of a document, from its JSON report, and which of it is accepted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from checks.bench.accepted_list import read_accepted

ACCEPTED = Path(__file__).with_name("redocly_accepted.toml")


@dataclass(frozen=True)
class Problem:
    """One sentence of a rule. `place` is a JSON pointer into the document."""

    rule: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.place}: {self.message}"


@dataclass(frozen=True)
class Accepted:
    """A rule that may be broken in the places that fit the pattern; and why."""

    rule: str
    place: str
    reason: str

    def accepts(self, problem: Problem) -> bool:
        """Whether the rule is this one, and the place one of these."""
        return problem.rule == self.rule and fnmatchcase(problem.place, self.place)


def accepted_problems(path: Path = ACCEPTED) -> tuple[Accepted, ...]:
    """The list. CourseError for an entry that lacks its reason."""
    return tuple(Accepted(**entry) for entry in read_accepted(path))


def problems(report: str) -> list[Problem]:
    """The problems of a report. ValueError, KeyError or TypeError where the text is none."""
    found = json.loads(report)["problems"]
    return [Problem(each["ruleId"], _place(each), each["message"]) for each in found]


def _place(problem: dict[str, Any]) -> str:
    """Where it is; "" for what concerns no place, such as a file that cannot be read."""
    locations = problem.get("location") or [{}]
    return str(locations[0].get("pointer") or "")


def unused(entries: Iterable[Accepted], found: Iterable[Problem]) -> list[Accepted]:
    """The entries that accept nothing of what was found."""
    seen = list(found)
    return [entry for entry in entries if not any(map(entry.accepts, seen))]
