"""The relay in front of the app's Redis, which a client finds by the path of its socket."""

import socket
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from checks.harness.app.environment import AppEnvironment
from checks.harness.doubles.relay import Relay


def connect(url: str) -> socket.socket:
    """A connection to the server of a REDIS_URL: by the path of its socket, or by TCP."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return socket.create_connection((parts.hostname, parts.port or 6379))
    server = socket.socket(socket.AF_UNIX)
    server.connect(parts.path)
    return server


def relay_of(environment: AppEnvironment) -> Relay:
    """The session's relay in front of the app's Redis: one for all tests of the tree."""
    url, path = _url_of(environment), _path_of(environment)
    return environment.cached("redis relay", lambda: Relay(path, lambda: connect(url)))


def relayed_url(environment: AppEnvironment) -> str:
    """The REDIS_URL by which an app reaches its Redis through `relay_of`."""
    parts = urlsplit(_url_of(environment))
    number = parse_qs(parts.query).get("db", [parts.path.strip("/")])[0]
    login, at, _ = parts.netloc.rpartition("@")
    return f"unix://{login}{at}{_path_of(environment)}?db={number}"


def _url_of(environment: AppEnvironment) -> str:
    return environment.settings(environment.database)["REDIS_URL"]


def _path_of(environment: AppEnvironment) -> Path:
    return environment.sockets / "redis-relay.sock"
