"""What decides a tree's schema, as a hash: a change anywhere else need not migrate again."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

SCHEMA_PATHS = ("migrations", "alembic.ini", "app/models", "app/db", "app/core")


def schema_key(tree: Path, *, contained: bool) -> str:
    """The hash of the files that decide the schema; contained, of the whole tree."""
    parts = (".",) if contained else SCHEMA_PATHS
    files = {
        os.fsencode(path.relative_to(tree)).hex(): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in parts
        for path in _files(tree / part)
    }  # each file by itself: no tree can be written that joins to the bytes of another
    key = json.dumps([contained, files], sort_keys=True)
    return hashlib.sha256(key.encode()).hexdigest()[:24]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for name in path.rglob("*"):
            if name.is_file() and not name.is_symlink() and "__pycache__" not in name.parts:
                yield name
