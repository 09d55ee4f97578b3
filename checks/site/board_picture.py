"""Draw docs/assets/board.svg from the real board: `python -m checks.site.board_picture`.

A learner's first minutes: the first task passes, the second fails, the rest waits.
"""

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from rich.console import Console, RenderableType

from checks.course.course import Course, find_root, load_course
from checks.files import write_file
from checks.results.model import Verdict
from checks.terminal.board import render_board

WIDTH = 76
_FONT_FACES = re.compile(r"@font-face \{.*?\}\s*", flags=re.DOTALL)
_SVG_TAG = re.compile(r'<svg class="rich-terminal"')


def sample_verdicts(course: Course) -> dict[str, Verdict]:
    """Verdicts by task key: the first task passes and the second fails."""
    keys = [task.key for task in course.tasks]
    return dict(zip(keys, (Verdict.PASS, Verdict.FAIL), strict=False))


def draw(course: Course, verdicts: Mapping[str, Verdict]) -> str:
    """The board as SVG, without the fonts that rich would fetch from another host."""
    return terminal_picture(
        "$ checks", render_board(course, verdicts), "board", "The board that `checks` prints"
    )


def terminal_picture(command: str, output: RenderableType, unique_id: str, label: str) -> str:
    """A command and its output as SVG; `label` is what a screen reader says."""
    console = Console(
        record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(command, style="bold")
    console.print()
    console.print(output)
    svg = console.export_svg(title="checks", unique_id=unique_id)
    attributes = f'role="img" aria-label="{label}"'
    return _SVG_TAG.sub(f'<svg class="rich-terminal" {attributes}', _FONT_FACES.sub("", svg))


def main() -> None:
    """Write the picture."""
    root = find_root()
    course = load_course(root, tree="solutions")
    picture = root / "docs" / "assets" / "board.svg"
    write_file(picture, draw(course, sample_verdicts(course)).encode())
    print(picture.relative_to(Path(root)))


if __name__ == "__main__":
    main()
