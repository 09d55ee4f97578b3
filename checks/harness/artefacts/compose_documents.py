"""Compose documents put together: several files of one command, and `extends`.

https://docs.docker.com/reference/compose-file/services/#extends. docker-compose 1.29.2 extends no
service that has `depends_on`, so nothing of that key is taken over.
"""

from collections.abc import Callable
from typing import Any

from checks.harness.artefacts.yaml_schema import Document

# Lists to which a second file appends; it replaces every other list of the first file.
APPENDED = {"ports", "volumes", "expose", "dns", "tmpfs", "env_file", "cap_add", "cap_drop"}
# A list of `NAME=value` is a mapping in another spelling.
BY_NAME = {"environment", "labels", "args"}
MAX_DEPTH = 10


def merged(base: Any, override: Any, key: str = "") -> Any:
    """What two files say together of the same thing; `key` is its name."""
    if key in BY_NAME:
        base, override = _by_name(base), _by_name(override)
    if isinstance(base, dict) and isinstance(override, dict):
        both = {name: merged(base[name], override[name], name) for name in base.keys() & override}
        return {**base, **override, **both}
    if isinstance(base, list) and isinstance(override, list) and key in APPENDED:
        return [*base, *(each for each in override if each not in base)]
    return override


def _by_name(value: Any) -> Any:
    """`["A=b", "C"]` as the mapping that it means; anything else as it is."""
    if not isinstance(value, list):
        return value
    pairs = (str(each).partition("=") for each in value)
    return {name: text if sign else None for name, sign, text in pairs}


def with_bases(document: Document, read: Callable[[str], Document]) -> Document:
    """The document without `extends`: each service has what its base has.

    `read` gives the document of another file. Fails the test for a base that does not exist.
    """
    services = document.get("services") or {}
    return {**document, "services": {name: _whole(name, document, read, 0) for name in services}}


def _whole(name: str, document: Document, read: Callable[[str], Document], depth: int) -> Document:
    own: Document = (document.get("services") or {}).get(name) or {}
    extends = own.get("extends")
    if not extends:
        return own
    target = {"service": extends} if isinstance(extends, str) else extends
    file, service = target.get("file"), target["service"]
    source = read(file) if file else document
    assert depth < MAX_DEPTH, f"`extends` of `{name}` comes to an end"
    assert service in (source.get("services") or {}), f"`{name}` extends a service: `{service}`"
    base = _whole(service, source, read, depth + 1)
    kept = {key: value for key, value in base.items() if key != "depends_on"}
    whole: Document = merged(kept, {key: own[key] for key in own if key != "extends"})
    return whole
