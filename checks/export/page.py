"""The frame of a page: escaping, and a policy under which it can neither fetch nor be fooled.

A page works from a disk. Its Content-Security-Policy names the hash of its style and of its script,
so nothing else is applied or run, whatever text a learner's program printed.
Source: CSP Level 3, https://www.w3.org/TR/CSP3/.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from checks.grade.texts import clean

# they turn the text around that follows, in whatever it stands (Unicode UAX #9)
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
FOLDER = Path(__file__).parent
TEMPLATE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
{end}</body>
</html>
"""


def text(value: str) -> str:
    """The escaped text: every text and attribute of a page goes through here."""
    return escape(_visible(value))


def _visible(value: str) -> str:
    """The text with U+FFFD for what HTML forbids, and for what changes the direction of others."""
    return _BIDI_CONTROLS.sub("\ufffd", clean(value))


def paragraph(value: str, css: str = "") -> str:
    attribute = f' class="{css}"' if css else ""
    return f"<p{attribute}>{text(value)}</p>"


def page(title: str, parts: Iterable[str], lang: str, data: object = None) -> bytes:
    """A whole page; with `data`, which the script of the report page reads, also that script."""
    style = _asset("report.css")
    policy = f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src {_hash(style)}"
    end = ""
    if data is not None:
        script = _asset("report.js")
        policy += f"; script-src {_hash(script)}"
        end = (
            f'<script type="application/json" id="data">{as_block(data)}</script>\n'
            f"<script>{script}</script>\n"
        )
    language = "ru" if lang == "ru" else "en"
    words = {"title": text(title), "lang": language, "policy": policy, "style": style, "end": end}
    return TEMPLATE.format(body="\n".join(parts), **words).encode()


def as_block(data: object) -> str:
    """JSON that is safe inside a script element: no `<` ends it, no line separator breaks it."""
    document = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        document = document.replace(character, f"\\u{ord(character):04x}")
    return _visible(document)


@cache
def _asset(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
