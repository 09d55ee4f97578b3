"""What code has where there is no app: a session, and no web framework if so asked.

A probe takes this file's text, `getsource(alone)`. It runs on the learner's side of the border.
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
    """A plain session on the app's database, and that user; what nobody commits is gone after it.

    The user is of the app's own model, so his type is not ours to know.
    """
    engine = sa.create_engine(os.environ["DATABASE_URL"])
    with Session(engine, expire_on_commit=False) as session:
        user = session.get(importlib.import_module("app.models").User, user_id)
        session.commit()
        yield session, user


class Missing(MetaPathFinder):
    """Finds none of the packages, before anybody else looks for them."""

    def __init__(self, packages: Sequence[str]) -> None:
        self.packages = packages

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raises ImportError for a package that is to be missing, and for what is in it."""
        if self.has(name):
            raise ImportError(f"without an app, {name} is not to be had")

    def has(self, name: str) -> bool:
        return any(name == each or name.startswith(f"{each}.") for each in self.packages)


def unimportable(packages: Sequence[str]) -> None:
    """From here on nobody can import them, even if somebody has already."""
    missing = Missing(packages)
    for name in filter(missing.has, list(sys.modules)):
        del sys.modules[name]
    sys.meta_path.insert(0, missing)
