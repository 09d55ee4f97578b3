"""What holds of every exercise: its imports, the names of its classes, references in statements."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.tests.support.repository import ROOT

EXERCISES = sorted(ROOT.glob("solutions/*/exercises/*.py"))
QUESTION_WORDS = ("TestWho", "TestWhich", "TestWhat")


def collected_imports(source: str) -> Iterator[str]:
    """The names that a file imports from checks, and that pytest would collect as its tests."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "checks":
            names = (alias.asname or alias.name for alias in node.names)
            yield from (name for name in names if name.lower().startswith("test"))


def question_classes(source: str) -> list[str]:
    """The test classes that are named by a question instead of a noun."""
    classes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))
    return [each.name for each in classes if each.name.startswith(QUESTION_WORDS)]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("from checks.harness.suites.assertions import test_ids", ["test_ids"]),
        ("from checks.harness.suites.assertions import read_test_ids as test_ids", ["test_ids"]),
        ("from checks.harness.suites import TestIds", ["TestIds"]),
        ("from checks.harness.suites.assertions import read_test_ids", []),
        ("from starlette import testclient", []),
    ],
)
def test_an_import_that_pytest_would_collect_is_recognised(source: str, names: list[str]) -> None:
    assert list(collected_imports(source)) == names


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_no_import_of_an_exercise_is_collected(path: Path) -> None:
    assert list(collected_imports(path.read_text(encoding="utf-8"))) == []


def test_a_class_that_is_named_by_a_question_is_recognised() -> None:
    assert question_classes("class TestWhoMayNot: ...\nclass TestAccess: ...") == ["TestWhoMayNot"]


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_no_class_of_an_exercise_is_named_by_a_question(path: Path) -> None:
    assert question_classes(path.read_text(encoding="utf-8")) == []


def numbered_promises(text: str) -> list[str]:
    """References to a promise by its number, which the next promise in the list would change."""
    return re.findall(r"(?i)\b(?:promises?|(?:обещани|пункт)[а-яё]*) №? ?\d+", text)


@pytest.mark.parametrize("text", ["the test of promise 13", "тест пункта 9", "обещание 3"])
def test_a_reference_by_number_is_recognised(text: str) -> None:
    assert len(numbered_promises(text)) == 1


def test_a_statement_names_a_promise_by_its_subject() -> None:
    found = {
        path.name: numbers
        for path in sorted(ROOT.glob("solutions/*/exercises/*.md"))
        if (numbers := numbered_promises(path.read_text(encoding="utf-8")))
    }

    assert found == {}, "name the promise by its subject: its number changes with the list"
