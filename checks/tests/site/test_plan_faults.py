"""The page of the plan's faults: each task, and each known mistake with a test that fails on it."""

import re
from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.results.catalogue import KINDS, cases
from checks.site.plan_faults import plan_faults_page

ROOT = Path(__file__).parents[3]
COURSE = load_course(ROOT, tree="solutions")
ROW = re.compile(r"^    \| (?P<title>.+) \| `(?P<test>[^`]*)` \|$", re.MULTILINE)


@pytest.fixture(scope="module", params=["en", "ru"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_task_and_every_mistake_is_there(lang: str) -> None:
    page = plan_faults_page(COURSE, "solutions", lang)

    mistakes = [case for task in COURSE.tasks for case in cases(task.id, KINDS[0])]
    assert page.count("\n### ") == len(COURSE.tasks)
    assert len(ROW.findall(page)) == len(mistakes)
    assert str(len(mistakes)) in page.split("\n## ")[0]


def test_beside_each_mistake_stands_a_test_of_its_task(lang: str) -> None:
    page = plan_faults_page(COURSE, "solutions", lang)

    for task, section in zip(COURSE.tasks, page.split("\n### ")[1:], strict=True):
        folder = ROOT / "solutions" / COURSE.task_day(task).folder
        text = (folder / task.test).read_text()
        for match in ROW.finditer(section):
            name = match["test"].partition("[")[0]
            assert f"def {name}(" in text, f"{task.id}: {match['title']}"
