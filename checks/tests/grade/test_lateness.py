"""Late work: days as a fact, points as a policy; both stand beside the raw points."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade.changes import changes
from checks.grade.cohort import Row
from checks.grade.gradebook import as_csv, build_gradebook
from checks.grade.journal import Journal
from checks.grade.lateness import Lateness, as_number, read_due, read_policy
from checks.grade.person import Person
from checks.grade.row_facts import LateFacts, late_facts, late_reasons
from checks.grade.submission_files import Submission
from checks.tests.grade.cohorts import DAY

DUE = datetime(2026, 3, 1, 18, tzinfo=UTC)
LATE = Lateness(DUE, read_policy("10%/day,0-after-3"))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", "2026-03-01T23:59:59+00:00"),
        ("2026-03-01T18:00", "2026-03-01T18:00:00+00:00"),
        ("2026-03-01 18:00:30Z", "2026-03-01T18:00:30+00:00"),
        ("2026-03-01T18:00+03:00", "2026-03-01T18:00:00+03:00"),
        ("2026-03-01 18:00 Europe/Moscow", "2026-03-01T18:00:00+03:00"),
        ("2026-07-01 Europe/Berlin", "2026-07-01T23:59:59+02:00"),
    ],
)
def test_a_due_date_has_its_zone(text: str, moment: str) -> None:
    assert read_due(text).isoformat() == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-02-30",
        "2026-03-01 25:00",
        "2026-03-01 18:00 Mars",
        "1.3.2026",
        "2026-03-01 ../../etc/passwd",
        "2026-03-01 18:00+99:00",
    ],
)
def test_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CourseError, match="is no date; write 2026-03-01"):
        read_due(text)


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(days=-9), 0),
        (timedelta(0), 0),
        (timedelta(seconds=1), 1),
        (timedelta(days=1), 1),
        (timedelta(days=1, seconds=1), 2),
    ],
)
def test_a_begun_day_is_a_day(after: timedelta, days: int) -> None:
    assert LATE.days_late(DUE + after) == days


def test_a_local_time_is_one_of_the_due_date_s_zone() -> None:
    late = Lateness(DUE.astimezone(timezone(timedelta(hours=3))))

    assert late.days_late(datetime(2026, 3, 1, 21)) == 0  # noqa: DTZ001 - an archive's local time
    assert late.days_late(datetime(2026, 3, 1, 21, 1)) == 1  # noqa: DTZ001


@pytest.mark.parametrize(
    ("policy", "days", "penalty"),
    [
        ("", 9, 0),
        ("2/day", 0, 0),
        ("2/day", 3, 6),
        ("2/day", 30, 40),
        ("10%/day", 2, 10),
        ("7.5%/day", 1, 3.75),
        ("0-after-3", 3, 0),
        ("0-after-3", 4, 40),
        ("10%/day,0-after-3", 3, 15),
        ("10%/day, 0-after-3", 4, 40),
    ],
)
def test_a_policy_takes_off_what_it_says(policy: str, days: int, penalty: float) -> None:
    assert as_number(read_policy(policy).penalty(40, 50, days)) == penalty


@pytest.mark.parametrize("text", ["10", "10%", "-1/day", "x/day", "0-after", "10%/week", "nan/day"])
def test_a_rule_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CourseError, match="is no rule; write 2/day"):
        read_policy(text)


def row(person: Person | None = None, modified: datetime | None = None) -> Row:
    submission = Submission("ann", Path("ann.zip"), person=person or Person())
    return Row(submission, {}, modified=modified)


class TestFacts:
    def test_the_lms_s_time_is_worth_more_than_the_archive_s(self) -> None:
        lms = Person(submitted_at=DUE + timedelta(days=2), time_from="lms")

        facts = late_facts(row(lms, modified=DUE), LATE, 4, 10)

        assert facts == LateFacts("2026-03-03T18:00:00+00:00", "lms", 2, 2, 2)

    def test_an_archive_s_time_is_named_as_such(self) -> None:
        facts = late_facts(row(modified=datetime(2026, 3, 1, 19)), LATE, 4, 10)  # noqa: DTZ001

        assert facts == LateFacts("2026-03-01T19:00:00+00:00", "archive", 1, 1, 3)

    def test_what_is_not_known_costs_nothing_and_stays_unknown(self) -> None:
        assert late_facts(row(), LATE, 4, 10) == LateFacts(None, None, None, 0, 4)

    def test_points_that_are_not_known_stay_unknown(self) -> None:
        assert late_facts(row(modified=DUE), LATE, None, 10).adjusted is None

    def test_a_mark_without_a_time_is_for_a_person(self) -> None:
        marked = row(Person(is_late=True))

        assert list(late_reasons(marked, LATE, late_facts(marked, LATE, 4, 10)))
        assert not list(late_reasons(row(), LATE, late_facts(row(), LATE, 4, 10)))


def test_raw_and_adjusted_points_stand_side_by_side(tmp_path: Path) -> None:
    late = row(Person(submitted_at=DUE + timedelta(days=1), time_from="roster"))

    book = build_gradebook([DAY], [late], Journal(tmp_path), contained=True, lateness=LATE)

    assert (book["due"], book["late_policy"]) == ("2026-03-01T18:00:00+00:00", "10%/day,0-after-3")
    assert (
        as_csv(book).splitlines()[0].startswith("name,points,max,adjusted,submitted_at,days_late")
    )
    assert ",2026-03-02T18:00:00+00:00,1," in as_csv(book)


def test_another_policy_is_a_change_that_a_regrade_tells(tmp_path: Path) -> None:
    ann = {"name": "ann", "points": 4, "tasks": {}, "cells": {}}
    before, after = ({"rows": [{**ann, "adjusted": adjusted}]} for adjusted in (4, 2))

    (change,) = changes(before, after)

    assert change.loses
    assert change.sentence == "ann: 4 points → 2 points (late): it is late otherwise than before"
