"""What a gradebook's row says beside the points: the person, when it was handed in, how late."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checks.grade.cohort import Row
from checks.grade.lateness import Lateness, Number, as_number
from checks.grade.person import Person

PERSON_FIELDS = ("email", "id", "number", "login", "participant", "group")


@dataclass(frozen=True)
class LateFacts:
    """When it was handed in, and what that costs.

    `submitted_at` is ISO 8601 and None where nobody says it; `submitted_at_from` says who does:
    "roster", "lms" or "archive". `adjusted` are the points less the `penalty`; None: not known.
    """

    submitted_at: str | None
    submitted_at_from: str | None
    days_late: int | None
    penalty: Number
    adjusted: Number | None


def person_facts(person: Person) -> Mapping[str, str]:
    """What is known of a person, without the name, which is the row's."""
    return {field: getattr(person, field) for field in PERSON_FIELDS}


def late_facts(row: Row, lateness: Lateness, points: int | None, maximum: int) -> LateFacts:
    """The facts of one row; without a time nothing is taken off."""
    person = row.submission.person
    moment, source = person.submitted_at, person.time_from or None
    if moment is None and row.modified is not None:
        moment, source = row.modified, "archive"
    if moment is not None and lateness.due is not None:
        moment = lateness.in_zone(moment)
    days = lateness.days_late(moment)
    if points is None:
        return LateFacts(moment.isoformat() if moment else None, source, days, 0, None)
    penalty = lateness.policy.penalty(points, maximum, days or 0)
    text = moment.isoformat() if moment else None
    return LateFacts(text, source, days, as_number(penalty), as_number(points - penalty))


def late_reasons(row: Row, lateness: Lateness, facts: LateFacts) -> Iterator[str]:
    """Why a person has to decide about a late row: the LMS marks it, and says no time."""
    if row.submission.person.is_late and lateness.policy.text and facts.days_late is None:
        yield "the LMS marks it as late and says no time; give submitted_at in the roster"
