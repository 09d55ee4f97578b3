"""What decides a tree's schema, as a hash: a change anywhere else need not migrate again."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

SCHEMA_PATHS = ("migrations", "alembic.ini", "app/models", "app/db", "app/core")


def schema_key(tree: Path, *, contained: bool) -> str:
    """The hash of the files that decide the schema; contained, of the whole tree."""
    parts = (".",) if contained else SCHEMA_PATHS
    digest = hashlib.sha256(b"contained" if contained else b"open")
    for path in sorted(p for part in parts for p in _files(tree / part)):
        digest.update(str(path.relative_to(tree)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:24]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for name in path.rglob("*"):
            if name.is_file() and not name.is_symlink() and "__pycache__" not in name.parts:
                yield name
