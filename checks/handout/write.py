"""A learners' copy is written whole, under a name that was free, or not at all."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from checks.course.learners_copy import BASE, pack_base
from checks.errors import CourseError
from checks.files import STAGING_PREFIX, File, git_file, replace_all


def write_handout(files: Mapping[str, File], target: Path) -> None:
    """Write the files and their base below `target`, a path that is free or an empty folder.

    Raises CourseError when something is there already.
    """
    if target.is_symlink() or (target.exists() and not _is_empty_folder(target)):
        raise CourseError(f"{target} is there already; name a new folder, or an empty one")
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=target.parent))
    try:
        base = {BASE: git_file(pack_base(files))}
        replace_all({staged / path: file for path, file in {**files, **base}.items()})
        staged.chmod(0o755)
        if target.exists():
            target.rmdir()  # fails if somebody has put a file there meanwhile
        staged.rename(target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())
