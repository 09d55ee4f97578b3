"""Hostile submissions: none gets a point, harms a neighbour, or leaves anything behind.

Each is an app that is wrong in one line, with an attack around it: its honest equivalent gets
nothing. All of them are graded as one cohort, with honest submissions between them.
"""

import re
from collections.abc import Iterator

import pytest

from checks.tests.support.borders import needs_sandbox
from checks.tests.support.hostile.forged import FORGED
from checks.tests.support.hostile.odd_files import ODD_FILES
from checks.tests.support.hostile.protocol import PROTOCOL
from checks.tests.support.hostile.resources import RESOURCES
from checks.tests.support.hostile.service_use import SERVICES
from checks.tests.support.hostile.submission import RIGHT, WRONG, Hostile
from checks.tests.support.hostile_cohort import GradedCohort, grade, hand_in, hostile_course
from checks.tests.support.repository import ROOT

pytestmark = needs_sandbox
HOSTILE: dict[str, Hostile] = {**FORGED, **PROTOCOL, **RESOURCES, **SERVICES, **ODD_FILES}
NEIGHBOURS = 8
ODD_NAMES = ("=1+1", "-rf", "a\nb", "\x1b[2J", "\u202egnp", "x" * 200)
"""Names of folders: each holds an honest submission too."""
UNREADABLE = {"file of 8 GiB without bytes"}
"""Submissions that are not run: the row is empty and says why."""


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GradedCohort]:
    base = tmp_path_factory.mktemp("cohort")
    with hostile_course(base) as submissions:
        every = max(1, len(HOSTILE) // NEIGHBOURS)
        for number, (name, hostile) in enumerate(HOSTILE.items()):
            label = f"{number:03} {name}"
            hand_in(submissions / label, f"# {name}\n{WRONG}", hostile)
            if number % every == 0:
                hand_in(submissions / f"{number:03}-neighbour", f"# {number}\n{RIGHT}")
        for name in ODD_NAMES:
            hand_in(submissions / name, RIGHT)
        yield grade(base)


@pytest.mark.parametrize(("number", "name"), list(enumerate(HOSTILE)), ids=list(HOSTILE))
def test_a_hostile_submission_gets_no_point(cohort: GradedCohort, number: int, name: str) -> None:
    row = cohort.rows[f"{number:03} {name}"]

    if name in UNREADABLE:
        assert row["points"] is None
        assert row["look"] != []
    else:
        assert (row["points"], row["look"]) == (0, []), row["tasks"]


def test_honest_neighbours_keep_all_points(cohort: GradedCohort) -> None:
    neighbours = {
        name: (row["points"], row["look"], row["tasks"])
        for name, row in cohort.rows.items()
        if name.endswith("-neighbour")
    }

    assert len(neighbours) >= NEIGHBOURS
    assert {name: seen for name, seen in neighbours.items() if seen[0] != 1} == {}


def test_a_hostile_name_is_a_name(cohort: GradedCohort) -> None:
    honest = [row for name, row in cohort.rows.items() if not name[:3].isdecimal()]

    assert [row["points"] for row in honest] == [1] * len(ODD_NAMES)
    assert all(row["name"].isprintable() for row in honest)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_page_on_grading_says_how_many_there_are(lang: str) -> None:
    page = (ROOT / "docs" / lang / "grading.md").read_text(encoding="utf-8")

    assert re.search(rf"\b{len(HOSTILE)}\b", page)


class TestNothingIsLeft:
    def test_no_process(self, cohort: GradedCohort) -> None:
        assert cohort.after.processes - cohort.before.processes == set()

    def test_no_folder(self, cohort: GradedCohort) -> None:
        assert cohort.after.folders - cohort.before.folders == set()

    def test_no_database_role_object_or_lock(self, cohort: GradedCohort) -> None:
        assert cohort.after.in_the_server - cohort.before.in_the_server == set()
