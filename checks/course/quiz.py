"""The why-questions of the course: docs/quiz/day<N>.toml, read strictly.

A question belongs to a task or to a day's chapter. Its wrong options are mistakes of the catalogue,
named by `<task>/<patch>`: a question about a mistake that no test knows any more fails the build.
Every option has its reason, the right one as well.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.course.course import LANGUAGES, Text
from checks.errors import CourseError

FOLDER = "docs/quiz"
CHAPTER = "day"
"""What `of` says for a question of the chapter, instead of a task's id."""
BONUS = "bonus"
"""The same for the chapter of a day's bonus tasks."""
OPTIONS = range(3, 5)
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = {"en": "English", "ru": "Russian"}


@dataclass(frozen=True)
class Option:
    """One answer with its reason. `mistake` is `<task>/<patch>`, and empty for the right one."""

    text: Text
    why: Text
    mistake: str

    @property
    def is_right(self) -> bool:
        """Whether this is the answer."""
        return not self.mistake

    @property
    def value(self) -> str:
        """The option's name in the page and in what a browser remembers."""
        return self.mistake or "right"


@dataclass(frozen=True)
class Question:
    """One question of the task `of`, or of the chapter; `key` never changes."""

    key: str
    of: str
    ask: Text
    options: tuple[Option, ...]

    @property
    def shown(self) -> tuple[Option, ...]:
        """The options in the order they are shown in: a place says nothing about its option."""

        def place(option: Option) -> str:
            return hashlib.sha256(f"{self.key} {option.value}".encode()).hexdigest()

        return tuple(sorted(self.options, key=place))


def source(number: int) -> str:
    """The file with the questions of a day, as an error names it."""
    return f"{FOLDER}/day{number}.toml"


def read_questions(root: Path, number: int) -> tuple[Question, ...]:
    """The questions of a day. Raises CourseError with file and question for what is wrong."""
    name = source(number)
    try:
        data = tomllib.loads((root / name).read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"{name} cannot be read: {error.strerror}; each day has its questions there"
        raise CourseError(problem) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{name} is no TOML: {error}; see {source(1)}") from None
    tables = _fields(data, {"questions"}, name)["questions"]
    questions = tuple(_question(table, name) for table in _tables(tables, f"{name}: questions"))
    _refuse_repetition(((question.key, question.key) for question in questions), name, "key")
    return questions


def refuse_repeated_texts(days: Mapping[int, Iterable[Question]]) -> None:
    """Raise CourseError for a key or a text that stands twice in the questions of all days."""
    asked = [(source(day), each) for day, questions in days.items() for each in questions]
    keys = ((each.key, f"{name}: question {each.key}") for name, each in asked)
    _refuse_repetition(keys, FOLDER, "key")
    for lang in LANGUAGES:
        texts = (
            (text.in_(lang).casefold(), f"{name}: question {each.key}")
            for name, each in asked
            for text in (
                each.ask,
                *(t for option in each.options for t in (option.text, option.why)),
            )
        )
        _refuse_repetition(texts, FOLDER, f"{_LANGUAGE[lang]} text")


def _question(table: Mapping[str, Any], name: str) -> Question:
    key = table.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise CourseError(f"{name}: a question has the key {key!r}; write it like why-v1-stays")
    where = f"{name}: question {key}"
    fields = _fields(table, {"key", "of", "ask", "options"}, where)
    options = tuple(
        _option(each, f"{where}: option {number}")
        for number, each in enumerate(_tables(fields["options"], f"{where}: options"), 1)
    )
    if len(options) not in OPTIONS:
        raise CourseError(f"{where} has {len(options)} options; write three or four")
    right = sum(option.is_right for option in options)
    if right != 1:
        raise CourseError(f"{where} has {right} right options; exactly one says `right = true`")
    _refuse_repetition(((each.value, "") for each in options), where, "mistake")
    return Question(key, str(fields["of"]), _text(fields["ask"], f"{where}: ask"), options)


def _option(table: Mapping[str, Any], where: str) -> Option:
    kind = {"right", "mistake"} & table.keys()
    if len(kind) != 1:
        raise CourseError(f"{where} needs either `right = true` or the `mistake` that it is")
    fields = _fields(table, {"text", "why"} | kind, where)
    mistake = fields.get("mistake", "")
    if "right" in kind and fields["right"] is not True:
        raise CourseError(f"{where}: `right` is true or absent; a wrong option names its `mistake`")
    if "mistake" in kind and not (isinstance(mistake, str) and mistake.count("/") == 1):
        raise CourseError(f"{where}: mistake is {mistake!r}; write it as <task>/<patch>")
    return Option(
        _text(fields["text"], f"{where}: text"), _text(fields["why"], f"{where}: why"), mistake
    )


def _text(value: object, where: str) -> Text:
    languages = value if isinstance(value, dict) else {}
    for lang in LANGUAGES:
        text = languages.get(lang)
        if not isinstance(text, str) or not text.strip():
            raise CourseError(f"{where} has no {_LANGUAGE[lang]} text; write `{lang}`")
    fields = _fields(languages, set(LANGUAGES), where)
    if fields["en"] == fields["ru"]:
        raise CourseError(f"{where} is the same in both languages; translate it")
    return Text(fields["en"].strip(), fields["ru"].strip())


def _fields(table: Mapping[str, Any], names: set[str], where: str) -> Mapping[str, Any]:
    """The table, which has exactly these fields."""
    for name in sorted(names - table.keys()):
        raise CourseError(f"{where} has no `{name}`; write it, see {source(1)}")
    for name in sorted(table.keys() - names):
        raise CourseError(
            f"{where} has an unknown field `{name}`; known: {', '.join(sorted(names))}"
        )
    return table


def _tables(value: object, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise CourseError(f"{where} is no list of tables; see {source(1)}")
    return value


def _refuse_repetition(texts: Iterable[tuple[str, str]], where: str, what: str) -> None:
    """Raise CourseError for the first text that comes twice; each comes with its place."""
    seen: dict[str, str] = {}
    for text, place in texts:
        if text in seen:
            places = f" ({seen[text]}; {place})" if place and place != text else ""
            raise CourseError(f"{where}: the {what} {text!r} stands twice{places}; change one")
        seen[text] = place
