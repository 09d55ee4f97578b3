"""A database for what a person types: `eval "$(checks services lend)"`, then alembic, psql, pytest.

The database lies on the server of `checks services up`. It is empty after each lend and after each
start of that server. No run of the checker uses or sweeps it.
"""

import hashlib
import secrets
import shlex
from urllib.parse import parse_qs, unquote, urlsplit

from checks.programs import postgres_folder
from checks.services.names import LENT_NAME, Database
from checks.services.postgres import Postgres
from checks.services.redis import LOCAL_KINDS, RedisServer

LENT_REDIS = 0  # no run leases this number


def lend(postgres: Postgres, name: str = LENT_NAME) -> str:
    """Create the database anew; its URL for the application.

    The URL is always the same, so it stays valid in another terminal or an `.env`.
    """
    passwords = [
        hashlib.sha256(f"{salt} {postgres.admin.url}".encode()).hexdigest() for salt in "ac"
    ]
    database = Database(name, name, passwords[0], f"{name}_c", passwords[1])
    postgres.drop_named(name, (database.checker, database.role))
    postgres.create_named(database)
    postgres.allow_creating_databases(name)
    return postgres.url(database)


def lent_variables(database_url: str, redis: RedisServer) -> dict[str, str]:
    """What the app, alembic and psql read from the environment to reach a lent database.

    Only a Redis of the workbook's own on a socket is among it: REDIS_URL names an external one
    already, and the checker could not tell a simulated one from one.
    """
    lent_redis = {"REDIS_URL": redis.url(LENT_REDIS)} if redis.kind in LOCAL_KINDS else {}
    return {
        "DATABASE_URL": database_url,
        "SECRET_KEY": secrets.token_urlsafe(32),
        **lent_redis,
        **_libpq_variables(database_url),
    }


def shell_lines(variables: dict[str, str], *, with_path: bool) -> list[str]:
    """The lines that a shell evaluates; `with_path` puts the server's own psql on its path.

    A file such as `.env` has no use for that line: it is no shell that reads it.
    """
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    folder = postgres_folder()
    if with_path and folder is not None:
        lines.append(f'export PATH={shlex.quote(str(folder / "bin"))}:"$PATH"')
    return lines


def _libpq_variables(database_url: str) -> dict[str, str]:
    """The same database as libpq's programs read it from their environment."""
    parts = urlsplit(database_url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "PGHOST": host,
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.removeprefix("/"),
    }
