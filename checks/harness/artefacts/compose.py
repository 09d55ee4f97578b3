"""An application of Compose files, read and never started."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.interpolation import Filling
from checks.harness.artefacts.yaml_schema import Document, load, misfit

# Keys of lists that a second file adds to; every other list takes the place of the first file's.
ADDED = {"ports", "volumes", "expose", "dns", "tmpfs", "env_file", "cap_add", "cap_drop"}
EVERYWHERE = "0.0.0.0"  # noqa: S104  (what is to be found, not what is bound)
# What came to the Compose Specification after 2021: docker-compose 1.29.2 stops at such a word.
NEWER_AT_TOP = {"name", "include", "models", "jobs"}
NEWER_IN_SERVICE = {
    *("annotations", "attach", "develop", "gpus", "label_file", "models", "post_start"),
    *("pre_start", "pre_stop", "provider", "use_api_socket", "uts", "cgroup"),
}
LONG_PORT = {"target", "published", "protocol", "mode"}


@dataclass(frozen=True)
class Mount:
    """`source` is a folder of the host, a volume's name, or "" for one without a name."""

    kind: str
    source: str
    target: str
    read_only: bool


@dataclass(frozen=True)
class Service:
    """One service, with the short forms of Compose written out."""

    name: str
    said: Mapping[str, Any]

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the container is given; a variable without a value comes from the shell."""
        found = self.said.get("environment") or {}
        if isinstance(found, list):
            found = dict(str(each).partition("=")[::2] for each in found)
        return {key: "" if value is None else str(value) for key, value in found.items()}

    @property
    def has_env_file(self) -> bool:
        return bool(self.said.get("env_file"))

    @property
    def command(self) -> list[str]:
        """Entrypoint and command as words; [] when the image's own are meant."""
        return [word for key in ("entrypoint", "command") for word in _words(self.said.get(key))]

    @property
    def image(self) -> str:
        return str(self.said.get("image") or "")

    @property
    def built(self) -> bool:
        return bool(self.said.get("build"))

    @property
    def restart(self) -> str:
        """`no` when nothing is said."""
        return str(self.said.get("restart") or "no").lower()

    @property
    def waits_for(self) -> dict[str, str]:
        """By service, the condition: `service_started` when none is named."""
        found = self.said.get("depends_on") or {}
        if isinstance(found, list):
            return dict.fromkeys(found, "service_started")
        return {name: str(each.get("condition")) for name, each in found.items()}

    @property
    def health(self) -> list[str]:
        """The words of the health check; [] for none, and for one that is switched off."""
        said = self.said.get("healthcheck") or {}
        words = _words(said.get("test"))
        return [] if said.get("disable") is True or words[:1] == ["NONE"] else words

    @property
    def settles_health(self) -> bool:
        """Whether anything is said of its health, so that the image's check does not count."""
        return bool(self.said.get("healthcheck"))

    @property
    def published(self) -> list[str]:
        """`address:port` of the host for each port; without an address it is every one."""
        return [_published(each) for each in self.said.get("ports") or []]

    @property
    def mounts(self) -> list[Mount]:
        return [_mount(each) for each in self.said.get("volumes") or []]


class Compose:
    """The files of one command, laid over each other in their order, with variables filled in."""

    def __init__(self, tree: Tree, *names: str, given: Mapping[str, str]) -> None:
        self.filling = Filling(given)
        self.document: Document = {}
        for name in names:
            one = load(tree, name)
            problem = misfit(one, "compose-spec")
            assert not problem, f"{name} fits the Compose Specification: {problem}"
            self.document = _laid_over(self.document, self.filling.fill(one))

    @cached_property
    def services(self) -> dict[str, Service]:
        found = self.document.get("services") or {}
        return {name: Service(name, said or {}) for name, said in found.items()}

    @property
    def volumes(self) -> set[str]:
        return set(self.document.get("volumes") or {})

    def service(self, name: str) -> Service:
        """Fails the test when there is no such service."""
        assert name in self.services, f"there is a service `{name}`"
        return self.services[name]

    def newer(self) -> list[str]:
        """The words that docker-compose 1.29.2 does not know."""
        top = sorted(NEWER_AT_TOP & self.document.keys())
        return top + [word for each in self.services.values() for word in _newer(each)]


def _newer(service: Service) -> Iterator[str]:
    yield from (f"{service.name}.{word}" for word in sorted(NEWER_IN_SERVICE & service.said.keys()))
    if "start_interval" in (service.said.get("healthcheck") or {}):
        yield f"{service.name}.healthcheck.start_interval"
    waits = service.said.get("depends_on") or {}
    for name, each in waits.items() if isinstance(waits, dict) else ():
        yield from (
            f"{service.name}.depends_on.{name}.{word}" for word in each.keys() - {"condition"}
        )
    for port in service.said.get("ports") or []:
        if isinstance(port, dict):
            yield from (f"{service.name}.ports.{word}" for word in sorted(port.keys() - LONG_PORT))
    found = service.said.get("env_file")
    if isinstance(found, list) and any(isinstance(each, dict) for each in found):
        yield f"{service.name}.env_file.path"


def _laid_over(below: Any, above: Any, key: str = "") -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        both = {name: _laid_over(below[name], above[name], name) for name in below.keys() & above}
        return {**below, **above, **both}
    if isinstance(below, list) and isinstance(above, list) and key in ADDED:
        return [*below, *(each for each in above if each not in below)]
    return above


def _words(found: Any) -> list[str]:
    return shlex.split(found) if isinstance(found, str) else [str(word) for word in found or []]


def _published(port: Any) -> str:
    if isinstance(port, dict):
        host, public = port.get("host_ip"), port.get("published")
    else:  # [[HOST:]PUBLIC:]INSIDE[/PROTOCOL]
        host, public = ([None, None, *str(port).partition("/")[0].rsplit(":", 2)])[-3:-1]
    return f"{host or EVERYWHERE}:{public or ''}"


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
