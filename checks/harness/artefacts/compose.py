"""A Compose application of one or more files, read and never started."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.interpolation import Interpolation
from checks.harness.artefacts.yaml_schema import Document, load, schema_error

# Lists to which a second file appends; it replaces every other list of the first file.
APPENDED = {"ports", "volumes", "expose", "dns", "tmpfs", "env_file", "cap_add", "cap_drop"}
ALL_ADDRESSES = "0.0.0.0"  # noqa: S104  (looked for, not bound)
# Keys that the Compose Specification has since 2021: docker-compose 1.29.2 refuses them.
UNSUPPORTED_AT_TOP = {"name", "include", "models", "jobs"}
UNSUPPORTED_IN_SERVICE = {
    *("annotations", "attach", "develop", "gpus", "label_file", "models", "post_start"),
    *("pre_start", "pre_stop", "provider", "use_api_socket", "uts", "cgroup"),
}
SUPPORTED_IN_PORT = {"target", "published", "protocol", "mode"}


@dataclass(frozen=True)
class Mount:
    """`source` is a folder of the host, a volume's name, or "" for an anonymous volume."""

    kind: str
    source: str
    target: str
    read_only: bool


@dataclass(frozen=True)
class Service:
    """One service, with the short forms of Compose written out."""

    name: str
    definition: Mapping[str, Any]

    @cached_property
    def environment(self) -> dict[str, str]:
        """The container's environment; "" for a variable without a value, which the shell gives."""
        environment = self.definition.get("environment") or {}
        if isinstance(environment, list):
            environment = dict(str(each).partition("=")[::2] for each in environment)
        return {key: "" if value is None else str(value) for key, value in environment.items()}

    @property
    def has_env_file(self) -> bool:
        return bool(self.definition.get("env_file"))

    @property
    def command(self) -> list[str]:
        """Entrypoint and command as words; [] for those of the image."""
        return [
            word for key in ("entrypoint", "command") for word in _words(self.definition.get(key))
        ]

    @property
    def image(self) -> str:
        return str(self.definition.get("image") or "")

    @property
    def is_built(self) -> bool:
        return bool(self.definition.get("build"))

    @property
    def restart(self) -> str:
        """The restart policy; `no` by default."""
        return str(self.definition.get("restart") or "no").lower()

    @property
    def depends_on(self) -> dict[str, str]:
        """By service, the condition; `service_started` by default."""
        services = self.definition.get("depends_on") or {}
        if isinstance(services, list):
            return dict.fromkeys(services, "service_started")
        return {name: str(each.get("condition")) for name, each in services.items()}

    @property
    def healthcheck(self) -> list[str]:
        """The words of the health check; [] for none, and for one that is disabled."""
        healthcheck = self.definition.get("healthcheck") or {}
        words = _words(healthcheck.get("test"))
        return [] if healthcheck.get("disable") is True or words[:1] == ["NONE"] else words

    @property
    def overrides_healthcheck(self) -> bool:
        """Whether the service has a health check of its own, or disables that of its image."""
        return bool(self.definition.get("healthcheck"))

    @property
    def published(self) -> list[str]:
        """`address:port` of the host for each port; 0.0.0.0 without an address."""
        return [_published_address(each) for each in self.definition.get("ports") or []]

    def listening_port(self, public: str) -> str:
        """The container's port behind that port of the host; `public` when none is named."""
        ports = (_port_pair(each) for each in self.definition.get("ports") or [])
        return next((target for host, target in ports if host == public), public)

    @property
    def mounts(self) -> list[Mount]:
        return [_mount(each) for each in self.definition.get("volumes") or []]


class Compose:
    """The files of one command, merged in their order, with their variables replaced."""

    def __init__(self, tree: Tree, *names: str, variables: Mapping[str, str]) -> None:
        self.interpolation = Interpolation(variables)
        self.document: Document = {}
        for name in names:
            file = load(tree, name)
            problem = schema_error(file, "compose-spec")
            assert not problem, f"{name} fits the Compose Specification: {problem}"
            self.document = _merge(self.document, self.interpolation.substitute(file))

    @cached_property
    def services(self) -> dict[str, Service]:
        services = self.document.get("services") or {}
        return {name: Service(name, definition or {}) for name, definition in services.items()}

    @property
    def volumes(self) -> set[str]:
        return set(self.document.get("volumes") or {})

    def service(self, name: str) -> Service:
        """The service of that name. Fails the test when there is none."""
        assert name in self.services, f"there is a service `{name}`"
        return self.services[name]

    def unsupported_keys(self) -> list[str]:
        """The keys that docker-compose 1.29.2 does not know."""
        top = sorted(UNSUPPORTED_AT_TOP & self.document.keys())
        return top + [key for each in self.services.values() for key in _unsupported_keys(each)]


def _unsupported_keys(service: Service) -> Iterator[str]:
    yield from (
        f"{service.name}.{word}"
        for word in sorted(UNSUPPORTED_IN_SERVICE & service.definition.keys())
    )
    if "start_interval" in (service.definition.get("healthcheck") or {}):
        yield f"{service.name}.healthcheck.start_interval"
    services = service.definition.get("depends_on") or {}
    for name, each in services.items() if isinstance(services, dict) else ():
        yield from (
            f"{service.name}.depends_on.{name}.{word}" for word in each.keys() - {"condition"}
        )
    for port in service.definition.get("ports") or []:
        if isinstance(port, dict):
            yield from (
                f"{service.name}.ports.{word}" for word in sorted(port.keys() - SUPPORTED_IN_PORT)
            )
    env_files = service.definition.get("env_file")
    if isinstance(env_files, list) and any(isinstance(each, dict) for each in env_files):
        yield f"{service.name}.env_file.path"


def _merge(base: Any, override: Any, key: str = "") -> Any:
    if isinstance(base, dict) and isinstance(override, dict):
        both = {name: _merge(base[name], override[name], name) for name in base.keys() & override}
        return {**base, **override, **both}
    if isinstance(base, list) and isinstance(override, list) and key in APPENDED:
        return [*base, *(each for each in override if each not in base)]
    return override


def _words(command: Any) -> list[str]:
    return (
        shlex.split(command) if isinstance(command, str) else [str(word) for word in command or []]
    )


def _published_address(port: Any) -> str:
    if isinstance(port, dict):
        host, public = port.get("host_ip"), port.get("published")
    else:  # [[HOST:]PUBLISHED:]CONTAINER[/PROTOCOL]
        host, public = ([None, None, *str(port).partition("/")[0].rsplit(":", 2)])[-3:-1]
    return f"{host or ALL_ADDRESSES}:{public or ''}"


def _port_pair(port: Any) -> tuple[str, str]:
    if isinstance(port, dict):
        return str(port.get("published") or ""), str(port.get("target"))
    *_, public, target = ["", "", *str(port).partition("/")[0].rsplit(":", 2)]
    return public, target


def _mount(volume: Any) -> Mount:
    if isinstance(volume, dict):
        source = str(volume.get("source") or "")
        return Mount(
            volume["type"], source, str(volume.get("target")), bool(volume.get("read_only"))
        )
    source, _, rest = str(volume).rpartition(":") if ":" not in volume else volume.partition(":")
    target, _, mode = rest.partition(":")
    kind = "bind" if source.startswith((".", "/", "~")) else "volume"
    return Mount(kind, source, target, "ro" in mode.split(","))
