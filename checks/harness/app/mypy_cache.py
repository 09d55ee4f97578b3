"""A cache of mypy's for its runs in throw-away copies, one run at a time.

A first run takes seconds, because it reads every library; the next one a fraction of one. Two runs
at once would mix what they know of two trees, so each has a cache of its own. A new cache begins as
a copy of another one: mypy believes of it only what it knows of modules whose text and options are
the same, and reads the other modules anew.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from checks.harness.app.parsing import parse_toml
from checks.services.home import open_home
from checks.services.temporary_folders import temporary_folder

INI_FILES = ("mypy.ini", ".mypy.ini", "setup.cfg")
MAX_CACHES = 12
RUNS_AT_ONCE = 8


@contextmanager
def mypy_cache(tree: Path) -> Iterator[dict[str, str]]:
    """The environment that lets mypy use the cache of an earlier run with the same settings.

    A run with other settings would discard much of that cache, so each set of settings has folders
    of its own; the most recently used folders are kept. No other run gets the folder inside the
    block.
    """
    root = open_home().root / "mypy"
    name = settings_name(tree)
    folders = (root / f"{name}-{number}" for number in range(RUNS_AT_ONCE))
    with ExitStack() as stack:
        folder = next(filter(partial(_lock, stack), folders), None)
        if folder is None:
            folder = stack.enter_context(temporary_folder("mypy"))
        else:
            _fill(folder)
            remove_stale(root)
        yield {"MYPY_CACHE_DIR": str(folder)}


def _lock(stack: ExitStack, folder: Path) -> bool:
    """Lock a cache until the stack is closed; whether it was free (flock(2))."""
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    descriptor = os.open(folder, os.O_RDONLY)
    stack.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fill(folder: Path) -> None:
    """Fill an empty cache with the most recently used one that no run has, if there is one."""
    if any(folder.iterdir()):
        return
    for other in sorted(folder.parent.iterdir(), key=_last_used, reverse=True):
        with ExitStack() as stack, suppress(OSError):  # another run may delete it meanwhile
            if other != folder and any(other.iterdir()) and _lock(stack, other):
                shutil.copytree(other, folder, dirs_exist_ok=True)
                return


def settings_name(tree: Path) -> str:
    """A name for all that a tree's files of settings say to mypy."""
    return hashlib.sha256(b"\0".join(_settings(tree))).hexdigest()[:16]


def remove_stale(root: Path) -> None:
    """Delete the caches but for those that were used last."""
    for stale in sorted(root.iterdir(), key=_last_used, reverse=True)[MAX_CACHES:]:
        shutil.rmtree(stale, ignore_errors=True)


def _last_used(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # another run has deleted it
        return 0.0


def _settings(tree: Path) -> Iterator[bytes]:
    for name in INI_FILES:
        file = tree / name
        yield file.read_bytes() if file.is_file() else b""
    file = tree / "pyproject.toml"
    data = file.read_bytes() if file.is_file() else b""
    try:
        yield repr(parse_toml(file.name, data).get("tool", {}).get("mypy")).encode()
    except (AssertionError, AttributeError, RecursionError):
        yield data
