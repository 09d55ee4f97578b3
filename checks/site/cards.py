"""The picture that a social network shows of a page: its title on the site's colour.

Drawn where SITE_URL is known, because `og:image` needs a whole address. Pillow and a font with
Cyrillic letters come with the notebooks' packages (`.ci/setup notebooks`); nothing is fetched.
"""

import io
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from checks.errors import CourseError
from checks.site.pages import page_title

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SIZE = (1200, 630)
"""Pixels, as Open Graph's readers crop them."""

FOLDER = "assets/cards"
_GROUND, _BAND, _INK = "#00695c", "#004d40", "#ffffff"
_MARGIN = 80
_TITLE, _SMALL = 68, 34
_COLOURS = 16


def card_path(page: str) -> str:
    """The card's path in the site of one language: `day3/logout.md` has `day3-logout.png`."""
    return f"{FOLDER}/{page.removesuffix('.md').replace('/', '-')}.png"


def cards(pages: Mapping[str, str], about: str) -> dict[str, bytes]:
    """A PNG for each page by its path; `about` is the line below the title.

    Raises CourseError without Pillow or the font.
    """
    if find_spec("PIL") is None or find_spec("matplotlib") is None:
        raise CourseError("SITE_URL asks for cards, and Pillow draws them: `.ci/setup notebooks`")
    return {card_path(path): draw(page_title(text), about) for path, text in pages.items()}


def draw(title: str, about: str) -> bytes:
    """One card as PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, _GROUND)
    pen = ImageDraw.Draw(image)
    large, small = _font(_TITLE, bold=True), _font(_SMALL)
    pen.rectangle((0, SIZE[1] - 130, *SIZE), fill=_BAND)
    pen.text((_MARGIN, 70), "Eventure", font=_font(_SMALL, bold=True), fill=_INK)
    for number, line in enumerate(wrapped(title, large, SIZE[0] - 2 * _MARGIN)):
        pen.text((_MARGIN, 150 + number * int(_TITLE * 1.3)), line, font=large, fill=_INK)
    (line, *_) = wrapped(about, small, SIZE[0] - 2 * _MARGIN)
    pen.text((_MARGIN, SIZE[1] - 90), line, font=small, fill=_INK)
    file = io.BytesIO()
    image.quantize(_COLOURS).save(file, "PNG", optimize=True)
    return file.getvalue()


def wrapped(text: str, font: "FreeTypeFont", width: int) -> tuple[str, ...]:
    """The text in lines of at most `width` pixels, unless a word is wider; at most four."""
    return tuple(_lines(text.replace("`", ""), font, width))[:4]


def _lines(text: str, font: "FreeTypeFont", width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def _font(size: int, *, bold: bool = False) -> "FreeTypeFont":
    import matplotlib as mpl
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / name
    return ImageFont.truetype(str(path), size)
