"""How the databases of runs are called, and whose process is gone."""

import hashlib
import os
import re
import secrets
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from checks.services.process import is_alive

NAME = re.compile(r"eventure_(\d+)_([0-9a-f]{6})[0-9a-f]+")
LENT = "eventure_own"
"""The database that `checks services lend` lends, and its login."""


@dataclass(frozen=True)
class Database:
    """A database and its two logins.

    `role` is the application's and owns everything. `checker` may do what the role may, and acts
    as it; the server's log tells the two apart, whatever the application calls itself.
    """

    name: str
    role: str
    password: str
    checker: str
    checker_password: str


def new_database(shared_login: tuple[str, str] | None = None) -> Database:
    """A name with our pid and new logins; or the one login that there is."""
    name = f"eventure_{os.getpid()}_{_machine()}{secrets.token_hex(5)}"
    if shared_login is not None:
        return Database(name, *shared_login, *shared_login)
    return Database(name, name, secrets.token_hex(16), f"{name}_c", secrets.token_hex(16))


def is_lent(url: str) -> bool:
    """Whether DATABASE_URL is what we have lent: it does not name a server for the checks."""
    parts = urlsplit(url)
    return (parts.username, parts.path) == (LENT, f"/{LENT}")


def is_leftover(name: str) -> bool:
    """Whether the database's name carries the pid of a process of this machine that has ended."""
    found = NAME.fullmatch(name)
    if found is None or found.group(2) != _machine():
        return False
    return not is_alive(int(found.group(1)))


def _machine() -> str:
    """Six hex digits of the host's name: a pid says nothing about another machine's processes."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]
