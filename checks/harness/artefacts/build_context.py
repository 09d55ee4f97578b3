"""What of a folder a Docker engine is sent; .dockerignore is read as Docker's library does."""

from collections.abc import Iterable
from pathlib import Path

from docker.utils.build import exclude_paths

from checks.files import source_files

IGNORE = ".dockerignore"


def sent(root: Path, planted: Iterable[str], scratch: Path) -> set[str]:
    """The files of the build context, by path, when the planted ones lie in it, too.

    Names decide, so an empty copy in `scratch` is asked: the learner's folder is not written to.
    """
    own = (path.relative_to(root).as_posix() for path in source_files(root))
    for name in (*own, *planted):
        file = scratch / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    found = exclude_paths(str(scratch), list(_patterns(root)))
    return {name for name in found if (scratch / name).is_file()}


def _patterns(root: Path) -> Iterable[str]:
    file = root / IGNORE
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return (line.strip() for line in lines if line.strip() and not line.startswith("#"))
