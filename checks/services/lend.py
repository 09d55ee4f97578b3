"""A database for a person's own `pytest`: `eval "$(checks services lend)"`.

The database lies on the server of `checks services up`. It is empty after each lend and after each
start of that server. No run of the checker uses or sweeps it.
"""

import hashlib

from checks.services.names import LENT_NAME, Database
from checks.services.postgres import Postgres


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
