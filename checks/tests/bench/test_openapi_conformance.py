"""`make schemathesis`: a run that has failed and names no failure is no result."""

import pytest

from checks.bench.openapi_conformance import check_explained
from checks.errors import CourseError

OUTPUT = "Test cases: 3 generated\nERROR: the report could not be written\n"


def test_a_failed_run_without_a_finding_is_told_with_its_last_lines() -> None:
    with pytest.raises(CourseError, match=r"ended with 1.*(?s:.*)ERROR: the report could not be"):
        check_explained(1, has_findings=False, output=OUTPUT)


@pytest.mark.parametrize(("status", "has_findings"), [(0, False), (1, True)])
def test_a_run_that_found_what_it_says_is_a_result(status: int, has_findings: bool) -> None:
    check_explained(status, has_findings=has_findings, output=OUTPUT)
