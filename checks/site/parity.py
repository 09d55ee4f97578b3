"""The parity of both languages: the skeletons of their pages, compared.

A heading, a code block, a link or a row of a table that a translation lost is an error, like a
broken link. Comments in code, titles of blocks and drawings in `text` blocks are prose and may be
translated; so are the cells of a table, but for those that are code.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checks.site.markdown import lines_outside_code, without_code_spans

_HEADING = re.compile(r"(?P<level>#{1,6}) +(?P<text>.*?)(?: *\{ *#(?P<id>[\w.-]+)[^}]*\})? *")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ADMONITION = re.compile(r" *(?:!!!|\?\?\?\+?|===) *(\w*)")
_FENCE_LINE = re.compile(r"( *)(`{3,}|~{3,})(.*)")
_RUSSIAN_TWIN = re.compile(r"\.ru(?=\.(md|svg)$)")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_CODE_CELL = re.compile(r"`[^`]+`")
_COMMENT = re.compile(r"#.*")


@dataclass(frozen=True)
class Skeleton:
    """The parts of a page that both languages share."""

    headings: tuple[tuple[int, str], ...]
    code: tuple[str, ...]
    links: tuple[str, ...]
    blocks: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]


def skeleton(text: str) -> Skeleton:
    """A page without its words."""
    prose = [line for _, line in lines_outside_code(text)]
    headings = [match for line in prose if (match := _HEADING.fullmatch(line))]
    links = (link for line in prose for link in _LINK.findall(without_code_spans(line)))
    return Skeleton(
        tuple((len(match["level"]), match["id"] or "") for match in headings),
        tuple(_code_blocks(text)),
        tuple(sorted(_target(link) for link in links)),
        tuple(match[1] for line in prose if (match := _ADMONITION.match(line))),
        tuple(_row(line) for line in prose if line.lstrip().startswith("|")),
    )


def _row(line: str) -> tuple[str, ...]:
    """A row's cells that are one `code` span; "" stands for the others, which are words."""
    cells = _CELL_BORDER.split(line.strip().strip("|"))
    return tuple(
        match[0] if (match := _CODE_CELL.fullmatch(cell.strip())) else "" for cell in cells
    )


def _target(link: str) -> str:
    """A file of the site; "the web" for others: a Russian page links to Russian ones."""
    return "the web" if "://" in link else _RUSSIAN_TWIN.sub("", link)


def _code_blocks(text: str) -> Iterator[str]:
    lines = text.splitlines()
    prose = {number for number, _ in lines_outside_code(text)}
    block: list[str] = []
    for number, line in enumerate([*lines, ""]):
        if number in prose or number == len(lines):
            if block:
                yield "\n".join(block)
            block = []
        elif mark := _FENCE_LINE.fullmatch(line):
            block.append(re.sub(r'title="[^"]*"', "", mark[3]).strip())
        elif block[:1] == ["text"]:
            block.append("")
        else:
            block.append(_COMMENT.sub("#", line).strip())


def differences(english: Mapping[str, str], russian: Mapping[str, str]) -> list[str]:
    """One sentence for each difference between the English and the Russian pages."""
    problems = [f"{path}: has no Russian page" for path in sorted(english.keys() - russian.keys())]
    problems += [f"{path}: has no English page" for path in sorted(russian.keys() - english.keys())]
    for path in sorted(english.keys() & russian.keys()):
        english_skeleton, russian_skeleton = skeleton(english[path]), skeleton(russian[path])
        problems += (
            f"{path}: {problem}"
            for problem in _skeleton_differences(english_skeleton, russian_skeleton)
        )
        problems += (
            f"{path}: a heading of level {level} has no pinned id; add {{#an-id}}"
            for level, anchor in english_skeleton.headings
            if not anchor
        )
    return problems


def _skeleton_differences(english_skeleton: Skeleton, russian_skeleton: Skeleton) -> Iterator[str]:
    for field in ("headings", "code", "links", "blocks", "tables"):
        english, russian = getattr(english_skeleton, field), getattr(russian_skeleton, field)
        if english == russian:
            continue
        pairs = ((a, b) for a, b in zip(english, russian, strict=False) if a != b)
        pair = next(pairs, None)
        yield (
            f"{field} differ: {pair[0]!r} in English is {pair[1]!r} in Russian"
            if pair
            else f"{field} differ in number: {len(english)} in English, {len(russian)} in Russian"
        )
