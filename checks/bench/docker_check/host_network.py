"""What dockerd leaves in the host's network when it has ended, and this check puts back.

Its firewall chains (DOCKER, DOCKER-USER, …) stay until the next boot: another program may have
changed the rules meanwhile, and to load a saved copy would undo that.
"""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

BRIDGE = Path("/sys/class/net/docker0")
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


@contextlib.contextmanager
def host_network_kept() -> Iterator[None]:
    """After the block the bridge is gone that was not there, and forwarding is set as before."""
    had_bridge = BRIDGE.exists()
    forwarding = FORWARDING.read_text(encoding="ascii")
    try:
        yield
    finally:
        if not had_bridge and BRIDGE.exists():
            command = ["ip", "link", "delete", BRIDGE.name]
            subprocess.run(command, capture_output=True, check=False)
        FORWARDING.write_text(forwarding, encoding="ascii")
