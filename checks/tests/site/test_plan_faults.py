"""The pages of the plan's faults: each task, mistakes as code with a test and the fix."""

import re
from functools import cache
from pathlib import Path

import pytest

from checks.course.course import Task, find_root, load_course
from checks.results.catalogue import KINDS, cases
from checks.site import fault_words
from checks.site.measurements import read_output
from checks.site.nav import as_yaml, navigation
from checks.site.plan_faults import PATH, day_path, plan_faults_pages
from checks.site.shown_mistakes import read_shown

ROOT = find_root(Path(__file__))
COURSE = load_course(ROOT, tree="solutions")
SHOWN = read_shown(COURSE)
ROW = re.compile(r"^    \| (?P<title>.+) \| `(?P<test>[^`]*)` \|$", re.MULTILINE)
FAILS = re.compile(r"^`(?P<test>\w+)[^`]*` fails:\n\n``` text\n(?P<says>.+)", re.MULTILINE)


@pytest.fixture(scope="module", params=["en", "ru"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@cache
def pages_in(lang: str) -> dict[str, str]:
    return plan_faults_pages(COURSE, "solutions", lang)


@pytest.fixture
def pages(lang: str) -> dict[str, str]:
    return pages_in(lang)


def section(pages: dict[str, str], task: Task) -> str:
    """What a day's page says of a task."""
    tasks = COURSE.task_day(task).tasks
    return pages[day_path(COURSE.task_day(task))].split("\n## ")[1 + tasks.index(task)]


def test_every_day_has_a_page_that_the_overview_and_the_navigation_lead_to(
    pages: dict[str, str], lang: str
) -> None:
    nav = as_yaml(navigation(COURSE, [], [], {}, lang))

    assert len(pages) == 1 + len(COURSE.days)
    for day in COURSE.days:
        assert f"]({day_path(day)})" in pages[PATH]
        assert f'"{day_path(day)}"' in nav


def test_every_task_and_every_mistake_is_there(pages: dict[str, str]) -> None:
    mistakes = [case for task in COURSE.tasks for case in cases(task.id, KINDS[0])]

    assert sum(len(ROW.findall(page)) for page in pages.values()) == len(mistakes)
    assert str(len(mistakes)) in pages[PATH]
    for task in COURSE.tasks:
        assert section(pages, task).startswith(f"{task.id} [")
        assert f"({task.key}.md)" in section(pages, task)


def test_beside_each_mistake_stands_a_test_of_its_task(pages: dict[str, str]) -> None:
    for task in COURSE.tasks:
        folder = ROOT / "solutions" / COURSE.task_day(task).folder
        text = (folder / task.test).read_text()
        for match in ROW.finditer(section(pages, task)):
            name = match["test"].partition("[")[0]
            assert f"def {name}(" in text, f"{task.id}: {match['title']}"


def test_each_mistake_that_is_shown_has_its_code_and_the_fix(
    pages: dict[str, str], lang: str
) -> None:
    for task in COURSE.tasks:
        text = section(pages, task)
        for case in SHOWN[task.id].shown:
            shown = text.partition(f"**{case.title.in_(lang)}.**")[2]
            code, fix, rest = shown.partition(f'??? success "{fault_words.FIX.in_(lang)}"')
            assert 'title="' in code, case.id
            assert fix, case.id
            assert ".diff" in rest, case.id


def test_each_mistake_that_is_shown_has_the_words_of_a_failing_test_of_its_task() -> None:
    english = pages_in("en")

    for task in COURSE.tasks:
        folder = ROOT / "solutions" / COURSE.task_day(task).folder
        tests = (folder / task.test).read_text()
        failures = FAILS.findall(section(english, task))
        assert len(failures) == len(SHOWN[task.id].shown), task.id
        for name, says in failures:
            assert f"def {name}(" in tests, f"{task.id}: {name}"
            assert says.strip(), f"{task.id}: {name}"


def test_what_was_measured_is_what_the_measurement_printed(pages: dict[str, str]) -> None:
    for task in COURSE.tasks:
        for name in SHOWN[task.id].measured:
            assert read_output(ROOT, task.day)[name] in section(pages, task), task.id
