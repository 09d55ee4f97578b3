"""What a chapter shows of the course: `docs/{en,ru}/day<N>/chapter.md`, its directives filled in.

The bonus tasks of a day have a chapter of their own, `bonus.md` beside it.

A directive is a comment on a line of its own, the same in both languages:

    <!-- code: day3-security/app/crud/refresh_token.py use -->    a function, class or method
    <!-- diff: 3.4 app/services/task_service.py -->               a task's answer, as a diff
    <!-- run: reuse -->                    a section of docs/measurements/day<N>.py and its output
    <!-- sequence: rotation -->            a diagram of docs/diagrams/day<N>.toml
    <!-- quiz: why-type-in-the-token -->   a why-question of the chapter

So a chapter holds no code and no number of its own: a name that is gone fails the build.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import TypeVar

from checks.course.course import Course, Day
from checks.course.quiz import Question
from checks.course.regions import may_hold_regions, parse
from checks.errors import CourseError
from checks.site import words
from checks.site.answers import task_answers
from checks.site.markdown import collapsed_block, fence, file_block
from checks.site.measurements import read_output, read_sections
from checks.site.quiz_form import quiz_form
from checks.site.sequence import diagram, read_sequences

TREE = "solutions"
CHAPTER_PAGE, BONUS_PAGE = "chapter.md", "bonus.md"

_DIRECTIVE = re.compile(r"<!-- (?P<kind>[a-z]+): (?P<value>[^\n]+?) -->")
_Named = TypeVar("_Named")
_QUIZ = re.compile(r"<!-- quiz: (?P<key>\S+) -->")


def theory_path(day: Day) -> str:
    """Where a day's chapter stands in the site, and in docs/{en,ru}."""
    return f"day{day.number}/{CHAPTER_PAGE}"


def bonus_path(day: Day) -> str:
    """Where the chapter of its bonus tasks stands."""
    return f"day{day.number}/{BONUS_PAGE}"


@dataclass(frozen=True)
class Chapter:
    """One day's chapter in one language: where its directives are looked up."""

    course: Course
    day: Day
    lang: str
    questions: Mapping[str, Question]
    page: str = CHAPTER_PAGE

    def fill(self, text: str) -> str:
        """The page with each directive replaced. Raises CourseError for one that names nothing.

        Every why-question of the chapter has to be shown once.
        """
        shown = [match["key"] for match in _QUIZ.finditer(text)]
        if sorted(shown) != sorted(self.questions):
            problem = f"shows the questions {', '.join(shown) or 'none'}"
            remedy = f"it has to show each of {', '.join(self.questions)} once"
            raise CourseError(f"{self._name}: {problem}; {remedy}")
        return _DIRECTIVE.sub(self._replacement, text)

    @property
    def _name(self) -> str:
        return f"docs/{self.lang}/day{self.day.number}/{self.page}"

    def _replacement(self, match: re.Match[str]) -> str:
        kinds: dict[str, Callable[[str], str]] = {
            "code": self._code,
            "diff": self._diff,
            "run": self._run,
            "sequence": self._sequence,
            "quiz": self._quiz,
        }
        if match["kind"] not in kinds:
            known = ", ".join(kinds)
            raise CourseError(f"{self._name}: {match[0]} is unknown; a directive is {known}")
        return kinds[match["kind"]](match["value"])

    def _code(self, value: str) -> str:
        """A named part of a finished day's file, with the file as its title."""
        path, _, name = value.partition(" ")
        file = self.course.root / TREE / path
        if not file.is_file():
            raise CourseError(f"{self._name}: there is no solutions/{path}; name a file of a day")
        text = file.read_text(encoding="utf-8")
        if may_hold_regions(path.partition("/")[2]):
            text = "".join(segment.answer for segment in parse(text, path))
        return file_block(path, definition(text, name, f"{self._name}: {path}"))

    def _diff(self, value: str) -> str:
        """What a task changes in one file."""
        task_id, _, path = value.partition(" ")
        task = next((each for each in self.day.tasks if each.id == task_id), None)
        folder = self.course.root / TREE / self.day.folder
        answers = task_answers(folder, task.id, task.whole) if task else ()
        for answer in answers:
            if answer.path == path:
                return fence(answer.diff, f'{{ .diff title="{path}" }}')
        raise CourseError(f"{self._name}: {value}: the task has no answer in that file")

    def _run(self, value: str) -> str:
        """A section of the day's measurements: its code, and its output behind a click."""
        sections = read_sections(self.course.root, self.day.number)
        section = _named(sections, value, self._name)
        output = _named(read_output(self.course.root, self.day.number), value, self._name)
        printed = fence(output, f'{{ .text .no-copy title="{words.OUTPUT.in_(self.lang)}" }}')
        return "\n\n".join(
            [
                fence(section, "python"),
                collapsed_block("success", words.OUTCOME.in_(self.lang), printed),
            ]
        )

    def _sequence(self, value: str) -> str:
        sequences = read_sequences(self.course.root, self.day.number)
        return diagram(_named(sequences, value, self._name), self.lang)

    def _quiz(self, value: str) -> str:
        return quiz_form(self.questions[value], self.lang)


def _named(found: Mapping[str, _Named], name: str, where: str) -> _Named:
    if name not in found:
        raise CourseError(f"{where}: {name} names nothing; known: {', '.join(found)}")
    return found[name]


def definition(text: str, name: str, where: str) -> str:
    """The source of `function`, `Class` or `Class.method`, dedented, with its decorators.

    Raises CourseError when the text has no such definition.
    """
    body: list[ast.stmt] = ast.parse(text).body
    first, last = 0, None
    for part in name.split("."):
        node = next((each for each in body if getattr(each, "name", None) == part), None)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            raise CourseError(f"{where} defines no {name}; name a function, a class or a method")
        body = node.body
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
        last = node.end_lineno
    return dedent("\n".join(text.splitlines()[first:last]))
