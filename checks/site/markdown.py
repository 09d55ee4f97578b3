"""Pieces of Markdown as pure functions of text."""

import re
from collections.abc import Iterator, Mapping

from checks.errors import CourseError

_FENCE = re.compile(r" *(?P<fence>`{3,}|~{3,})(?P<info>.*)")
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\n]+)\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"#{1,6} ")
_ID = re.compile(r"\{ *#([\w.-]+)[^}]*\} *$")
_CODE_SPAN = re.compile(r"(`+)(?:(?!\1).)+\1")
_SUFFIXES = {
    ".py": "python", ".toml": "toml", ".yml": "yaml", ".yaml": "yaml", ".ini": "ini",
    ".sh": "sh", ".md": "markdown", ".mako": "mako",
}  # fmt: skip


def language(path: str) -> str:
    """The highlighter's name for a file; "text" for one it does not know."""
    name = path.rsplit("/", 1)[-1]
    if name.endswith("Dockerfile") or name.startswith("Dockerfile"):
        return "docker"
    return _SUFFIXES.get("." + name.rsplit(".", 1)[-1], "text")


def fence(code: str, info: str) -> str:
    """A code block. The fence is longer than any that the code itself holds."""
    fences = re.findall(r"^ *(`{3,})", code, flags=re.MULTILINE)
    marker = "`" * max([3, *(len(run) + 1 for run in fences)])
    return f"{marker} {info}\n{code.rstrip()}\n{marker}"


def file_block(path: str, code: str, highlighted: str = "") -> str:
    """A code block with a file's text, or a part of it, and the path as title.

    `highlighted` are lines as pymdownx.highlight reads them: `3-9 12`.
    """
    lines = f' hl_lines="{highlighted}"' if highlighted else ""
    return fence(code, f'{{ .{language(path)} title="{path}"{lines} }}')


def indent(text: str) -> str:
    """Four spaces before each line that is not empty."""
    return "".join("    " + line if line.strip() else line for line in text.splitlines(True))


def collapsed_block(kind: str, title: str, body: str) -> str:
    """A collapsed block. Quotation marks in the title become typographic ones."""
    quoted_title = re.sub(r'"([^"]*)"', "“\\1”", title).replace('"', "”")
    return f'??? {kind} "{quoted_title}"\n\n{indent(body.strip())}\n'


def lines_outside_code(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines, from 0, outside code blocks and without their fences."""
    fence_marker = ""
    for number, line in enumerate(text.splitlines()):
        marker = _FENCE.fullmatch(line)
        if fence_marker:
            closes = (
                marker and marker["fence"].startswith(fence_marker) and not marker["info"].strip()
            )
            fence_marker = "" if closes else fence_marker
        elif marker:
            fence_marker = marker["fence"]
        else:
            yield number, line


def replace_links(text: str, targets: Mapping[str, str]) -> str:
    """Point a file's relative links at the site's pages.

    `targets` maps a link in the file, without its fragment, to the page. A link to a file without
    a page becomes its text; links to the web and fragments stay.
    """
    lines = text.splitlines()
    for number, line in lines_outside_code(text):
        lines[number] = _LINK.sub(lambda match: _replaced_link(match, targets), line)
    return "\n".join(lines) + "\n"


def _replaced_link(match: re.Match[str], targets: Mapping[str, str]) -> str:
    path, _, fragment = match["target"].partition("#")
    if not path or "://" in path or path.startswith("mailto:"):
        return match[0]
    page = targets.get(path.removeprefix("./"))
    if page is None:
        return match["text"]
    return f"[{match['text']}]({page}{'#' + fragment if fragment else ''})"


def pin_heading_ids(text: str, english: str, name: str) -> str:
    """Give each heading without an id that of its English counterpart.

    So a link to a section is the same in both languages. Raises CourseError when the texts have
    different numbers of headings.
    """
    headings = [(n, line) for n, line in lines_outside_code(text) if _HEADING.match(line)]
    english_headings = [line for _, line in lines_outside_code(english) if _HEADING.match(line)]
    if len(headings) != len(english_headings):
        problem = f"has {len(headings)} headings, its English page has {len(english_headings)}"
        raise CourseError(f"{name} {problem}; both need the same ones")
    lines = text.splitlines()
    for (number, line), counterpart in zip(headings, english_headings, strict=True):
        if not _ID.search(line):
            match = _ID.search(counterpart)
            anchor = match[1] if match else slug(counterpart.lstrip("# "))
            lines[number] = f"{line.rstrip()} {{#{anchor}}}"
    return "\n".join(lines) + "\n"


def slug(title: str) -> str:
    """A title as an id: its words in small letters, joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))


def code_span(text: str) -> str:
    """The text as it is, as code in a line or in a cell of a table, where its | ends no cell.

    A text with ` needs more of them around it than it has in a row.
    Source: https://spec.commonmark.org/0.31.2/#code-spans
    """
    line = " ".join(text.splitlines())
    longest = max(map(len, re.findall("`+", line)), default=0)
    around = "`" * (longest + 1)
    return f"{around} {line} {around}" if longest else f"{around}{line}{around}"


def without_code_spans(line: str) -> str:
    """A line of prose with its `code` taken out."""
    return _CODE_SPAN.sub("", line)
