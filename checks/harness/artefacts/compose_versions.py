"""The keys of a Compose file that docker-compose 1.29.2 does not know."""

from collections.abc import Iterator, Mapping
from typing import Any

# Keys that the Compose Specification has since 2021: docker-compose 1.29.2 refuses them.
UNSUPPORTED_AT_TOP = {"name", "include", "models", "jobs"}
UNSUPPORTED_IN_SERVICE = {
    *("annotations", "attach", "develop", "gpus", "label_file", "models", "post_start"),
    *("pre_start", "pre_stop", "provider", "use_api_socket", "uts", "cgroup"),
}
SUPPORTED_IN_PORT = {"target", "published", "protocol", "mode"}


def top_keys(document: Mapping[str, Any]) -> list[str]:
    """The keys at the top that it does not know."""
    return sorted(UNSUPPORTED_AT_TOP & document.keys())


def service_keys(name: str, service: Mapping[str, Any]) -> Iterator[str]:
    """The keys of one service that it does not know."""
    yield from (f"{name}.{word}" for word in sorted(UNSUPPORTED_IN_SERVICE & service.keys()))
    if "start_interval" in (service.get("healthcheck") or {}):
        yield f"{name}.healthcheck.start_interval"
    services = service.get("depends_on") or {}
    for other, each in services.items() if isinstance(services, dict) else ():
        yield from (f"{name}.depends_on.{other}.{word}" for word in each.keys() - {"condition"})
    for port in service.get("ports") or []:
        if isinstance(port, dict):
            yield from (f"{name}.ports.{word}" for word in sorted(port.keys() - SUPPORTED_IN_PORT))
    env_files = service.get("env_file")
    if isinstance(env_files, list) and any(isinstance(each, dict) for each in env_files):
        yield f"{name}.env_file.path"
