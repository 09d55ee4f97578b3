"""A cache of mypy's, shared by its runs in throw-away copies.

A first run takes seconds, because it reads every library; the next one a fraction of one.
"""

import hashlib
import os
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

from checks.services.home import open_home

INI_FILES = ("mypy.ini", ".mypy.ini", "setup.cfg")
MAX_CACHES = 12


def mypy_cache(tree: Path) -> dict[str, str]:
    """The environment that lets mypy use the cache of an earlier run with the same settings.

    A run with other settings would discard that cache, so each set of settings has a folder of
    its own; the most recently used folders are kept.
    """
    root = open_home().root / "mypy"
    folder = root / hashlib.sha256(b"\0".join(_settings(tree))).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    for stale in sorted(root.iterdir(), key=_last_used, reverse=True)[MAX_CACHES:]:
        shutil.rmtree(stale, ignore_errors=True)
    return {"MYPY_CACHE_DIR": str(folder)}


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
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    try:
        yield repr(tomllib.loads(text).get("tool", {}).get("mypy")).encode()
    except tomllib.TOMLDecodeError:
        yield text.encode()
