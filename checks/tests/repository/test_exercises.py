"""What holds of every exercise's source: its imports and the names of its classes."""

import ast
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
