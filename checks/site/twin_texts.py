"""Texts whose two languages stand in one source: questions, diagrams, titles, hints, notebooks.

Each source is divided into named blocks, and a block has a text in either language. A block is a
question, a diagram, a table of a manifest, the head of a mistake, or a cell of a notebook.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from checks.course.course import LANGUAGES
from checks.errors import CourseError

Twins = Mapping[str, str]
"""One block's text by language."""

_Reader = Callable[[str, str], Iterator[tuple[str, Twins]]]
"""The named blocks of a source, of its text and its name."""

_TOML = (
    "docs/quiz/*.toml",
    "docs/diagrams/*.toml",
    "docs/checklist.toml",
    "solutions/day*/day.toml",
    "checks/catalogue/*/look-alikes.toml",
)
_MISTAKES = "checks/catalogue/*/mistakes/*.patch"
_NOTEBOOKS = "notebooks/*.py"
_NAMES = ("key", "id")
_RUSSIAN_FIELD = re.compile(r"(?P<name>.+)[-.]ru")
_CELL = re.compile(r"^# %%", re.MULTILINE)
_CELL_LANGUAGE = re.compile(r'"lang-(\w\w)"')
_ALT = re.compile(r'alt_(\w\w)="((?:[^"\\]|\\.)*)"')


def twin_blocks(root: Path) -> dict[str, Twins]:
    """The blocks by `file#name`. Raises CourseError for a cell that only one language has."""
    readers: list[tuple[str, _Reader]] = [(pattern, _toml_blocks) for pattern in _TOML]
    readers += [(_MISTAKES, _mistake_blocks), (_NOTEBOOKS, _notebook_blocks)]
    return {
        f"{name}#{block}": twins
        for pattern, read in readers
        for path in sorted(root.glob(pattern))
        for name in [path.relative_to(root).as_posix()]
        for block, twins in read(path.read_text(encoding="utf-8"), name)
    }


def _toml_blocks(text: str, name: str) -> Iterator[tuple[str, Twins]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{name} is no TOML: {error}") from None
    for block, value in _tables(data):
        twins = {lang: "\n".join(_texts(value, lang)) for lang in LANGUAGES}
        if any(twins.values()):
            yield block, twins


def _tables(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each top-level value; of a list, each table, by what names it or by its number."""
    for key, value in data.items():
        if not isinstance(value, list):
            yield key, {key: value}
            continue
        for number, item in enumerate(value, start=1):
            named = item if isinstance(item, dict) else {}
            yield next((str(named[each]) for each in _NAMES if each in named), str(number)), item


def _texts(value: object, lang: str) -> Iterator[str]:
    """The texts of `{en = …, ru = …}` and of `hint` beside `hint-ru`, in their order."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, lang)
    elif isinstance(value, dict):
        if value.keys() >= set(LANGUAGES):
            yield str(value[lang])
        yield from _paired_fields(value, lang)
        for item in value.values():
            yield from _texts(item, lang)


def _paired_fields(table: Mapping[str, object], lang: str) -> Iterator[str]:
    for field in table:
        if (match := _RUSSIAN_FIELD.fullmatch(field)) and match["name"] in table:
            yield str(table[field if lang == "ru" else match["name"]])


def _mistake_blocks(text: str, _name: str) -> Iterator[tuple[str, Twins]]:
    """The title and the hint of a mistake, which stand above its diff."""
    head = text.partition("\n--- ")[0].splitlines()
    fields = dict(line.split(": ", 1) for line in head if ": " in line)
    yield "head", {lang: "\n".join(_paired_fields(fields, lang)) for lang in LANGUAGES}


def _notebook_blocks(text: str, name: str) -> Iterator[tuple[str, Twins]]:
    """The cells of a language by their number in it, and the words of the plots by theirs."""
    cells = _CELL.split(text)[1:]
    yield from _numbered("", _cells_by_language(cells), name)
    heads = "\n".join(cell.partition("\n")[0] for cell in cells)
    alts = _ALT.findall(heads)
    texts = {lang: [alt for found, alt in alts if found == lang] for lang in LANGUAGES}
    yield from _numbered("plot-", texts, name)


def _cells_by_language(cells: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {lang: [] for lang in LANGUAGES}
    for cell in cells:
        head, _, body = cell.partition("\n")
        if match := _CELL_LANGUAGE.search(head):
            found[match[1]].append(body)
    return found


def _numbered(
    prefix: str, texts: Mapping[str, list[str]], name: str
) -> Iterator[tuple[str, Twins]]:
    english, russian = texts["en"], texts["ru"]
    if len(english) != len(russian):
        problem = f"{len(english)} blocks in English and {len(russian)} in Russian"
        raise CourseError(f"{name} has {problem}; each needs its other half")
    for number, (one, other) in enumerate(zip(english, russian, strict=True), start=1):
        yield f"{prefix}{number}", {"en": one, "ru": other}
