"""A database for a person's own `pytest`: `eval "$(checks services lend)"`.

It lies on the server of `checks services up` and is empty each time it is asked for, and each time
that server has been started: no run of the checker uses or sweeps it.
"""

import hashlib

from checks.services.names import LENT, Database
from checks.services.postgres import Postgres


def lend(postgres: Postgres, name: str = LENT) -> str:
    """Make the database anew; its URL for the application.

    The URL is always the same: what another terminal or an `.env` was told holds still.
    """
    words = [hashlib.sha256(f"{part} {postgres.admin.url}".encode()).hexdigest() for part in "ac"]
    wanted = Database(name, name, words[0], f"{name}_c", words[1])
    postgres.drop_named(name, (wanted.checker, wanted.role))
    postgres.create_named(wanted)
    postgres.admin.run(f"ALTER ROLE {name} CREATEDB")
    return postgres.url(wanted)
