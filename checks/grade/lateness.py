"""Late work: the due date, the days late as a fact, and the policy that takes points off.

Days late are begun days of 24 hours after the due date. A percentage is of the points that can be
earned, as in Canvas' late policy. The raw points stay as they are; the adjusted ones stand beside.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from checks.errors import CourseError

POLICY_HELP = "2/day, 10%/day, 0-after-3, or two of them: 10%/day,0-after-3"
_PER_DAY = re.compile(r"(\d+(?:\.\d+)?)(%?)/day")
_AFTER = re.compile(r"0-after-(\d+)")
_DUE = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(?:\s*(Z|[+-]\d\d:\d\d)| (\S+))?"
)
Number = int | float


@dataclass(frozen=True)
class LatePolicy:
    """Points (or per cent of the maximum) off for each day; none at all after `none_after` days."""

    text: str = ""
    per_day: Fraction = Fraction(0)
    is_percent: bool = False
    none_after: int | None = None

    def penalty(self, points: int, maximum: int, days: int) -> Fraction:
        """The points to take off, never more than there are."""
        if self.none_after is not None and days > self.none_after:
            return Fraction(points)
        each = self.per_day * maximum / 100 if self.is_percent else self.per_day
        return min(each * days, Fraction(points))


@dataclass(frozen=True)
class Lateness:
    """What counts as late in a cohort; without a due date nothing does."""

    due: datetime | None = None
    policy: LatePolicy = LatePolicy()

    def in_zone(self, moment: datetime) -> datetime:
        """The moment with its zone: a local time of nobody knows where is one of the due date's."""
        zone: tzinfo = (self.due.tzinfo if self.due else None) or UTC
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)

    def days_late(self, moment: datetime | None) -> int | None:
        """The begun days after the due date; None where one of the two is not known."""
        if self.due is None or moment is None:
            return None
        return max(0, -((self.due - self.in_zone(moment)) // timedelta(days=1)))


def as_number(value: Fraction) -> Number:
    """A whole number where it is one, else two decimals."""
    return int(value) if value.denominator == 1 else round(float(value), 2)


def read_policy(text: str) -> LatePolicy:
    """The policy of an option. Raises CourseError for one that has another form."""
    policy = LatePolicy(text)
    per_day, is_percent, none_after = policy.per_day, False, None
    for part in filter(None, text.replace(" ", "").split(",")):
        if match := _PER_DAY.fullmatch(part):
            per_day, is_percent = Fraction(match[1]), bool(match[2])
        elif match := _AFTER.fullmatch(part):
            none_after = int(match[1])
        else:
            raise CourseError(f"--late-policy {text}: {part!r} is no rule; write {POLICY_HELP}")
    return LatePolicy(text, per_day, is_percent, none_after)


def read_due(text: str) -> datetime:
    """The due date of an option: ISO 8601, with an offset or the name of a zone, else UTC.

    A date alone ends with its day. Raises CourseError for anything else.
    """
    if match := _DUE.fullmatch(text.strip()):
        day, clock, offset, name = match.groups()
        # an unknown zone, a day that no month has, or a zone's name that is a path
        with suppress(ValueError, ZoneInfoNotFoundError, OSError):
            moment = time.fromisoformat(clock) if clock else time(23, 59, 59)
            return datetime.combine(date.fromisoformat(day), moment, _zone(offset, name))
    example = "write 2026-03-01, 2026-03-01T18:00+03:00 or '2026-03-01 18:00 Europe/Moscow'"
    raise CourseError(f"--due {text!r} is no date; {example}")


def _zone(offset: str | None, name: str | None) -> tzinfo:
    if name:
        return ZoneInfo(name)
    if not offset or offset == "Z":
        return UTC
    zone = datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo
    return zone or UTC
