"""The dark twin of a plot: the same PNG, each colour of its palette with its lightness turned over.

A plot is drawn on white, with a palette of at most 64 colours (checks/notebooks/execute.py). The
twin needs no second run and no library: the palette is one chunk of the file (PNG, section 11.2.2).
"""

import colorsys
import struct
import zlib

from checks.errors import CourseError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GROUND = 0.14
"""The lightness of the dark scheme's page; white becomes it."""

_BRIGHTEST = 0.94


def dark_twin(png: bytes) -> bytes:
    """The picture for the dark scheme. Raises CourseError for a PNG without a palette."""
    if not png.startswith(SIGNATURE):
        raise CourseError("a plot is no PNG; run `python -m checks.notebooks --write`")
    parts, position, is_changed = [SIGNATURE], len(SIGNATURE), False
    while position < len(png):
        (length,) = struct.unpack_from(">I", png, position)
        kind = png[position + 4 : position + 8]
        data = png[position + 8 : position + 8 + length]
        position += length + 12
        if kind == b"PLTE":
            data, is_changed = _dark_palette(data), True
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        parts += [struct.pack(">I", len(data)), kind, data, checksum]
    if not is_changed:
        raise CourseError("a plot has no palette; run `python -m checks.notebooks --write`")
    return b"".join(parts)


def dark_colour(red: int, green: int, blue: int) -> tuple[int, int, int]:
    """The same hue; white becomes the dark page, black its brightest text (each 0 to 255)."""
    hue, lightness, saturation = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    turned = GROUND + (1 - lightness) * (_BRIGHTEST - GROUND)
    dark = colorsys.hls_to_rgb(hue, turned, saturation)
    return (round(dark[0] * 255), round(dark[1] * 255), round(dark[2] * 255))


def _dark_palette(palette: bytes) -> bytes:
    colours = (palette[at : at + 3] for at in range(0, len(palette), 3))
    return bytes(value for colour in colours for value in dark_colour(*colour))
