"""What a run of Schemathesis found, read from its NDJSON report, and which of it is accepted.

The report holds every failed check of every request. Schemathesis' own list of failures shows only
the first of those that look alike, and an accepted one could hide another.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.bench.accepted_list import read_accepted

ACCEPTED = Path(__file__).with_name("schemathesis_accepted.toml")
# Pydantic's own words before the sentence of a validator.
PREFIX = "Value error, "


@dataclass(frozen=True)
class Finding:
    """One failed check: of which operation, and what the app answered."""

    operation: str
    check: str
    status: int | None
    reasons: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        said = "; ".join(self.reasons) or self.message.partition("\n")[0]
        return f"{self.operation}: {self.check}: {self.status or 'no answer'}: {said}"


@dataclass(frozen=True)
class Accepted:
    """A check that may fail where the app's refusal consists of such reasons only; and why."""

    check: str
    refusal: str
    reason: str


def accepted_findings(path: Path = ACCEPTED) -> tuple[Accepted, ...]:
    """The list. CourseError for an entry that lacks its reason."""
    return tuple(Accepted(**entry) for entry in read_accepted(path))


def entry_for(finding: Finding, entries: Iterable[Accepted]) -> Accepted | None:
    """The first entry that accepts the finding; each reason of its answer has to be on the list."""
    of_check = {each.refusal: each for each in entries if each.check == finding.check}
    if not finding.reasons or not set(finding.reasons) <= of_check.keys():
        return None
    return of_check[finding.reasons[0]]


def findings(lines: Iterable[str]) -> Iterator[Finding]:
    """Every failed check of the report, and every error of the run itself."""
    for line in lines:
        for kind, event in json.loads(line).items():
            if kind == "ScenarioFinished":
                yield from _of_scenario(event["recorder"])
            elif kind in {"NonFatalError", "FatalError"}:
                label = str(event.get("label") or "the run")
                yield Finding(label, kind, None, (), json.dumps(event)[:500])


def _of_scenario(recorder: dict[str, Any]) -> Iterator[Finding]:
    for case, checks in recorder.get("checks", {}).items():
        response = recorder["interactions"].get(case, {}).get("response") or {}
        for check in checks:
            if check["status"] != "success":
                failure = check["failure_info"]["failure"]
                yield Finding(
                    failure["operation"],
                    check["name"],
                    response.get("status_code"),
                    _reasons((response.get("content") or {}).get("$base64", "")),
                    failure["message"],
                )


def _reasons(content: str) -> tuple[str, ...]:
    """The sentences of a refusal: `detail`, or the `msg` of each of its entries."""
    try:
        detail = json.loads(base64.b64decode(content)).get("detail", "")
    except (ValueError, AttributeError):
        return ()
    entries = detail if isinstance(detail, list) else [{"msg": detail}]
    return tuple(str(entry.get("msg", "")).removeprefix(PREFIX) for entry in entries)
