"""The PostgreSQL server that the keeper runs, or the one that DATABASE_URL names."""

from pathlib import Path

from checks.services import external
from checks.services.admin import Session
from checks.services.home import Home
from checks.services.keeper_state import KeeperState
from checks.services.postgres import Postgres

# One for each server and process, so that a second call opens no second session.
KNOWN: dict[str, Postgres] = {}


def local_postgres(home: Home, state: KeeperState) -> Postgres:
    """The server that the keeper runs."""
    password = home.password_file.read_text()
    url = f"postgresql://postgres:{password}@/postgres?host={state.postgres}"
    postgres = Postgres(Session(url), Path(state.postgres), home.log)
    return KNOWN.setdefault(f"local {url}", postgres)


def external_postgres(url: str) -> Postgres:
    """The server that DATABASE_URL names.

    Raises:
        CourseError: it is no PostgreSQL, or refuses the login.
    """
    url = external.libpq_url(url)
    postgres = KNOWN.get(url) or Postgres(Session(url))
    postgres.admin.run("SELECT 1")
    return KNOWN.setdefault(url, postgres)
