"""Pages from the executed notebooks: an .ipynb is JSON, so neither Jupyter nor a plugin is needed.

The page shows the outputs in the file; `python -m checks.notebooks` runs the notebook again and
compares. Links and headings are treated as in a day's README.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checks.course.course import LANGUAGES, Course
from checks.errors import CourseError
from checks.notebooks.source import Cell, Notebook, image_type, output_text, tags, text
from checks.site import words
from checks.site.dark_plots import dark_twin
from checks.site.markdown import collapsed_block, fence, pin_heading_ids, replace_links
from checks.site.pages import page_title, task_path

FOLDER = "notebooks"
ORDER = ("tokens", "n_plus_one", "caching")
"""The notebooks in the order of their days."""

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
    folder = course.root / FOLDER
    stems = [stem for stem in ORDER if (folder / f"{stem}.py").is_file()]
    return tuple(_page(course, folder, stem, lang) for stem in stems)


def _page(course: Course, folder: Path, stem: str, lang: str) -> NotebookPage:
    files = {other: folder / other / f"{stem}.ipynb" for other in LANGUAGES}
    notebooks = {other: _read(path) for other, path in files.items()}
    name = stem.replace("_", "-")
    pictures: dict[str, bytes] = {}
    body = "\n\n".join(_cells(notebooks[lang], name, lang, pictures))
    english = "\n\n".join(_cells(notebooks["en"], name, "en", {}))
    targets = {**statement_links(course), f"{name}.ipynb": f"{name}.ipynb"}
    page = replace_links(pin_heading_ids(body, english, f"{lang}/{stem}.ipynb"), targets)
    title = page_title(page)
    files_beside = {**pictures, f"{name}.ipynb": files[lang].read_bytes()}
    return NotebookPage(f"{FOLDER}/{name}.md", title, page, files_beside)


def statement_links(course: Course) -> dict[str, str]:
    """The paths of statements, relative to a notebook's file, and their pages."""
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
        remedy = "run `python -m checks.notebooks --write`"
        raise CourseError(f"{path} cannot be read: {error}; {remedy}") from error
    return notebook


def _cells(notebook: Notebook, name: str, lang: str, pictures: dict[str, bytes]) -> Iterator[str]:
    """The cells as Markdown, in order; each plot is added to `pictures`."""
    is_first = True
    for cell in notebook["cells"]:
        if "remove-cell" in tags(cell):
            continue
        if cell["cell_type"] == "markdown":
            yield _questions(text(cell["source"]))
            if is_first:
                stem = name.replace("-", "_")
                yield words.NOTEBOOK.in_(lang).format(file=f"{name}.ipynb", stem=stem)
            is_first = False
            continue
        code = fence(text(cell["source"]), "python")
        yield (
            collapsed_block("example", words.PLOT.in_(lang), code) if "plot" in tags(cell) else code
        )
        yield from _outputs(cell, name, lang, pictures)


def _outputs(cell: Cell, name: str, lang: str, pictures: dict[str, bytes]) -> Iterator[str]:
    for output in cell["outputs"]:
        kind = image_type(output)
        if kind is not None:
            file = f"{name}-{_number(pictures)}.{_SUFFIX[kind]}"
            pictures[file] = _picture(text(output["data"][kind]), kind)
            yield _plot(file, cell["metadata"]["alt"], pictures)
            continue
        block = fence(output_text(output), _info(cell, lang))
        is_collapsed = "predicted" in tags(cell)
        yield collapsed_block("success", words.OUTCOME.in_(lang), block) if is_collapsed else block


def _number(pictures: Mapping[str, bytes]) -> int:
    """The number of the next plot; a twin has that of its plot."""
    return 1 + sum(not name.endswith("-dark.png") for name in pictures)


def _plot(file: str, alt: str, pictures: dict[str, bytes]) -> str:
    """The plot, and where it is a PNG its dark twin, of which the theme shows one."""
    if not file.endswith(".png"):
        return f"![{alt}]({file}){{ .plot }}"
    dark = file.replace(".png", "-dark.png")
    pictures[dark] = dark_twin(pictures[file])
    return f"![{alt}]({file}#only-light){{ .plot }}\n![{alt}]({dark}#only-dark){{ .plot }}"


def _info(cell: Cell, lang: str) -> str:
    """The info string. Parity compares no content of a `text` block: measured times differ."""
    title = f'title="{words.OUTPUT.in_(lang)}"'
    return f"text {title}" if "measured" in tags(cell) else f"{{ .text .no-copy {title} }}"


def _picture(data: str, kind: str) -> bytes:
    return base64.b64decode(data) if kind == "image/png" else data.encode()


def _questions(markdown: str) -> str:
    """Replace the `<details>` of a notebook by the site's collapsed blocks."""
    return _DETAILS.sub(
        lambda match: collapsed_block("question", match["question"], match["answer"]), markdown
    )
