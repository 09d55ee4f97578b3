"""What dockerd changes in the host's network, and what this check puts back when it has ended.

dockerd makes a bridge, switches forwarding on, and where it did so, lets the firewall drop what is
forwarded. Its chains (DOCKER, DOCKER-USER, …) stay until the next boot: another program may have
changed the rules meanwhile, and to load a saved copy would undo that.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

BRIDGE = Path("/sys/class/net/docker0")
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
SYSTEM_PROGRAMS = "/usr/sbin:/sbin"
"""Debian keeps ip, iptables, dockerd and debootstrap there; the PATH of a user leaves it out."""
KEPT = "ip_forward, the policy of FORWARD and the bridge are put back"
_POLICY = "-P FORWARD "


def system_environment() -> Mapping[str, str]:
    """The environment, with a PATH that has the programs of the system."""
    return {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{SYSTEM_PROGRAMS}"}


@contextlib.contextmanager
def host_network_kept(forwarding: Path = FORWARDING) -> Iterator[None]:
    """After the block the bridge is gone that was not there, and what dockerd set is as before.

    What has not changed is not written.
    """
    had_bridge, policy = BRIDGE.exists(), forward_policy()
    before = forwarding.read_text(encoding="ascii")
    try:
        yield
    finally:
        if not had_bridge and BRIDGE.exists():
            _run("ip", "link", "delete", BRIDGE.name)
        if forwarding.read_text(encoding="ascii") != before:
            forwarding.write_text(before, encoding="ascii")
        if policy and forward_policy() != policy:
            _run("iptables", "--wait", "--policy", "FORWARD", policy)


def forward_policy() -> str:
    """What the firewall does with a forwarded packet that no rule names; "" where none is asked."""
    first, *_ = _run("iptables", "--wait", "--list-rules", "FORWARD").splitlines() or [""]
    return first.removeprefix(_POLICY) if first.startswith(_POLICY) else ""


def _run(*argv: str) -> str:
    """What a program of the system printed; "" where it is not installed or fails."""
    with contextlib.suppress(OSError):
        done = subprocess.run(
            argv, env=system_environment(), capture_output=True, text=True, check=False
        )
        return done.stdout if done.returncode == 0 else ""
    return ""
