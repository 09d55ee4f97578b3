"""What is on the engine and which ports are taken: before the check, and after it."""

import socket
from dataclasses import dataclass

from checks.bench.docker_check.commands import Shell
from checks.bench.docker_check.table import Seen
from checks.errors import CourseError

PORTS = (80, 443, 8000)
"""The ports of the host that the day's files publish."""


@dataclass(frozen=True)
class Inventory:
    """The ids of containers, volumes and networks."""

    containers: frozenset[str]
    volumes: frozenset[str]
    networks: frozenset[str]

    @classmethod
    def of(cls, shell: Shell) -> "Inventory":
        """What is there now. Raises CourseError when the engine does not answer."""
        return cls(
            *(
                frozenset(shell.must("docker", *words, "--quiet").split())
                for words in (("ps", "--all"), ("volume", "ls"), ("network", "ls"))
            )
        )

    def difference(self, after: "Inventory") -> Seen:
        """What of `after` was not there before."""
        added = {
            "containers": len(after.containers - self.containers),
            "volumes": len(after.volumes - self.volumes),
            "networks": len(after.networks - self.networks),
        }
        text = ", ".join(f"{number} {name}" for name, number in added.items())
        return Seen(f"{text} that were not there before", held=not any(added.values()))


def refuse_busy_ports(ports: tuple[int, ...] = PORTS) -> None:
    """Raises CourseError when somebody listens on one of the ports of 127.0.0.1."""
    if port := taken_port(ports):
        raise CourseError(f"Port {port} of this machine is taken: end what listens there.")


def taken_port(ports: tuple[int, ...]) -> int | None:
    """The first of the ports of 127.0.0.1 on which somebody listens."""
    return next((port for port in ports if _is_taken(port)), None)


def _is_taken(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0
