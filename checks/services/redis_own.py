"""A Redis for one run alone: what an app does to it, it does to nobody else's.

A script without end blocks a whole server, and every application may select every database of one.
"""

import secrets
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from checks.services.account import server_account
from checks.services.home import open_home
from checks.services.redis import RedisServer
from checks.services.redis_process import RunningRedis, find_redis, serve

# It dies with the process that started it, however that ends. Scripts and answers that nobody
# fetches are no keys: `maxmemory` bounds none of them.
MORTAL = ("/usr/bin/setpriv", "--pdeathsig", "KILL", "/usr/bin/prlimit", "--as=1073741824")
PATIENCE = 5.0  # it writes down how it came to its end before it does


class OwnRedis:
    """Started, and stopped by `close`; `server` is how it is reached. Linux only."""

    def __init__(self, kind: str, program: Path) -> None:
        self._kind, self._program = kind, program
        self._folder = Path(tempfile.mkdtemp(prefix="eventure-redis-", dir="/tmp"))
        self._folder.chmod(0o711)
        (self._folder / "leases").mkdir(mode=0o700)
        self._password = secrets.token_hex(24)
        self._running = self._start()
        address = self._running.address
        self.server = RedisServer(kind, address, self._folder / "leases", self._password)

    def broke_down(self) -> bool:
        """Whether it has ended, or is about to, by what it was asked.

        Nobody inside the sandbox can kill it.
        """
        with suppress(subprocess.TimeoutExpired):
            return self._running.process.wait(PATIENCE) != -signal.SIGKILL
        return False

    def restart(self) -> None:
        """End it, whatever it is busy with, and start it anew, empty."""
        self._running.process.kill()
        self._running.process.wait()
        self._running = self._start()

    def close(self) -> None:
        """Stop it and delete its folder."""
        self._running.process.kill()
        self._running.process.wait()
        rmtree(self._folder, ignore_errors=True)

    def _start(self) -> RunningRedis:
        sockets = self._folder / "run"
        return serve(self._kind, self._program, sockets, self._password, server_account(), MORTAL)


def own_redis() -> OwnRedis | None:
    """A server for this run; None where there is no program for one."""
    found = find_redis(open_home(), server_account())
    return OwnRedis(*found) if found else None
