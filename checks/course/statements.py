"""Statements: the Markdown of a task, cut into the sections that every statement has.

Headings carry ids that are the same in both languages (`## Goal {#goal}`), so links and the command
line find a section in either language. Lines in code fences are no headings.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from checks.course.manifest import Task
from checks.course.sealed import unseal
from checks.errors import CourseError

SEALED_HINTS = "hints.sealed"
"""Beside the statements of a learners' copy: question and text of each hint, by statement."""
SECTIONS = ("goal", "have", "must", "bites", "hints", "read")
_HINT_LEVEL = 3
_HEADING = re.compile(r"(?P<level>#{1,6}) +(?P<text>.*?) *(\{#(?P<id>[^}\s]+)\})? *")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<info>.*)")
_NUMBERED = re.compile(r"\d+[.)] ")


@dataclass(frozen=True)
class Hint:
    """One hint: its heading, which is a question, and its text."""

    question: str
    text: str


@dataclass(frozen=True)
class Statement:
    """A task's page: its title, its sections by id (Markdown), and the hints, nudge first.

    `headings` are the sections' own, by id, without their anchors.
    """

    title: str
    sections: Mapping[str, str]
    hints: tuple[Hint, ...]
    headings: Mapping[str, str]


@dataclass(frozen=True)
class _Block:
    """A heading and the text up to the next heading that counts."""

    level: int
    id: str
    heading: str
    line: int
    text: str


def read_statement(path: Path) -> Statement:
    """Cut a statement's file; in a learners' copy its hints come from the sealed file beside it.

    Raises CourseError with file and line where the form is broken.
    """
    try:
        statement = parse_statement(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is not UTF-8; save it as UTF-8") from error
    sealed = path.with_name(SEALED_HINTS)
    if statement.hints or not sealed.is_file():
        return statement
    return replace(statement, hints=tuple(Hint(*hint) for hint in unseal(sealed)[path.name]))


def without_hints(text: str, note: str) -> str:
    """A statement's text with a note in the place of its hints."""
    lines = text.splitlines()
    heads = [(i, match) for i, match in _headings(lines) if len(match["level"]) < _HINT_LEVEL]
    start = next((i for i, match in heads if match["id"] == "hints"), len(lines) - 1)
    end = next((i for i, _ in heads if i > start), len(lines))
    return "\n".join([*lines[: start + 1], "", note, "", *lines[end:]]).rstrip() + "\n"


def parse_statement(text: str, name: str) -> Statement:
    """Cut a statement's text; `name` is the file's name in errors. Raises CourseError."""
    blocks = tuple(_blocks(text.splitlines()))
    titles = [block for block in blocks if block.level == 1]
    if len(titles) != 1 or blocks[0] is not titles[0]:
        raise CourseError(f"{name}:1: a statement begins with its title, one `# 1.2 Title` line")
    sections: dict[str, str] = {}
    headings: dict[str, str] = {}
    for block in (block for block in blocks if block.level == 2):
        if not block.id or block.id in sections:
            problem = f"{block.heading!r} needs an id of its own, such as {{#goal}}"
            raise CourseError(f"{name}:{block.line}: {problem}")
        sections[block.id], headings[block.id] = block.text, block.heading
    return Statement(titles[0].heading, sections, _hints(blocks, name), headings)


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """The headings of three levels. A section's text includes its sub-headings."""
    headings = [(i, match) for i, match in _headings(lines) if len(match["level"]) <= _HINT_LEVEL]
    for number, (start, match) in enumerate(headings):
        level = len(match["level"])
        next_headings = (i for i, other in headings[number + 1 :] if len(other["level"]) <= level)
        text = "\n".join(lines[start + 1 : next(next_headings, len(lines))]).strip()
        yield _Block(level, match["id"] or "", match["text"], start + 1, text)


def _headings(lines: list[str]) -> Iterator[tuple[int, re.Match[str]]]:
    fence = ""
    for index, line in enumerate(lines):
        mark = _FENCE.fullmatch(line)
        if fence:
            closes = mark and mark["fence"].startswith(fence) and not mark["info"].strip()
            fence = "" if closes else fence
        elif mark:
            fence = mark["fence"]
        elif match := _HEADING.fullmatch(line):
            yield index, match


def _hints(blocks: tuple[_Block, ...], name: str) -> tuple[Hint, ...]:
    """The sub-headings of {#hints}; a hint outside them or a skipped number is an error."""
    start = next((i for i, block in enumerate(blocks) if block.id == "hints"), len(blocks))
    hint_blocks = takewhile(lambda block: block.level == _HINT_LEVEL, blocks[start + 1 :])
    hints = tuple(hint_blocks)
    for block in blocks:
        if block.id.startswith("hint-") and block not in hints:
            raise CourseError(f"{name}:{block.line}: a hint stands under the {{#hints}} heading")
    for number, hint in enumerate(hints, start=1):
        if hint.id != f"hint-{number}":
            raise CourseError(f"{name}:{hint.line}: this hint's id must be {{#hint-{number}}}")
    return tuple(Hint(hint.heading, hint.text) for hint in hints)


def check_pair(day: Path, task: Task) -> tuple[str, ...]:
    """The errors in a task's two statements, as sentences that begin with the file.

    Both need the six sections in their order, the same number of hints, each headed by a question,
    and one numbered sentence for every test.
    """
    try:
        pages = {
            path: parse_statement((day / path).read_text(encoding="utf-8"), path)
            for path in (task.statement, task.statement_in("ru"))
        }
        tests = _count_tests((day / task.test).read_text(encoding="utf-8"))
    except CourseError as error:
        return (str(error),)
    except (OSError, ValueError, SyntaxError) as error:
        return (f"{task.statement}: task {task.id} cannot be checked: {error}",)
    problems = [
        f"{path}: {problem}"
        for path, page in pages.items()
        for problem in _form_problems(page, tests)
    ]
    if len({len(page.hints) for page in pages.values()}) > 1:
        problems.append(f"{task.statement_in('ru')}: has not as many hints as {task.statement}")
    return tuple(problems)


def _count_tests(source: str) -> int:
    return sum(
        isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for node in ast.walk(ast.parse(source))
    )


def _form_problems(page: Statement, tests: int) -> Iterator[str]:
    if tuple(page.sections) != SECTIONS:
        order = ", ".join(f"{{#{section}}}" for section in SECTIONS)
        yield f"the sections must be {order}, in this order"
    if not page.hints:
        yield "there is no hint; add `### A question? {#hint-1}` under {#hints}"
    for hint in page.hints:
        if not hint.question.endswith("?"):
            yield f"the hint {hint.question!r} must be headed by a question"
        if not hint.text:
            yield f"the hint {hint.question!r} says nothing"
    sentences = [
        line for line in page.sections.get("must", "").splitlines() if _NUMBERED.match(line)
    ]
    if len(sentences) != tests:
        yield f"{{#must}} has {len(sentences)} numbered sentences, the test file has {tests} tests"
