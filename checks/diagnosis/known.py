"""What is known of a task's mistakes: signatures, look-alikes, and the cases without their patches.

They come from the catalogue; in a learners' copy, which has no patches, from one sealed file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checks.course.course import Text
from checks.course.sealed import seal, unseal
from checks.diagnosis.look_alikes import LookAlikes, look_alikes
from checks.diagnosis.signatures import Signature, load_signatures
from checks.results.catalogue import CATALOGUE, Case, cases

SEALED = "mistakes.sealed"


@dataclass(frozen=True)
class Known:
    """The mistakes of one task; `signatures` has the starter's, too."""

    signatures: Mapping[str, Signature]
    groups: tuple[LookAlikes, ...]
    cases: tuple[Case, ...]


def known_mistakes(task: str, folder: Path = CATALOGUE) -> Known:
    """What is known of a task. Raises CourseError for a catalogue that is off or damaged."""
    sealed = folder / SEALED
    if sealed.is_file():
        return _opened(_unsealed(sealed).get(task, {}), task)
    prefixes = (f"{task}/mistakes/", f"{task}/starter")
    recorded = load_signatures(folder / "signatures.json")
    signatures = {name: each for name, each in recorded.items() if name.startswith(prefixes)}
    groups = tuple(look_alikes(task, folder))
    return Known(signatures, groups, tuple(cases(task, "mistakes", folder)))


def sealed_mistakes(tasks: Iterable[str], folder: Path = CATALOGUE) -> bytes:
    """The sealed file for a learners' copy: no patch is in it."""
    return seal({task: _closed(known_mistakes(task, folder)) for task in tasks})


@cache
def _unsealed(path: Path) -> Mapping[str, Any]:  # Any: JSON
    document: Mapping[str, Any] = unseal(path)
    return document


def _closed(known: Known) -> dict[str, Any]:  # Any: JSON
    return {
        "signatures": {name: asdict(each) for name, each in known.signatures.items()},
        "groups": [
            {
                "mistakes": sorted(each.mistakes),
                "title": asdict(each.title),
                "hint": asdict(each.hint),
            }
            for each in known.groups
        ],
        "cases": [
            {"name": case.name, "title": asdict(case.title), "hint": asdict(case.hint)}
            for case in known.cases
        ],
    }


def _opened(document: Mapping[str, Any], task: str) -> Known:  # Any: JSON
    signatures = document.get("signatures", {})
    return Known(
        {name: Signature(**fields) for name, fields in signatures.items()},
        tuple(
            LookAlikes(frozenset(each["mistakes"]), Text(**each["title"]), Text(**each["hint"]))
            for each in document.get("groups", ())
        ),
        tuple(
            Case(task, "mistakes", each["name"], Text(**each["title"]), Text(**each["hint"]), "")
            for each in document.get("cases", ())
        ),
    )
