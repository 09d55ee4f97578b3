"""A notebook as data: the JSON of an .ipynb file, through pure functions.

Cells of prose and of labels are tagged `lang-en` or `lang-ru`; all others belong to both languages,
so the code is the same in both. Further tags:

- `measured`: the output is of the machine that ran it, so no run is compared with another.
- `predicted`: the site shows the output on a click; the reader decides on a number first.
- `remove-cell`: set-up that the site leaves out (Jupyter Book's name for it).
"""

import copy
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from checks.course.course import LANGUAGES
from checks.errors import CourseError

# The shape is nbformat's (https://nbformat.readthedocs.io/en/latest/format_description.html).
Notebook = dict[str, Any]
Cell = dict[str, Any]

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
IMAGES = ("image/svg+xml", "image/png")


def in_language(source: Notebook, lang: str, name: str) -> Notebook:
    """The notebook of one language, without ids and metadata that differ from run to run.

    Raises CourseError for prose without a language tag, and for a cell in one language only.
    """
    cells = source["cells"]
    counts = [sum(_is_in(cell, other) for cell in cells) for other in LANGUAGES]
    if len(set(counts)) != 1:
        problem = f"has {counts[0]} cells in English and {counts[1]} in Russian"
        raise CourseError(f"{name} {problem}; each needs its other half")
    localized = [_cell(cell, lang, number, name) for number, cell in enumerate(cells)]
    numbered = [
        {**cell, "id": f"{number:02}"} for number, cell in enumerate(c for c in localized if c)
    ]
    return {"cells": numbered, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def tags(cell: Mapping[str, Any]) -> list[str]:
    """A cell's tags; [] for one without."""
    names: list[str] = cell["metadata"].get("tags", [])
    return names


def image_type(output: Mapping[str, Any]) -> str | None:
    """The type of the image that an output holds; None for text."""
    return next((kind for kind in IMAGES if kind in output.get("data", {})), None)


def normalize(executed: Notebook, name: str) -> Notebook:
    """An executed notebook as it is committed: no timestamps, and an alt text on each plot.

    Raises CourseError for a plot without an alt text.
    """
    notebook = copy.deepcopy(executed)
    notebook["metadata"] = METADATA
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
        for output in cell.get("outputs", []):
            if kind := image_type(output):
                output["metadata"] = {kind: {"alt": _alt(cell, name)}}
                # The text form of a figure is its size, which no reader needs.
                output["data"].pop("text/plain", None)
    return notebook


def comparable_text(cell: Cell) -> str:
    """The part of a cell that must be equal in two runs: text, code, and printed output.

    Of a picture only its type counts: another machine draws the same plot with other bytes.
    """
    parts = [cell["cell_type"], str(cell["metadata"]), text(cell["source"]), *_outputs_text(cell)]
    return "\n".join(parts)


def difference(committed: Notebook, executed: Notebook) -> str | None:
    """The first line in which two runs differ; None when there is no such line."""
    before, after = (
        [comparable_text(cell) for cell in each["cells"]] for each in (committed, executed)
    )
    for number, (old, new) in enumerate(zip_longest(before, after, fillvalue="")):
        lines = zip_longest(old.split("\n"), new.split("\n"), fillvalue="")
        if pair := next(((a, b) for a, b in lines if a != b), None):
            return f"cell {number} says {pair[0]!r} in the file, and {pair[1]!r} now"
    return None


def text(source: str | list[str]) -> str:
    """nbformat writes text as lines or as one string."""
    return source if isinstance(source, str) else "".join(source)


def _outputs_text(cell: Cell) -> list[str]:
    outputs = cell.get("outputs", [])
    if "measured" in tags(cell):
        return [image_type(output) or output["output_type"] for output in outputs]
    return [image_type(output) or output_text(output) for output in outputs]


def output_text(output: Mapping[str, Any]) -> str:
    """The text of an output that is no image."""
    return text(output.get("text") or output.get("data", {}).get("text/plain", ""))


def _is_in(cell: Cell, lang: str) -> bool:
    return f"lang-{lang}" in tags(cell)


def _cell(cell: Cell, lang: str, number: int, name: str) -> Cell | None:
    """The cell in one language; None for a cell of another language."""
    languages = [other for other in LANGUAGES if _is_in(cell, other)]
    if cell["cell_type"] == "markdown" and not languages:
        raise CourseError(f'{name}: cell {number} is prose; tag it ["lang-en"] or ["lang-ru"]')
    if languages and lang not in languages:
        return None
    entries = {
        "alt": cell["metadata"].get(f"alt_{lang}"),
        "tags": [tag for tag in tags(cell) if not tag.startswith("lang-")],
    }
    # No other metadata: jupytext stores the number of empty lines between two cells there.
    metadata = {key: value for key, value in entries.items() if value}
    return {**copy.deepcopy(cell), "metadata": metadata}


def _alt(cell: Cell, name: str) -> str:
    alt: str | None = cell["metadata"].get("alt")
    if not alt:
        raise CourseError(f"{name}: a plot has no words; give its cell alt_en and alt_ru")
    return alt
