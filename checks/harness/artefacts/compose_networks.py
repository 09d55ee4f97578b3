"""The addresses that a Compose service may have, and those that a setting lists."""

import ipaddress
from typing import Any

from checks.harness.app.parsing import parse
from checks.harness.artefacts.compose import Compose

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def service_networks(compose: Compose, name: str) -> list[Network]:
    """Where the service may be: at its own fixed addresses, or else in any declared subnet.

    Fails the test for an address that is none.
    """
    networks = compose.service(name).definition.get("networks")
    fixed = [each["ipv4_address"] for each in _values(networks) if "ipv4_address" in each]
    declared = _values(compose.document.get("networks"))
    configs = [each for n in declared for each in (n.get("ipam") or {}).get("config") or []]
    subnets = [each["subnet"] for each in configs if "subnet" in each]
    addresses = map(str, fixed or subnets)
    return parse(compose.file, "YAML", b"", lambda: [*map(ipaddress.ip_network, addresses)])


def listed_networks(text: str) -> list[Network] | None:
    """Addresses and networks with commas between them; None when one of them is neither."""
    try:
        return [ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip()]
    except ValueError:
        return None


def _values(mapping: Any) -> list[Any]:
    return [each for each in mapping.values() if each] if isinstance(mapping, dict) else []
