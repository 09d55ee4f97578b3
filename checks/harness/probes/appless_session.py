"""A database session without an app, and imports that fail: the web framework's, for example.

A probe takes this file's text, `getsource(appless_session)`. It runs on the learner's side of the
border.
"""

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


@contextmanager
def session_of(user_id: int) -> Iterator[tuple[Session, Any]]:
    """A session on the app's database, and the user with that id; it rolls back at the end.

    The user is an object of the app's own model, so its type is not known here.
    """
    engine = sa.create_engine(os.environ["DATABASE_URL"])
    with Session(engine, expire_on_commit=False) as session:
        user = session.get(importlib.import_module("app.models").User, user_id)
        session.commit()
        yield session, user


class BlockedImports(MetaPathFinder):
    """A finder that refuses to import the packages; it stands before all other finders."""

    def __init__(self, packages: Sequence[str]) -> None:
        self.packages = packages

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raises ImportError for a blocked package, and for the modules in it."""
        if self.blocks(name):
            raise ImportError(f"without an app, {name} is not to be had")

    def blocks(self, name: str) -> bool:
        return any(name == package or name.startswith(f"{package}.") for package in self.packages)


def block_imports(packages: Sequence[str]) -> None:
    """Let every later import of these packages fail, also of those already imported."""
    blocked = BlockedImports(packages)
    for name in filter(blocked.blocks, list(sys.modules)):
        del sys.modules[name]
    sys.meta_path.insert(0, blocked)
