"""The service containers of a workflow's job: which one a URL leads to, and whether it is awaited.

A job in a container uses a service's name; any other job uses a published port
(https://docs.github.com/actions/tutorials/use-containerized-services).
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks.harness.artefacts.expressions import Values, fill, mapping
from checks.harness.artefacts.health_check import asks_nobody

DEFAULT_PORTS = {"postgres": "5432", "redis": "6379"}
LOCAL = ("localhost", "127.0.0.1")
MAX_URL = 2000
# The port may be an expression.
URL = re.compile(
    r"(?P<scheme>\w+)[^:]*://([^@]*@)?(?P<host>[^:/@]+)(:(?P<port>\d+|\$\{\{.*?\}\}))?"
)
HEALTH_COMMAND = "--health-cmd"


@dataclass(frozen=True)
class JobServices:
    """The services of a job's definition; `values` are those of its expressions."""

    definition: Mapping[str, Any]
    values: Values

    def of_image(self, image: str) -> list[Mapping[str, Any]]:
        """The services of that image, whatever their names and tags."""
        services = mapping(self.definition.get("services")).values()
        candidates = (each for each in services if isinstance(each, dict))
        return [each for each in candidates if image in str(each.get("image")).split(":")[0]]

    def reached(self, url: object, image: str) -> Mapping[str, Any] | None:
        """The service of that image to which the URL leads, in each row of the matrix."""
        urls = [str(each)[:MAX_URL] for each in fill(url, self.values)]
        return next(
            (
                service
                for service in self.of_image(image)
                if all(self._leads(each, service, image) for each in urls)
            ),
            None,
        )

    def _leads(self, url: str, service: Mapping[str, Any], image: str) -> bool:
        address, own_port = URL.match(url), DEFAULT_PORTS[image]
        if address is None or not address["scheme"].startswith(image):
            return False
        port = address["port"] or own_port
        if "container" in self.definition:
            named = mapping(self.definition.get("services")).get(address["host"])
            return named is service and port == own_port
        published = [str(each).split("/")[0].split(":") for each in _list(service.get("ports"))]
        # `ports: [5432]` publishes a port that only `${{ job.services.… }}` knows.
        return address["host"] in LOCAL and any(
            ports[-2:] == [port, own_port] or (ports == [own_port] and "job.services." in port)
            for ports in published
        )


def is_awaited(service: Mapping[str, Any]) -> bool:
    """Whether the steps wait until a command has found the service healthy."""
    try:
        words = shlex.split(str(service.get("options") or ""))
    except ValueError:  # an open quote
        return False
    commands = [
        word.partition("=")[2] or following
        for word, following in zip(words, [*words, ""][1:], strict=True)
        if word.partition("=")[0] == HEALTH_COMMAND
    ]
    return bool(commands) and "--no-healthcheck" not in words and not asks_nobody(commands[-1:])


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
