"""Sections of text that share the lines of a screen: what matters least is cut first."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

ELLIPSIS = "…"


@dataclass(frozen=True)
class Section:
    """An indented paragraph; it may be cut to `least` lines, and a lower `rank` is cut first."""

    text: Text
    indent: int
    rank: int
    least: int = 1
    most: int = 1000


class Fitted:
    """Prints sections in `rows` lines, or in their least ones; None stands for no limit."""

    def __init__(self, sections: Sequence[Section], rows: int | None = None) -> None:
        self._sections, self._rows = sections, rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wrapped = [_wrapped(section, console, options.max_width) for section in self._sections]
        counts = [min(len(lines), s.most) for s, lines in zip(self._sections, wrapped, strict=True)]
        if self._rows is not None:
            counts = _fitted(self._sections, counts, self._rows)
        for section, lines, count in zip(self._sections, wrapped, counts, strict=True):
            for line in _cut(lines, count, options.max_width - section.indent):
                yield Text(" " * section.indent, end="").append_text(line)
                yield Text()


def joined(parts: Sequence[Text], width: int) -> list[Text]:
    """The parts side by side, two blanks apart, in lines of this width; no part is broken."""
    lines: list[Text] = []
    for part in parts:
        if lines and lines[-1].cell_len + 2 + part.cell_len <= width:
            lines[-1].append("  ").append_text(part)
        else:
            lines.append(Text().append_text(part))
    return lines


def _wrapped(section: Section, console: Console, width: int) -> list[Text]:
    return list(section.text.wrap(console, max(20, width - section.indent), overflow="fold"))


def _fitted(sections: Sequence[Section], counts: Sequence[int], rows: int) -> list[int]:
    """How many lines each section keeps."""
    kept = list(counts)
    while sum(kept) > rows:
        larger = [n for n, section in enumerate(sections) if kept[n] > section.least]
        if not larger:
            break
        kept[min(larger, key=lambda n: (sections[n].rank, -kept[n]))] -= 1
    return kept


def _cut(lines: list[Text], count: int, width: int) -> list[Text]:
    """The first lines; an ellipsis at the end of the last one marks what was cut."""
    if count >= len(lines):
        return lines
    shown = lines[:count]
    if shown:
        last = shown[-1].copy()
        last.rstrip()
        last.truncate(max(1, width - 2))
        shown[-1] = last.append(f" {ELLIPSIS}")
    return shown
