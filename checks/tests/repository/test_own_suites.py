"""The backend's own tests, from day 4 on: what a learner wrote goes on, and the rest fits to it."""

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from checks.course.course import Day, load_course

COURSE = load_course(Path(__file__).parents[3], tree="solutions")
PROMISED = {"client", "db", "test_user", "auth_headers", "admin_headers"}
PYTESTS = {"self", "request", "monkeypatch", "caplog", "capsys", "tmp_path"}
# Written in task 4.3, beside the learner's own conftest.py: whoever has none takes both.
WITH_CONFTEST = {"conftest.py", "test_events.py"}
FILES = [
    path
    for day in COURSE.days
    for path in sorted((COURSE.root / "solutions" / day.folder / "tests").glob("*.py"))
    if path.name not in WITH_CONFTEST
]


def is_fixture(function: ast.FunctionDef) -> bool:
    return any("fixture" in ast.unparse(each) for each in function.decorator_list)


def given(function: ast.FunctionDef) -> str:
    """What parametrize names, as text."""
    return " ".join(ast.unparse(each) for each in function.decorator_list)


def strangers(module: ast.Module) -> Iterator[str]:
    """What the tests of a file ask for and neither the file, what it imports, nor task 4.2 has."""
    imports = [each for each in ast.walk(module) if isinstance(each, ast.ImportFrom)]
    imported = {
        name.name for each in imports if each.module != "tests.conftest" for name in each.names
    }
    functions = [each for each in ast.walk(module) if isinstance(each, ast.FunctionDef)]
    known = PROMISED | PYTESTS | imported | {each.name for each in functions if is_fixture(each)}
    for each in functions:
        if is_fixture(each) or each.name.startswith("test_"):
            parameters = {arg.arg for arg in each.args.args} - known
            yield from (f"{each.name}({name})" for name in parameters if name not in given(each))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_the_references_tests_run_on_any_conftest_that_task_4_2_accepts(path: Path) -> None:
    assert list(strangers(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    ("day", "after"), list(pairwise(COURSE.days)), ids=lambda day: day.folder.split("-")[0]
)
def test_what_is_a_learners_on_one_day_is_theirs_on_the_next(day: Day, after: Day) -> None:
    assert set(day.learner) - set(after.learner) == set()
