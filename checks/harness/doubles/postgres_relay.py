"""The relay in front of the app's PostgreSQL, which clients find by the folder of its socket."""

import socket
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from checks.harness.app.environment import AppEnvironment
from checks.harness.doubles.relay import Relay
from checks.harness.doubles.silent_server import POSTGRES_SOCKET


def connect(url: str) -> socket.socket:
    """A connection to the server of a DATABASE_URL: by the folder in its query, else by TCP."""
    parts = urlsplit(url)
    folders = parse_qs(parts.query).get("host")
    if not folders:
        return socket.create_connection((parts.hostname, parts.port or 5432))
    server = socket.socket(socket.AF_UNIX)
    server.connect(f"{folders[0]}/{POSTGRES_SOCKET}")
    return server


def relay_of(environment: AppEnvironment) -> Relay:
    """The session's relay in front of the app's PostgreSQL: one for all tests of the tree."""
    url = environment.settings(environment.database)["DATABASE_URL"]
    path = _folder_of(environment) / POSTGRES_SOCKET
    return environment.cached("relay", lambda: Relay(path, lambda: connect(url)))


def relayed_url(environment: AppEnvironment) -> str:
    """The DATABASE_URL by which an app reaches PostgreSQL through `relay_of`."""
    return environment.services.postgres.url(environment.database, str(_folder_of(environment)))


def _folder_of(environment: AppEnvironment) -> Path:
    return environment.sockets / "relay"
