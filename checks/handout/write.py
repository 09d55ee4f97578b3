"""A learners' copy is written whole, under a name that was free, or not at all."""

from collections.abc import Mapping
from pathlib import Path

from checks.course.learners_copy import BASE, pack_base
from checks.errors import CourseError
from checks.files import File, git_file, replace_all
from checks.services.temporary_folders import temporary_folder


def write_handout(files: Mapping[str, File], target: Path) -> None:
    """Write the files and their base below `target`, a path that is free or an empty folder.

    Raises CourseError when something is there already.
    """
    if target.is_symlink() or (target.exists() and not _is_empty_folder(target)):
        raise CourseError(f"{target} is there already; name a new folder, or an empty one")
    target.parent.mkdir(parents=True, exist_ok=True)
    whole = {**files, BASE: git_file(pack_base(files))}
    # beside the target: the rename needs one file system
    with temporary_folder("handout", target.parent) as folder:
        copy = folder / "copy"
        replace_all({copy / path: file for path, file in whole.items()})
        if target.exists():
            target.rmdir()  # fails if somebody has put a file there meanwhile
        copy.rename(target)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())
