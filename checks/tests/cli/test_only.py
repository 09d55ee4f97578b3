"""`checks run --only`: a name that no test has is answered with the command that lists the names."""

from pathlib import Path

import pytest

from checks.cli.run import _without_unnamed
from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.messages.errors_ru import translate_error
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.results.records import COLLECTION

COURSE = load_course(find_root(Path(__file__)), "solutions")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_name_that_no_test_has_names_the_command_that_lists_them(lang: str) -> None:
    nothing = TestResult("1.2", COLLECTION, Verdict.INFRA_ERROR)
    results = Results("day1", False, (TaskResult("1.2", "key", "", 1, (nothing,)),))

    with pytest.raises(CourseError) as error:
        _without_unnamed(results, COURSE.days[0], "1.2", "nosuch")

    said = translate_error(str(error.value), lang)
    assert "`pytest days/day1-architecture --collect-only -q`" in said
    assert ("lists them" in said) is (lang == "en")
