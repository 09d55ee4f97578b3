"""The mutants of a task's answer: every change inside its regions, each meaning once.

The operators are written here. mutmut changes whole functions, nothing outside them, and brings
libcst, textual and coverage; cosmic-ray brings aiohttp, SQLAlchemy and GitPython. Neither can be
aimed at a region, drops a keyword argument or a chained call, or reads anything but Python.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from checks.course.course import Task
from checks.mutation.answer_ranges import Range, answer_files, answer_ranges
from checks.mutation.mutant import Edit, Mutant
from checks.mutation.python_expressions import expression_edits
from checks.mutation.python_source import PythonSource
from checks.mutation.python_statements import statement_edits
from checks.mutation.syntax import meaning
from checks.mutation.text_lines import text_edits


def task_mutants(solution: Path, task: Task) -> list[Mutant]:
    """The mutants of every file of a task, in the order of the files and of their lines."""
    return [
        mutant
        for path, text in answer_files(solution, task)
        for mutant in file_mutants(text, path, task.id)
    ]


def file_mutants(text: str, path: str, task_id: str) -> Iterator[Mutant]:
    """The mutants of one file: each parses, and none means what the file or another one means."""
    seen = {meaning(text, path), None}
    ranges = answer_ranges(text, task_id, path)
    for edit in sorted(_edits(text, path), key=lambda edit: (edit.start, edit.end)):
        if not _is_inside(edit, ranges):
            continue
        mutated = edit.apply(text)
        if (means := meaning(mutated, path)) not in seen:
            seen.add(means)
            line = text.count("\n", 0, _first_character(text, edit)) + 1
            yield Mutant(task_id, path, edit.operator, line, text, mutated)


def _edits(text: str, path: str) -> Iterator[Edit]:
    if not path.endswith(".py"):
        yield from text_edits(text, path)
        return
    source = PythonSource(text)
    for node in source.nodes():
        yield from statement_edits(source, node)
        yield from expression_edits(source, node)


def _is_inside(edit: Edit, ranges: Iterable[Range]) -> bool:
    return any(start <= edit.start and edit.end <= end for start, end in ranges)


def _first_character(text: str, edit: Edit) -> int:
    """Where a person sees the change begin: a chained call's dot, not the line end before it."""
    found = re.compile(r"[\s,)]*").match(text, edit.start, edit.end)
    return found.end() if found and found.end() < edit.end else edit.start
