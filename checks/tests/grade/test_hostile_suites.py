"""Hostile suites: without an assertion about the app, none earns what tests earn by catching."""

import pytest

from checks.tests.support.borders import needs_sandbox
from checks.tests.support.hostile.suites import DAY_FILES, HONEST, SUITES, WITHOUT_ASSERTION
from checks.tests.support.hostile_cohort import DAY, GradedCohort, grade
from checks.tests.support.workbook import write

pytestmark = needs_sandbox
HONEST_SUITES = {
    "honest": ({"tests/test_double.py": HONEST}, 1),
    "honest, without an assertion": ({"tests/test_double.py": WITHOUT_ASSERTION}, 0),
}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> GradedCohort:
    base = tmp_path_factory.mktemp("suites")
    write(base / "course" / "days" / DAY, DAY_FILES)
    honest = {name: files for name, (files, _) in HONEST_SUITES.items()}
    for name, files in (SUITES | honest).items():
        write(base / "submissions" / name / "days" / DAY, files)
    return grade(base)


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_that_asserts_nothing_earns_nothing(cohort: GradedCohort, name: str) -> None:
    row = cohort.rows[name]

    assert (row["points"], row["look"]) == (0, []), row["tasks"]


@pytest.mark.parametrize(("name", "points"), [(n, p) for n, (_, p) in HONEST_SUITES.items()])
def test_an_honest_suite_earns_what_it_catches(
    cohort: GradedCohort, name: str, points: int
) -> None:
    row = cohort.rows[name]

    assert (row["points"], row["look"]) == (points, []), row["tasks"]


def test_nothing_is_left(cohort: GradedCohort) -> None:
    assert cohort.after.processes - cohort.before.processes == set()
    assert cohort.after.folders - cohort.before.folders == set()
    assert cohort.after.in_the_server - cohort.before.in_the_server == set()
