"""The plot of the site, from bench/results.json: `python -m checks.bench.backend.plot`.

It writes docs/assets/speed.svg and speed.ru.svg: a bar for each pair with the ratio of its rates, a
dashed line where the goal is, and a thin line from the smallest ratio of a round to the largest.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from checks.bench.backend.report import RESULTS
from checks.course.course import LANGUAGES, Text, find_root
from checks.errors import CourseError
from checks.files import write_file

WIDTH, ROW, TOP, LEFT, UNIT = 760, 46, 84, 300, 300.0
LIMIT = 1.3  # a longer bar is cut
STYLE = """
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
.title { font-size: 19px; font-weight: 600 }
.small { font-size: 12.5px }
.about { font-size: 13.5px }
.card { fill: #f7f9f9 }
.ink { fill: #1c2526 }
.quiet { fill: #526062 }
.bar { fill: #00796b }
.spread { stroke: #1c2526; stroke-width: 2 }
.goal { stroke: #b3261e; stroke-width: 2; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
  .card { fill: #1e2129 }
  .ink { fill: #e9edf2 }
  .quiet { fill: #aeb7c4 }
  .bar { fill: #64d8cb }
  .spread { stroke: #e9edf2 }
  .goal { stroke: #ffb4ab }
}
"""
TITLE = Text("The backend against the bare handlers", "Бэкенд и голые обработчики")
LEGEND = Text(
    "Ratio of requests per second; dashed: the goal; thin line: smallest to largest round.",
    "Отношение запросов в секунду; пунктир: цель; тонкая линия: от худшего раунда до лучшего.",
)
NAMES: Mapping[str, Text] = {
    "cached-list": Text("cached list / ready bytes", "список из кэша / готовые байты"),
    "cached-list-def": Text(
        "cached list / ready bytes, def", "список из кэша / готовые байты, def"
    ),
    "uncached-list": Text("uncached list / bare handler", "список без кэша / голый обработчик"),
    "detail": Text("one event / bare handler", "одно событие / голый обработчик"),
    "deep-page": Text("page 200 / page 1", "страница 200 / страница 1"),
    "template": Text("v2's list / the public template's", "список v2 / список шаблона"),
}


def draw(pairs: Sequence[Mapping[str, Any]], lang: str) -> str:
    """The pairs that have a name here, as SVG; its description holds every number."""
    shown = [pair for pair in pairs if pair["key"] in NAMES]
    height = TOP + ROW * len(shown) + 14
    title = TITLE.in_(lang)
    described = "; ".join(f"{NAMES[pair['key']].in_(lang)}: {pair['ratio']:.2f}" for pair in shown)
    rows = [_row(pair, TOP + ROW * number, lang) for number, pair in enumerate(shown)]
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    read = f'role="img" aria-labelledby="title desc" xml:lang="{lang}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {read}>',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="desc">{escape(described)}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="card" width="{WIDTH}" height="{height}" rx="10"/>',
            f'<text class="title ink" x="20" y="36">{escape(title)}</text>',
            f'<text class="small quiet" x="20" y="58">{escape(LEGEND.in_(lang))}</text>',
            *rows,
            "</svg>\n",
        ]
    )


def _row(pair: Mapping[str, Any], y: int, lang: str) -> str:
    low, high = (_x(each) for each in pair["spread"])
    end = _x(pair["ratio"])
    name = escape(NAMES[pair["key"]].in_(lang))
    parts = [
        f'<text class="about ink" x="20" y="{y + 17}">{name}</text>',
        f'<rect class="bar" x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="18" rx="3"/>',
        f'<line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{y + 24}" y2="{y + 24}"/>',
        f'<text class="about ink" x="{WIDTH - 56}" y="{y + 14}">{pair["ratio"]:.2f}</text>',
    ]
    if pair["goal"] is not None:
        goal = _x(pair["goal"])
        parts.append(
            f'<line class="goal" x1="{goal:.1f}" x2="{goal:.1f}" y1="{y - 6}" y2="{y + 28}"/>'
        )
    return "\n".join(parts)


def _x(ratio: float) -> float:
    """Where a ratio stands; one beyond LIMIT stands there."""
    return LEFT + UNIT * min(ratio, LIMIT)


def main() -> int:
    """Write both pictures. CourseError's exit code where nothing was measured yet."""
    root = find_root()
    path = root / RESULTS
    if not path.is_file():
        print(
            f"{RESULTS} is missing; run `python -m checks.bench.table backend` first",
            file=sys.stderr,
        )
        return CourseError.exit_code
    pairs = json.loads(path.read_text(encoding="utf-8"))["pairs"]
    for lang in LANGUAGES:
        write_file(picture_path(root, lang), draw(pairs, lang).encode())
    return 0


def picture_path(root: Path, lang: str) -> Path:
    """Where the picture of a language lies."""
    return root / "docs" / "assets" / ("speed.ru.svg" if lang == "ru" else "speed.svg")


if __name__ == "__main__":
    sys.exit(main())
