"""Texts that leave this machine: no control, no bidi character, no folder of the instructor's."""

import re
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

# controls but tab and line ends, lone surrogates, marks and overrides of direction (UAX #9), the
# byte order mark, the two non-characters: HTML and XML forbid some, and the others deceive readers
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028\u2029"
    "\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: invisible, but spelling in names of several scripts."""


def printable(text: str) -> str:
    """One line, with U+FFFD for control and bidi characters and undecodable bytes."""
    return "".join(c if c.isprintable() or c in JOINERS else "\ufffd" for c in text)


def clean(text: str) -> str:
    """The text as it may leave this machine; a learner's app may print anything."""
    return _FORBIDDEN.sub("\ufffd", _local_folders().sub("\u2026", text))


@cache
def _local_folders() -> re.Pattern[str]:
    """The home folder, the folder of temporary files, the workbook, the working folder."""
    workbook = Path(__file__).parents[2]
    return folders_pattern((Path.home(), Path(tempfile.gettempdir()), workbook, Path.cwd()))


def folders_pattern(folders: Iterable[Path]) -> re.Pattern[str]:
    """Matches one of these folders where a path begins with it; the longest first, never "/"."""
    names = {str(each) for folder in folders for each in (folder, folder.resolve())} - {"/"}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(f"(?<![\\w./-])(?:{'|'.join(map(re.escape, longest_first))})(?![\\w.-])")
