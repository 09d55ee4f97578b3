"""Stops the services of a keeper that was killed (`kill -9`, the kernel's OOM killer).

A killed keeper stops nothing, and without another command its servers would run for ever. Beside it
lives a shell that reads from a pipe: the keeper writes a line when it has stopped the services,
and the pipe ends without one when the keeper was killed. Then this module is executed. A run that
is using the servers goes on; they are stopped when nobody has used them for as long as the keeper
would have waited. A command that starts another keeper meanwhile has stopped them itself.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from checks.errors import CourseError
from checks.programs import child_environment
from checks.services.home import VARIABLE, Home
from checks.services.lifecycle import PACKAGE_ROOT, end_orphans
from checks.services.usage import idle_seconds, in_use

POLL_SECONDS = 1.0
# A shell waits in 1 MB; Python is started where the keeper was killed.
WAIT = 'read -r line || exec "$@"'


@dataclass(frozen=True)
class KeeperGuard:
    """The waiting shell; its standard input is the pipe."""

    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, home: Home) -> Self:
        """Start it in the keeper; no other process has the pipe's other end."""
        module = [sys.executable, "-m", "checks.services.keeper_guard", str(home.root)]
        return cls(
            subprocess.Popen(
                ["/bin/sh", "-c", WAIT, "sh", *module],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=PACKAGE_ROOT,
                env=child_environment(),
            )
        )

    def dismiss(self) -> None:
        """The services are stopped: let it end."""
        with suppress(OSError):  # somebody else has ended it
            self.process.communicate(b"stopped\n", timeout=5)


def main(argv: list[str]) -> int:
    """Wait until the services of the home `argv[0]` are unused, and stop them."""
    home = Home(Path(argv[0]))
    os.environ[VARIABLE] = str(home.root)
    while home.root.is_dir() and home.keeper_pid() is None:
        if home.is_abandoned() or _is_unused(home):
            end_orphans(home)
            return 0
        time.sleep(POLL_SECONDS)
    return 0


def _is_unused(home: Home) -> bool:
    if time.time() - home.last_used() <= idle_seconds():
        return False
    try:
        return not in_use(home)
    except (CourseError, OSError):  # one of them has ended, too
        return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
