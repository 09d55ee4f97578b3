"""Sequence diagrams of the chapters, drawn as SVG inside the page from docs/diagrams/day<N>.toml.

A step is an arrow (`from`, `to`), or a note (`at`): both name an actor by its place, from 0.
The drawing takes its colours from the page, so both colour schemes are readable.
"""

import html
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.course.course import Text
from checks.errors import CourseError
from checks.site import words
from checks.site.quiz_form import inline

FOLDER = Path("docs/diagrams")
LINE, HEAD = 18, 44
WIDE = 4
CHARACTER = 7.6
"""The width of an average letter of the 14-pixel font, in pixels."""


@dataclass(frozen=True)
class Step:
    """An arrow between two actors; a note where both are the same."""

    start: int
    end: int
    text: Text

    @property
    def is_note(self) -> bool:
        """Whether the step stands beside one actor."""
        return self.start == self.end


@dataclass(frozen=True)
class Grid:
    """Where the actors stand: up to four of them fit the page's column without scrolling."""

    column: int

    @property
    def margin(self) -> int:
        """From the edge to the first actor; an actor's box is nearly twice as wide."""
        return self.column // 2 - 14

    def x(self, actor: int) -> int:
        """The middle of an actor."""
        return self.margin + self.column * actor

    def wrapped(self, step: Step, lang: str) -> list[str]:
        """The lines of a step's text."""
        span = self.column * max(1, abs(step.end - step.start)) - 30
        return textwrap.wrap(step.text.in_(lang), int(span / CHARACTER))


@dataclass(frozen=True)
class Sequence:
    """A diagram: `title` describes it in words (the alternative text), `caption` stands below."""

    title: Text
    caption: Text
    actors: tuple[Text, ...]
    steps: tuple[Step, ...]

    @property
    def grid(self) -> Grid:
        """Narrower columns for more actors."""
        return Grid(236 if len(self.actors) < WIDE else 176)


def read_sequences(root: Path, day: int) -> Mapping[str, Sequence]:
    """The diagrams of a day by name. Raises CourseError for a file that is none."""
    path = root / FOLDER / f"day{day}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _sequence(table) for name, table in data.items()}
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}; a chapter needs it") from None
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"{path} describes no diagram: {error!r}; see day3.toml") from None


def _sequence(table: Mapping[str, Any]) -> Sequence:
    actors = tuple(Text(**each) for each in table["actors"])
    steps = tuple(_step(each, len(actors)) for each in table["steps"])
    return Sequence(Text(**table["title"]), Text(**table["caption"]), actors, steps)


def _step(table: Mapping[str, Any], actors: int) -> Step:
    start, end = (table["at"],) * 2 if "at" in table else (table["from"], table["to"])
    if not {start, end} <= set(range(actors)):
        raise KeyError(f"actor {start} or {end}")
    return Step(start, end, Text(en=table["en"], ru=table["ru"]))


def diagram(sequence: Sequence, lang: str) -> str:
    """The diagram with its caption as HTML. A narrow screen scrolls it sideways."""
    title = html.escape(sequence.title.in_(lang))
    name = html.escape(words.DIAGRAM.in_(lang))
    grid = sequence.grid
    rows = list(_rows(sequence, lang))
    width = grid.x(len(sequence.actors) - 1) + grid.margin
    height = HEAD + sum(height for _, height in rows) + LINE
    lines = [
        '<figure class="diagram" data-search-exclude>',
        f'<div class="diagram-scroll" tabindex="0" role="group" aria-label="{name}">',
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f"<title>{title}</title>",
        *_actors(sequence, lang, height),
    ]
    top = HEAD
    for step, row_height in rows:
        text = grid.wrapped(step, lang)
        ends = grid.x(step.start), grid.x(step.end)
        lines += (
            _note(text, ends[0], top, grid.margin - 1)
            if step.is_note
            else _arrow(text, ends, top, row_height)
        )
        top += row_height
    caption = f"<figcaption>{inline(sequence.caption.in_(lang))}</figcaption>"
    return "\n".join([*lines, "</svg>", "</div>", caption, "</figure>"])


def _rows(sequence: Sequence, lang: str) -> Iterator[tuple[Step, int]]:
    """Each step with its height."""
    for step in sequence.steps:
        lines = len(sequence.grid.wrapped(step, lang))
        yield step, LINE * lines + (26 if step.is_note else 24)


def _actors(sequence: Sequence, lang: str, height: int) -> Iterator[str]:
    half = sequence.grid.margin - 4
    for number, name in enumerate(sequence.actors):
        x = sequence.grid.x(number)
        yield f'<line class="lifeline" x1="{x}" x2="{x}" y1="34" y2="{height}"/>'
        yield f'<rect class="actor" x="{x - half}" y="4" width="{2 * half}" height="30" rx="4"/>'
        yield _text([name.in_(lang)], x, 24, "actor-name")


def _note(lines: list[str], x: int, top: int, half: int) -> Iterator[str]:
    place = f'x="{x - half}" y="{top + 4}" width="{2 * half}" height="{LINE * len(lines) + 10}"'
    yield f'<rect class="note" {place} rx="3"/>'
    yield _text(lines, x, top + 22, "note-text")


def _arrow(lines: list[str], ends: tuple[int, int], top: int, height: int) -> Iterator[str]:
    start, end = ends
    y = top + height - 8
    back = 8 if end > start else -8
    yield _text(lines, (start + end) // 2, top + 18, "message")
    yield f'<line class="arrow" x1="{start}" x2="{end}" y1="{y}" y2="{y}"/>'
    yield f'<path class="arrow-head" d="M{end} {y} l{-back} -5 v10 z"/>'


def _text(lines: list[str], x: int, y: int, kind: str) -> str:
    spans = (
        f'<tspan x="{x}" y="{y + LINE * number}">{html.escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text class="{kind}" text-anchor="middle">{"".join(spans)}</text>'
