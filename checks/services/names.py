"""The names of the databases of runs, and whether the process in a name has ended."""

import hashlib
import os
import re
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from checks.services.process import is_alive

NAME = re.compile(r"eventure_(\d+)_([0-9a-f]{6})[0-9a-f]+")
PID_NAMESPACE = Path("/proc/self/ns/pid")
LENT_NAME = "eventure_own"
"""The database that `checks services lend` lends, and its login."""


@dataclass(frozen=True)
class Database:
    """A database and its two logins.

    `role` is the application's and owns everything. `checker` is a member of it and acts as it;
    the server's log tells the two logins apart, whatever `application_name` says.
    """

    name: str
    role: str
    password: str
    checker: str
    checker_password: str


def new_database(shared_login: tuple[str, str] | None = None) -> Database:
    """A database named after this pid with new logins, or with the one shared login."""
    name = f"eventure_{os.getpid()}_{_host_hash()}{secrets.token_hex(5)}"
    if shared_login is not None:
        return Database(name, *shared_login, *shared_login)
    return Database(name, name, secrets.token_hex(16), f"{name}_c", secrets.token_hex(16))


def is_lent(url: str) -> bool:
    """Whether DATABASE_URL is the lent database: it does not name a server for the checks."""
    parts = urlsplit(url)
    return (parts.username, parts.path) == (LENT_NAME, f"/{LENT_NAME}")


def is_of_run(role: str) -> bool:
    """Whether a role was created for the database of a run, whose name it has."""
    return NAME.fullmatch(role.removesuffix("_c")) is not None


def is_leftover(name: str) -> bool:
    """Whether the database's name carries the pid of a process of this machine that has ended."""
    match = NAME.fullmatch(name)
    if match is None or match.group(2) != _host_hash():
        return False
    return not is_alive(int(match.group(1)))


def _host_hash() -> str:
    """Six hex digits of the host and its PID namespace: a pid says nothing about other processes.

    Containers may share the host's name, and the first namespace of a machine is always the same.
    """
    try:
        namespace = PID_NAMESPACE.readlink()
    except OSError:  # macOS
        namespace = Path()
    return hashlib.sha256(f"{socket.gethostname()} {namespace}".encode()).hexdigest()[:6]
