"""The ports of a Compose service, in their short and their long form."""

from typing import Any

ALL_ADDRESSES = "0.0.0.0"  # noqa: S104  (looked for, not bound)


def published_address(port: Any) -> str:
    """`address:port` of the host; 0.0.0.0 without an address."""
    if isinstance(port, dict):
        host, public = port.get("host_ip"), port.get("published")
    else:  # [[HOST:]PUBLISHED:]CONTAINER[/PROTOCOL]
        host, public = ([None, None, *str(port).partition("/")[0].rsplit(":", 2)])[-3:-1]
    return f"{host or ALL_ADDRESSES}:{public or ''}"


def port_pair(port: Any) -> tuple[str, str]:
    """The port of the host, "" for none, and the container's."""
    if isinstance(port, dict):
        return str(port.get("published") or ""), str(port.get("target"))
    *_, public, target = ["", "", *str(port).partition("/")[0].rsplit(":", 2)]
    return public, target
