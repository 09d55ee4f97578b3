"""A database for a person's own `pytest`: `eval "$(python -m checks.services.lend)"`.

It lies on the server of `checks services up`, is empty each time it is asked for, and stays
until the next time: no run of the checker uses or sweeps it.
"""

import secrets

from checks.services.lifecycle import ensure
from checks.services.names import Database

NAME = "eventure_own"


def lend(name: str = NAME) -> str:
    """Make the database anew; its URL for the application.

    Raises:
        CourseError: the server does not let us make databases.
    """
    postgres = ensure().postgres
    words = secrets.token_hex(16), secrets.token_hex(16)
    wanted = Database(name, name, words[0], f"{name}_c", words[1])
    postgres.drop_named(name, (wanted.checker, wanted.role))
    postgres._create(wanted, None)  # noqa: SLF001 - the names of runs carry a pid; this one stays
    postgres.admin.run(f"ALTER ROLE {name} CREATEDB")
    return postgres.url(wanted)


def main() -> None:
    """Print what a shell has to be told."""
    print(f"export DATABASE_URL='{lend()}'")
    print(f"export SECRET_KEY='{secrets.token_urlsafe(32)}'")


if __name__ == "__main__":
    main()
