"""A cache for mypy in the sandbox, of which no submission has written a byte.

A cache that one submission leaves behind would decide about the next. So mypy reads the reference
and the libraries once in a sandbox of its own, with a submission's settings and none of its code;
what it writes there is kept, and every later copy with the same settings begins with it. Mypy
believes of a cache only what it knows of modules whose text and options are the same.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from checks.harness.app.mypy_cache import INI_FILES, remove_stale, settings_name
from checks.harness.app.scratch_copy import CONTAINED_CACHE, ScratchCopy
from checks.harness.errors import HarnessError
from checks.sandbox.learner_files import LearnerFolder
from checks.sandbox.privileges import as_root
from checks.services.home import Home, open_home

SETTINGS_FILES = (*INI_FILES, "pyproject.toml")
FOLDER = "mypy-contained"
LIBRARIES = "".join(
    f"import {name}\n"
    for name in (
        "alembic.config",
        "alembic.op",
        "fastapi.testclient",
        "pytest",
        "sqlalchemy.dialects.postgresql",
    )
)
"""What tests and migrations import; the rest stands in the reference's app."""
DEPTH = 3
MAX_FILES = 64
"""By default mypy's cache is 16 databases; a format with a file for each module is not kept."""


def add_cache(copy: ScratchCopy, new_reference: Callable[[], ScratchCopy]) -> None:
    """Give a copy in which nothing has run the cache of its settings, made now if there is none.

    `new_reference` makes a fresh copy of the reference, for mypy to run in; it is closed. A copy
    gets no cache when mypy cannot run with the settings: it then says so in the copy itself.
    """
    with as_root():
        home = open_home()
    kept = home.root / FOLDER / settings_name(copy.tree)
    with _locked(home):  # two tasks that begin at once do not both make it
        if not _is_folder(kept):
            with suppress(HarnessError, OSError), closing(new_reference()) as reference:
                _keep(kept, _made_by_mypy(copy.tree, reference))
    with as_root():
        _copy(kept, copy.folder / CONTAINED_CACHE)
        remove_stale(kept.parent)


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    with ExitStack() as stack:
        with as_root():
            stack.enter_context(home.locked(FOLDER))
        yield


def _is_folder(path: Path) -> bool:
    with as_root():
        return path.is_dir()


def _made_by_mypy(settings: Path, reference: ScratchCopy) -> dict[str, bytes]:
    """The files of the cache that a run in the sandbox leaves; {} when they are too many to keep.

    Raises HarnessError when mypy does not end, and OSError when it leaves no plain files.
    """
    for name in SETTINGS_FILES:
        (reference.tree / name).unlink(missing_ok=True)
        if (settings / name).is_file():
            shutil.copy(settings / name, reference.tree / name)
    reference.write("libraries.py", LIBRARIES)
    reference.run("mypy", "app", "libraries.py")
    folder = LearnerFolder(reference.folder)
    names = folder.files(CONTAINED_CACHE, DEPTH)
    if len(names) > MAX_FILES:
        return {}
    return {name: folder.read_bytes(f"{CONTAINED_CACHE}/{name}") for name in names}


def _keep(kept: Path, files: Mapping[str, bytes]) -> None:
    """Write the cache under its name, at once; an empty one says that none is worth keeping."""
    draft = kept.with_name(f"{kept.name}.new")
    with as_root():
        shutil.rmtree(draft, ignore_errors=True)  # of a run that was killed
        draft.mkdir(parents=True)
        for name, data in files.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(data)
        draft.rename(kept)


def _copy(kept: Path, target: Path) -> None:
    try:
        os.utime(kept)
        shutil.copytree(kept, target)
    except OSError:  # another run has deleted it
        shutil.rmtree(target, ignore_errors=True)
