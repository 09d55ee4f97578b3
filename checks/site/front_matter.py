"""What search engines and the site's own search read of a page: heading, description, rank.

The heading is the page's title for search engines: in the navigation seven pages have one name.

All stand in the page's front matter. Material reads `description`, `search.exclude` and
`search.boost` there (https://squidfunk.github.io/mkdocs-material/plugins/search/).
"""

import html
import json
import re
from collections.abc import Iterator, Mapping

from checks.course.course import Course
from checks.site import plan_faults, words
from checks.site.changes import changes_path
from checks.site.markdown import lines_outside_code
from checks.site.pages import page_title, task_path

LENGTH = 160
"""Characters of a description: result pages of search engines cut longer ones."""

_TASK_BOOST = 4
_REPETITION_BOOST = 0.25
_NO_PROSE = re.compile(r"#|\||[-*+] |\d+\. |!|\?\?\?|===|\{|<|    ")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*+|`")


def with_front_matter(
    pages: Mapping[str, str], course: Course, cards: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The pages with their front matter; `cards` are the paths of the pages' cards.

    A task comes before the pages that mention it; the pages of the plan's faults and those that run
    code repeat parts of the statements, so they come after them; the changes of a day are code, and
    no search finds them.
    """
    search: dict[str, object] = {
        task_path(task): {"boost": _TASK_BOOST} for task in course.tasks if task_path(task) in pages
    }
    search |= {changes_path(day): {"exclude": True} for day in course.days}
    faults = (plan_faults.PATH, *(plan_faults.day_path(day) for day in course.days))
    search |= {path: {"boost": _REPETITION_BOOST} for path in (*faults, *words.RUNNABLE_PAGES)}
    return {
        path: _front_matter(text, search=search.get(path), card=(cards or {}).get(path)) + text
        for path, text in pages.items()
    }


def _front_matter(text: str, **more: object) -> str:
    """YAML between its marks. JSON is YAML, and its quoting has no surprises."""
    # MkDocs escapes nothing where the theme puts it into an attribute.
    heading = html.escape(_MARKS.sub("", page_title(text)))
    values: dict[str, object] = {"description": html.escape(description(text)), "heading": heading}
    values |= {name: value for name, value in more.items() if value}
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join(["---", *lines, "---", "", ""])


def description(text: str) -> str:
    """The first paragraph of prose, of a task that of its goal, cut after a word at LENGTH."""
    _, goal, rest = text.partition("{#goal}")
    paragraph = next(_paragraphs(rest if goal else text), "")
    plain = _MARKS.sub("", _LINK.sub(r"\1", paragraph))
    if len(plain) <= LENGTH:
        return plain
    return plain[:LENGTH].rpartition(" ")[0].rstrip(" ,;:—") + "…"


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs outside code, lists and tables, each in one line."""
    lines = dict(lines_outside_code(text))
    block: list[str] = []
    for number in range(len(text.splitlines()) + 1):
        line = lines.get(number, "")
        if line.strip():
            block.append(line.rstrip())
        elif block:
            if not _NO_PROSE.match(block[0]) and not _NO_PROSE.match(block[-1]):
                yield " ".join(block)
            block = []
