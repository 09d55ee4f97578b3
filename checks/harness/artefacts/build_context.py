"""The build context of a folder: .dockerignore is read as Docker's own library reads it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from docker.utils.build import exclude_paths

from checks.files import source_files
from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse
from checks.harness.app.pattern_time import PatternTooSlow, within_limit

IGNORE = ".dockerignore"
SECONDS = 5.0
"""Of CPU time, for all patterns and all files of the folder."""


def context_files(root: Path, planted: Iterable[str], scratch: Path) -> set[str]:
    """The paths of the build context, with the planted files in the folder too.

    Only names matter, so these are empty files in `scratch`: the learner's folder stays as it is.
    """
    tree = Tree(root)
    tree_files = (path.relative_to(root).as_posix() for path in source_files(root))
    for name in (*tree_files, *planted):
        file = scratch / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    text = tree.text(IGNORE) if tree.exists(IGNORE) else ""
    included = parse(
        IGNORE, "Docker's", text.encode(), lambda: _included(scratch, text.splitlines())
    )
    return {name for name in included if (scratch / name).is_file()}


def _included(scratch: Path, lines: Sequence[str]) -> set[str]:
    """The paths that no line excludes. Raises SyntaxError for patterns that take too long."""
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        return within_limit(lambda: set(exclude_paths(scratch, patterns)), SECONDS)
    except PatternTooSlow as error:
        longest = max(range(len(lines)), key=lambda number: len(lines[number]))
        raise SyntaxError(str(error), (None, longest + 1, None, None)) from None
