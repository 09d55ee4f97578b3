"""What the front page says of the hours is the sum of the tasks' minutes."""

import re

import pytest

from checks.course.course import load_course
from checks.tests.support.repository import ROOT

COURSE = load_course(ROOT, tree="solutions")
FURTHER = ("3.5", *(f"7.{number}" for number in range(7, 13)))


@pytest.mark.parametrize(("lang", "point"), [("en", "."), ("ru", ",")])
def test_the_front_page_tells_the_hours_of_the_core_and_of_what_is_further(
    lang: str, point: str
) -> None:
    page = (ROOT / "docs" / lang / "index.md").read_text(encoding="utf-8")
    further = [task for task in COURSE.required if task.id in FURTHER]
    core = [task for task in COURSE.required if task.id not in FURTHER]

    rows = re.findall(r"^\| [^|]+ \| (\d+): [^|]+ \| ([\d.,]+) \|", page, re.MULTILINE)

    assert rows == [
        (str(len(tasks)), f"{sum(task.minutes for task in tasks) / 60:g}".replace(".", point))
        for tasks in (core, further)
    ]
    total = f"{sum(task.minutes for task in COURSE.required) / 60:g}".replace(".", point)
    assert total in page
