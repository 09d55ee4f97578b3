"""The dark twins of plots: white becomes the page, and every line keeps its contrast."""

import struct
import zlib

import pytest

from checks.errors import CourseError
from checks.site.dark_plots import SIGNATURE, dark_colour, dark_twin

# Those of notebooks/eventure.mplstyle, and the text.
LINES = ("D55E00", "0072B2", "009E73", "404040", "7B3294", "000000")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes) -> bytes:
    return SIGNATURE + b"".join(chunks) + chunk(b"IEND", b"")


def luminance(colour: tuple[int, int, int]) -> float:
    """WCAG 2.2, "relative luminance"."""
    shares = [value / 255 for value in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", LINES)
def test_a_line_can_be_told_from_the_dark_page(colour: str) -> None:
    red, green, blue = bytes.fromhex(colour)

    assert contrast(dark_colour(red, green, blue), dark_colour(255, 255, 255)) >= 4.5


def test_the_twin_has_other_colours_and_the_same_picture() -> None:
    pixels = chunk(b"IDAT", b"pixels")

    twin = dark_twin(png(chunk(b"PLTE", bytes([255, 255, 255, 0, 0, 0])), pixels))

    palette = bytes([*dark_colour(255, 255, 255), *dark_colour(0, 0, 0)])
    assert twin == png(chunk(b"PLTE", palette), pixels)


@pytest.mark.parametrize("broken", [b"GIF", png(chunk(b"IDAT", b"pixels"))])
def test_a_picture_without_a_palette_is_refused(broken: bytes) -> None:
    with pytest.raises(CourseError, match=r"run `python -m checks\.notebooks --write`"):
        dark_twin(broken)
