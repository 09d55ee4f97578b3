"""The promise that a test proves: the sentence with the same number in its statement."""

import re
import shutil
from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.course.promises import promises_in
from checks.tests.support.repository import ROOT

FOLDER = Path("days/day2-database")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / FOLDER / "exercises", tmp_path / FOLDER / "exercises")
    shutil.copyfile(ROOT / FOLDER / "day.toml", tmp_path / FOLDER / "day.toml")
    return tmp_path


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "2. `configure_mappers()` finds each property that a relationship names."),
        ("ru", "2. `configure_mappers()` находит каждое свойство, которое названо в связях."),
    ],
)
def test_a_test_proves_the_sentence_of_its_place(workbook: Path, lang: str, sentence: str) -> None:
    promise_of = promises_in(load_course(workbook), lang)

    assert promise_of("2.1", "TestX::test_both_sides_of_each_relationship_exist[a]") == sentence


def test_without_the_statement_or_the_test_there_is_no_promise(workbook: Path) -> None:
    next((workbook / FOLDER / "exercises").glob("2.1-*.ru.md")).unlink()
    promise_of = promises_in(load_course(workbook), "ru")

    assert promise_of("2.1", "TestX::test_both_sides_of_each_relationship_exist") == ""
    assert promise_of("2.2", "TestX::test_nobody_has_written") == ""
    assert promise_of("9.9", "TestX::test_y") == ""


def test_where_tests_and_sentences_are_not_as_many_there_is_no_promise(workbook: Path) -> None:
    with next((workbook / FOLDER / "exercises").glob("test_2_1_*.py")).open("a") as file:
        file.write("\n\ndef test_one_more(): ...\n")
    promise_of = promises_in(load_course(workbook), "en")

    assert promise_of("2.1", "TestX::test_both_sides_of_each_relationship_exist") == ""


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_test_of_the_workbook_proves_a_sentence(lang: str) -> None:
    course = load_course(ROOT)
    promise_of = promises_in(course, lang)
    silent = {
        f"{task.id} {name}"
        for day in course.days
        for task in day.tasks
        for name in re.findall(
            r"^ *def (test_\w+)", (ROOT / "days" / day.folder / task.test).read_text(), re.MULTILINE
        )
        if not promise_of(task.id, f"::{name}")
    }

    assert silent == set()
