"""The promises of a task: the numbered sentences of its statement, one for each test."""

import ast
import re
from collections.abc import Callable
from functools import cache

from checks.course.course import Course
from checks.course.statements import read_statement
from checks.errors import CourseError

PROMISE = re.compile(r"^\d+[.)] .*", re.MULTILINE)

PromiseOf = Callable[[str, str], str]
"""A task's id and a test's name, `TestX::test_y[z]`, give the sentence with its number, or ""."""


def no_promise(_task_id: str, _test: str) -> str:
    """Where no statement is at hand."""
    return ""


def promises_in(course: Course, lang: str) -> PromiseOf:
    """The promises of every task in a language; the files of a task are read when it is asked for.

    A learner may have changed or deleted them: then there is no promise, and no error.
    """

    @cache
    def of_task(task_id: str) -> dict[str, str]:
        try:
            task = course.task(task_id)
            folder = course.root / "days" / course.task_day(task).folder
            statement = read_statement(folder / task.statement_in(lang))
            tests = _tests((folder / task.test).read_text(encoding="utf-8"))
        except (CourseError, OSError, ValueError, SyntaxError):
            return {}
        sentences = PROMISE.findall(statement.sections.get("must", ""))
        return dict(zip(tests, sentences, strict=True)) if len(tests) == len(sentences) else {}

    def promise_of(task_id: str, test: str) -> str:
        return of_task(task_id).get(test.rpartition("::")[2].partition("[")[0], "")

    return promise_of


def _tests(source: str) -> list[str]:
    """The names of the test functions, in the order of the file."""
    functions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    return [node.name for node in sorted(functions, key=lambda node: node.lineno)]
