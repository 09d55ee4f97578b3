"""Whether a Docker engine answers on this machine."""

import contextlib
import subprocess

TIMEOUT = 5.0


def answers() -> bool:
    """Whether `docker version` reaches a server within five seconds."""
    command = ("docker", "version", "--format", "{{.Server.Version}}")
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)
        return done.returncode == 0
    return False
