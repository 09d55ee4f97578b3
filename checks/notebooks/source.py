"""A notebook as data: the JSON of an .ipynb file, through pure functions.

Cells of prose and of labels are tagged `lang-en` or `lang-ru`; all others belong to both languages,
so the code cannot drift apart. Further tags:

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
    """The notebook of one language, with nothing in it that differs from run to run.

    Raises CourseError for prose in no language, and for one language's cell without the other's.
    """
    cells = source["cells"]
    counts = [sum(_is_in(cell, other) for cell in cells) for other in LANGUAGES]
    if len(set(counts)) != 1:
        said = f"has {counts[0]} cells in English and {counts[1]} in Russian"
        raise CourseError(f"{name} {said}; each needs its other half")
    kept = [_cell(cell, lang, number, name) for number, cell in enumerate(cells)]
    numbered = [{**cell, "id": f"{number:02}"} for number, cell in enumerate(c for c in kept if c)]
    return {"cells": numbered, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def tags(cell: Mapping[str, Any]) -> list[str]:
    """A cell's tags; [] for one without."""
    found: list[str] = cell["metadata"].get("tags", [])
    return found


def image_of(output: Mapping[str, Any]) -> str | None:
    """The type of the image that an output holds; None for text."""
    return next((kind for kind in IMAGES if kind in output.get("data", {})), None)


def tidied(executed: Notebook, name: str) -> Notebook:
    """An executed notebook as it is kept: no time stamps, and each plot described.

    Raises CourseError for a plot that says nothing to who cannot see it.
    """
    notebook = copy.deepcopy(executed)
    notebook["metadata"] = METADATA
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
        for output in cell.get("outputs", []):
            if kind := image_of(output):
                output["metadata"] = {kind: {"alt": _alt(cell, name)}}
                # The figure's name, as text: it holds its size, which no reader needs.
                output["data"].pop("text/plain", None)
    return notebook


def claims(cell: Cell) -> str:
    """All that two runs must have in common: text, code, and what the code has printed.

    Of a picture that it is there: another machine draws the same lines with other bytes.
    """
    said = [cell["cell_type"], str(cell["metadata"]), text(cell["source"]), *_printed(cell)]
    return "\n".join(said)


def difference(kept: Notebook, made: Notebook) -> str | None:
    """The first line in which two runs disagree; None when they say the same."""
    ours, theirs = ([claims(cell) for cell in one["cells"]] for one in (kept, made))
    for number, (old, new) in enumerate(zip_longest(ours, theirs, fillvalue="")):
        lines = zip_longest(old.split("\n"), new.split("\n"), fillvalue="")
        if unlike := next(((a, b) for a, b in lines if a != b), None):
            return f"cell {number} says {unlike[0]!r} in the file, and {unlike[1]!r} now"
    return None


def text(source: str | list[str]) -> str:
    """nbformat writes text as lines or as one string."""
    return source if isinstance(source, str) else "".join(source)


def _printed(cell: Cell) -> list[str]:
    outputs = cell.get("outputs", [])
    if "measured" in tags(cell):
        return [image_of(output) or output["output_type"] for output in outputs]
    return [image_of(output) or printed(output) for output in outputs]


def printed(output: Mapping[str, Any]) -> str:
    """The text of an output that is none of an image."""
    return text(output.get("text") or output.get("data", {}).get("text/plain", ""))


def _is_in(cell: Cell, lang: str) -> bool:
    return f"lang-{lang}" in tags(cell)


def _cell(cell: Cell, lang: str, number: int, name: str) -> Cell | None:
    """The cell as one language has it; None for one of another language."""
    spoken = [other for other in LANGUAGES if _is_in(cell, other)]
    if cell["cell_type"] == "markdown" and not spoken:
        raise CourseError(f'{name}: cell {number} is prose; tag it ["lang-en"] or ["lang-ru"]')
    if spoken and lang not in spoken:
        return None
    found = {
        "alt": cell["metadata"].get(f"alt_{lang}"),
        "tags": [tag for tag in tags(cell) if not tag.startswith("lang-")],
    }
    # Nothing else: jupytext notes there how many lines were empty between two cells.
    metadata = {name: value for name, value in found.items() if value}
    return {**copy.deepcopy(cell), "metadata": metadata}


def _alt(cell: Cell, name: str) -> str:
    alt: str | None = cell["metadata"].get("alt")
    if not alt:
        raise CourseError(f"{name}: a plot has no words; give its cell alt_en and alt_ru")
    return alt
