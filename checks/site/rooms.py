"""Draw the rooms of the checker from its own imports: `python -m checks.site.rooms [--check]`.

docs/assets/rooms.svg and its Russian twin have a row for each layer of the import-linter contract.
With `--check` nothing is written, and a stale picture is exit code 1.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from checks.course.course import LANGUAGES, Text, find_root
from checks.errors import CourseError
from checks.files import git_file, replace_all
from checks.site.room_graph import Room, RoomGraph, read_rooms
from checks.site.room_words import DESCRIPTION, FILES, INNER, LEGEND, ROOMS, TITLE

WIDTH = 760
MARGIN, TOP = 20, 104
LINE, INNER_LINE, PADDING, GAP = 25, 21, 4, 5
NAME_X, ABOUT_X, COUNT_X, ARC_X = 34, 172, 564, 596
ARC_WIDTH = 140

STYLE = """
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
.name { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }
.title { font-size: 19px; font-weight: 600 }
.small { font-size: 12.5px }
.about, .name { font-size: 13.5px }
.room { font-weight: 600 }
.card { fill: #f7f9f9 }
.band { fill: #e6eded }
.inner { fill: #f7f9f9 }
.ink { fill: #1c2526 }
.quiet { fill: #526062 }
.arc { fill: none; stroke: #00796b; stroke-opacity: .5; stroke-width: 1.3 }
.end { fill: #00796b }
@media (prefers-color-scheme: dark) {
  .card { fill: #1e2129 }
  .band { fill: #2b313d }
  .inner { fill: #1e2129 }
  .ink { fill: #e9edf2 }
  .quiet { fill: #aeb7c4 }
  .arc { stroke: #64d8cb }
  .end { fill: #64d8cb }
}
"""


def main(arguments: Sequence[str]) -> int:
    """Write both pictures, or with `--check` compare them."""
    root = find_root()
    try:
        pictures = pictures_of(root)
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    stale = [path for path, text in pictures.items() if _read(path) != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(root)} is stale; run `make picture`")
        return 1 if stale else 0
    replace_all({path: git_file(text.encode()) for path, text in pictures.items()})
    for path in pictures:
        print(path.relative_to(root))
    return 0


def pictures_of(root: Path) -> dict[Path, str]:
    """The picture in each language, by its place in the repository."""
    graph = read_rooms(root)
    assets = root / "docs" / "assets"
    names = {"en": "rooms.svg", "ru": "rooms.ru.svg"}
    return {assets / names[lang]: draw(graph, lang) for lang in LANGUAGES}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def draw(graph: RoomGraph, lang: str) -> str:
    """The picture as SVG: a band a layer, a line a room, arcs for the direct imports."""
    rows, places, height = _rows(graph, lang)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc"'
        f' xml:lang="{lang}">'
    )
    parts = [
        head,
        f'<title id="title">{escape(TITLE.in_(lang))}</title>',
        f'<desc id="desc">{escape(_description(graph, lang))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="card" width="{WIDTH}" height="{height}" rx="10"/>',
        _text(MARGIN, 36, "title ink", TITLE.in_(lang)),
        *(_text(MARGIN, 58 + 18 * n, "small quiet", t.in_(lang)) for n, t in enumerate(LEGEND)),
        _text(COUNT_X, TOP - 4, "small quiet", FILES.in_(lang), anchor="end"),
        *rows,
        *(_arc(places[importer], places[imported]) for importer, imported in _sorted(graph)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _sorted(graph: RoomGraph) -> list[tuple[str, str]]:
    order = [room.name for room in graph.rooms]
    return sorted(graph.direct, key=lambda edge: (order.index(edge[0]), order.index(edge[1])))


def _description(graph: RoomGraph, lang: str) -> str:
    rows = "; ".join(", ".join(room.name for room in layer) for layer in graph.layers)
    return DESCRIPTION.in_(lang).format(rows=rows)


def _rows(graph: RoomGraph, lang: str) -> tuple[list[str], dict[str, float], int]:
    """The drawn layers, the height at which each room stands, and where the picture ends."""
    y, drawn, places = TOP + PADDING, list[str](), dict[str, float]()
    for layer in graph.layers:
        height = sum(_height(room) for room in layer) + 2 * PADDING
        drawn.append(_band("band", MARGIN, y, ARC_X - MARGIN, height))
        y += PADDING
        for room in layer:
            places[room.name] = y + LINE / 2
            drawn += _room(room, y, lang)
            y += _height(room)
        y += PADDING + GAP
    return drawn, places, y + MARGIN - GAP


def _height(room: Room) -> int:
    inner = sum(map(len, room.inner))
    return LINE + (inner * INNER_LINE + (len(room.inner) + 1) * PADDING if inner else 0)


def _room(room: Room, y: float, lang: str) -> Iterator[str]:
    yield from _line(room, _about(ROOMS, room, lang), NAME_X, y + LINE - 7.5, "room ")
    y += LINE
    for layer in room.inner:
        height = len(layer) * INNER_LINE + PADDING / 2
        yield _band("inner", NAME_X, y, ARC_X - NAME_X - 12, height)
        for each in layer:
            yield from _line(each, _about(INNER, each, lang), NAME_X + 10, y + INNER_LINE - 5, "")
            y += INNER_LINE
        y += PADDING


def _about(words: Mapping[str, Text], room: Room, lang: str) -> str:
    if room.name not in words:
        raise CourseError(
            f"{room.name} is a new room: checks/site/room_words.py has no line for it"
        )
    return words[room.name].in_(lang)


def _line(room: Room, about: str, x: float, y: float, weight: str) -> Iterator[str]:
    yield _text(x, y, f"{weight}name ink", room.name)
    yield _text(ABOUT_X, y, "about quiet", about)
    yield _text(COUNT_X, y, "small quiet", str(room.files), anchor="end")


def _arc(start: float, end: float) -> str:
    """A curve from a room down to one that it imports, with a small head."""
    reach = ARC_X + 16 + min(ARC_WIDTH, (end - start) * 0.24)
    curve = f"M{ARC_X} {start:g}C{reach:g} {start:g} {reach:g} {end:g} {ARC_X} {end:g}"
    head = f"M{ARC_X} {end:g}l7-3.2v6.4z"
    return f'<path class="arc" d="{curve}"/><path class="end" d="{head}"/>'


def _band(kind: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5"/>'
    )


def _text(x: float, y: float, kind: str, text: str, anchor: str = "") -> str:
    end = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}"{end}>{escape(text)}</text>'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
