"""The build context of a folder: .dockerignore is read as Docker's own library reads it."""

from collections.abc import Iterable
from pathlib import Path

from docker.utils.build import exclude_paths

from checks.files import source_files
from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse

IGNORE = ".dockerignore"


def context_files(root: Path, planted: Iterable[str], scratch: Path) -> set[str]:
    """The paths of the build context, with the planted files in the folder too.

    Only names matter, so these are empty files in `scratch`: the learner's folder stays as it is.
    """
    tree_files = (path.relative_to(root).as_posix() for path in source_files(root))
    for name in (*tree_files, *planted):
        file = scratch / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    patterns = list(_patterns(root))
    included = parse(
        IGNORE, "Docker's", "\n".join(patterns).encode(), lambda: exclude_paths(scratch, patterns)
    )
    return {name for name in included if (scratch / name).is_file()}


def _patterns(root: Path) -> Iterable[str]:
    lines = Tree(root).text(IGNORE).splitlines() if (root / IGNORE).is_file() else []
    return (line.strip() for line in lines if line.strip() and not line.startswith("#"))
