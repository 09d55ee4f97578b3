"""Pages from the executed notebooks: an .ipynb is JSON, so neither Jupyter nor a plugin is needed.

What stands on the page is what the run has left in the file; `python -m checks.notebooks` runs it
again and compares. Links and headings are treated as those of a day's morning page.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checks.course.course import LANGUAGES, Course
from checks.errors import CourseError
from checks.notebooks.source import Cell, Notebook, image_of, printed, tags, text
from checks.site import words
from checks.site.markdown import fence, fold, pin, relink
from checks.site.pages import task_path

FOLDER = "notebooks"
ORDER = ("tokens", "n_plus_one", "caching")
"""In the order of the days that they go with."""

_DETAILS = re.compile(
    r"<details>\s*<summary>(?P<question>.*?)</summary>\s*(?P<answer>.*?)\s*</details>", re.DOTALL
)
_SUFFIX = {"image/png": "png", "image/svg+xml": "svg"}


@dataclass(frozen=True)
class NotebookPage:
    """A page's title and text, and the files beside it by their names."""

    path: str
    title: str
    text: str
    files: Mapping[str, bytes] = field(default_factory=dict)


def notebook_pages(course: Course, lang: str) -> tuple[NotebookPage, ...]:
    """The pages of one language. Raises CourseError for a notebook that has not been run."""
    home = course.root / FOLDER
    found = [stem for stem in ORDER if (home / f"{stem}.py").is_file()]
    return tuple(_page(course, home, stem, lang) for stem in found)


def _page(course: Course, home: Path, stem: str, lang: str) -> NotebookPage:
    files = {other: home / other / f"{stem}.ipynb" for other in LANGUAGES}
    read = {other: _read(path) for other, path in files.items()}
    name = stem.replace("_", "-")
    pictures: dict[str, bytes] = {}
    body = "\n\n".join(_cells(read[lang], name, lang, pictures))
    english = "\n\n".join(_cells(read["en"], name, "en", {}))
    targets = {**statement_links(course), f"{name}.ipynb": f"{name}.ipynb"}
    page = relink(pin(body, english, f"{lang}/{stem}.ipynb"), targets)
    title = page.partition("\n")[0].removeprefix("# ").partition(" {#")[0]
    beside = {**pictures, f"{name}.ipynb": files[lang].read_bytes()}
    return NotebookPage(f"{FOLDER}/{name}.md", title, page, beside)


def statement_links(course: Course) -> dict[str, str]:
    """Statements as a notebook's file reaches them, and the pages that they have here."""
    return {
        f"../../days/{day.folder}/{task.statement_in(lang)}": f"../{task_path(task)}"
        for day in course.days
        for task in day.tasks
        for lang in LANGUAGES
    }


def _read(path: Path) -> Notebook:
    try:
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        said = "run `python -m checks.notebooks --write`"
        raise CourseError(f"{path} cannot be read: {error}; {said}") from error
    return notebook


def _cells(notebook: Notebook, name: str, lang: str, pictures: dict[str, bytes]) -> Iterator[str]:
    """The cells as Markdown, in order; `pictures` is given each plot."""
    first = True
    for cell in notebook["cells"]:
        if "remove-cell" in tags(cell):
            continue
        if cell["cell_type"] == "markdown":
            yield _questions(text(cell["source"]))
            if first:
                stem = name.replace("-", "_")
                yield words.NOTEBOOK.in_(lang).format(file=f"{name}.ipynb", stem=stem)
            first = False
            continue
        code = fence(text(cell["source"]), "python")
        yield fold("example", words.PLOT.in_(lang), code) if "plot" in tags(cell) else code
        yield from _outputs(cell, name, lang, pictures)


def _outputs(cell: Cell, name: str, lang: str, pictures: dict[str, bytes]) -> Iterator[str]:
    for output in cell["outputs"]:
        kind = image_of(output)
        if kind is not None:
            file = f"{name}-{len(pictures) + 1}.{_SUFFIX[kind]}"
            pictures[file] = _picture(text(output["data"][kind]), kind)
            alt = cell["metadata"]["alt"]
            yield f"![{alt}]({file}){{ .plot }}"
            continue
        shown = fence(printed(output), _info(cell, lang))
        hidden = "predicted" in tags(cell)
        yield fold("success", words.OUTCOME.in_(lang), shown) if hidden else shown


def _info(cell: Cell, lang: str) -> str:
    """Of a `text` block parity compares no content: two runs have measured two times."""
    title = f'title="{words.OUTPUT.in_(lang)}"'
    return f"text {title}" if "measured" in tags(cell) else f"{{ .text .no-copy {title} }}"


def _picture(data: str, kind: str) -> bytes:
    return base64.b64decode(data) if kind == "image/png" else data.encode()


def _questions(markdown: str) -> str:
    """What Jupyter folds with HTML, the site folds with a block of its own."""
    return _DETAILS.sub(
        lambda match: fold("question", match["question"], match["answer"]), markdown
    )
