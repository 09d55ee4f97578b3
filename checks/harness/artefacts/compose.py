"""A Compose application of one or more files, read and never started."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse
from checks.harness.artefacts.compose_documents import merged, with_bases
from checks.harness.artefacts.compose_ports import port_pair, published_address
from checks.harness.artefacts.compose_versions import service_keys, top_keys
from checks.harness.artefacts.interpolation import Interpolation
from checks.harness.artefacts.yaml_schema import Document, load, schema_error

ZERO = re.compile(r"[+-]?0+(\.0*)?")


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
    file: str = "docker-compose.yml"

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
    def is_started(self) -> bool:
        """Whether `up` starts a container of it: no profile, and not zero of them."""
        replicas = (self.definition.get("deploy") or {}).get("replicas")
        counts = (str(each).strip() for each in (self.definition.get("scale"), replicas))
        return not self.definition.get("profiles") and not any(map(ZERO.fullmatch, counts))

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
        words = _words(healthcheck.get("test"), is_script=True)
        return [] if healthcheck.get("disable") is True or words[:1] == ["NONE"] else words

    @property
    def overrides_healthcheck(self) -> bool:
        """Whether it has a health check of its own, not only times, or disables its image's."""
        healthcheck = self.definition.get("healthcheck") or {}
        return bool(healthcheck.get("test")) or healthcheck.get("disable") is True

    @property
    def published(self) -> list[str]:
        """`address:port` of the host for each port; 0.0.0.0 without an address."""
        return [published_address(each) for each in self.definition.get("ports") or []]

    def listening_port(self, public: str) -> str:
        """The container's port behind that port of the host; `public` when none is named."""
        ports = (port_pair(each) for each in self.definition.get("ports") or [])
        return next((target for host, target in ports if host == public), public)

    @property
    def mounts(self) -> list[Mount]:
        return [_mount(each) for each in self.definition.get("volumes") or []]


class Compose:
    """The files of one command, merged in their order, with their variables replaced."""

    def __init__(self, tree: Tree, *names: str, variables: Mapping[str, str]) -> None:
        self.interpolation = Interpolation(variables)
        self.document: Document = {}
        self.file = names[-1]
        for name in names:
            document = with_bases(self._load(tree, name), partial(self._load, tree))
            self.document = merged(self.document, document)

    def _load(self, tree: Tree, name: str) -> Document:
        """One file with its variables replaced. Fails the test when it is none of Compose."""
        file = load(tree, name)
        problem = schema_error(file, "compose-spec")
        assert not problem, f"{name} fits the Compose Specification: {problem}"
        return parse(name, "YAML", b"", partial(self._read, file, tree.data(name)))

    def _read(self, file: Document, data: bytes) -> Document:
        """The file with its variables replaced. Raises SyntaxError for a command of no words."""
        document: Document = self.interpolation.substitute(file)
        for name, service in (document.get("services") or {}).items():
            for key in ("entrypoint", "command"):
                try:
                    _words((service or {}).get(key))
                except ValueError as error:
                    line = _line(data, service[key])
                    raise SyntaxError(f"{name}.{key}: {error}", (None, line, None, None)) from None
        return document

    @cached_property
    def services(self) -> dict[str, Service]:
        services = self.document.get("services") or {}
        return {name: Service(name, each or {}, self.file) for name, each in services.items()}

    @property
    def volumes(self) -> set[str]:
        return set(self.document.get("volumes") or {})

    def service(self, name: str) -> Service:
        """The service of that name. Fails the test when there is none."""
        assert name in self.services, f"there is a service `{name}`"
        return self.services[name]

    def unsupported_keys(self) -> list[str]:
        """The keys that docker-compose 1.29.2 does not know."""
        services = self.services.values()
        return top_keys(self.document) + [
            key for each in services for key in service_keys(each.name, each.definition)
        ]


def _words(command: Any, *, is_script: bool = False) -> list[str]:
    """The words of a command. Raises ValueError for an open quote, which a script may have."""
    if not isinstance(command, str):
        return [str(word) for word in command or []]
    try:
        return shlex.split(command)
    except ValueError:
        if not is_script:
            raise
        return command.split()


def _line(data: bytes, value: str) -> int:
    """The line of the file that holds the beginning of the value; 1 where none does."""
    position = data.find(value.split("\n", maxsplit=1)[0][:40].encode())
    return data.count(b"\n", 0, max(position, 0)) + 1


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
