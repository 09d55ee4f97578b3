"""A body as a person reads it, in one line: JSON compact, a page by its title, tokens cut.

A body is an app's, and up to 4 MiB long, so everything here takes time in proportion to its length:
a pattern that begins at each of a million places and then looks for its end would take hours.
"""

import json
import re

TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]+")
"""A signed JWT in its compact form; it begins where a word does."""
HTML_PAGE = re.compile(r"\s*<(!doctype\s+html|html)\b", re.IGNORECASE)


def one_line(text: str) -> str:
    """A body as one line, each token by its beginning."""
    if HTML_PAGE.match(text):
        title = _title(text)
        text = f"an HTML page, {title!r}" if title else "an HTML page"
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        text = " ".join(text.split())
    return TOKEN.sub(lambda token: f"{token[0][:10]}…", text)


def _title(page: str) -> str:
    """The first title of a page, on one line; "" without one."""
    _, _, rest = page.replace("<TITLE", "<title").replace("</TITLE", "</title").partition("<title")
    _, _, rest = rest.partition(">")
    title, end, _ = rest.partition("</title")
    return " ".join(title.split()) if end else ""
