"""Sealed texts: what a learner's copy has for `checks`, and nobody reads by opening a file.

A seal is compression and base 85 (RFC 1924): no hint is seen by chance or found by a search.
It is no secret: whoever wants to unseal a text can, since the program that does is beside it.
"""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

from checks.errors import CourseError

HEADER = "eventure/sealed/v1: `checks hint` reads this"
WIDTH = 96


def seal(document: object) -> bytes:
    """A JSON document as a sealed text, the same bytes for the same document."""
    data = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
    letters = base64.b85encode(zlib.compress(data, 9)).decode()
    lines = [letters[start : start + WIDTH] for start in range(0, len(letters), WIDTH)]
    return "\n".join([HEADER, *lines, ""]).encode()


def unseal(path: Path) -> Any:
    """The document of a sealed file. Raises CourseError for a damaged one."""
    try:
        header, *lines = path.read_text(encoding="ascii").splitlines()
        if header == HEADER:
            return json.loads(zlib.decompress(base64.b85decode("".join(lines))))
    except (OSError, ValueError, zlib.error):
        pass
    raise CourseError(f"{path} is damaged; take it from git again, or from the handout")
