"""A Redis server for one run alone, so that its app disturbs no other run.

An endless script blocks a whole server, and every application may select every database of one.
"""

import secrets
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from checks.services.account import server_account
from checks.services.home import open_home
from checks.services.redis import RedisServer
from checks.services.redis_process import RunningRedis, start_server
from checks.services.redis_program import find_redis
from checks.services.temporary_folders import SHORT_PATHS, make_folder, release

# The server dies with the process that started it. `--as` limits what `maxmemory` does not: scripts
# and replies that no client fetches.
DIE_WITH_PARENT = ("/usr/bin/setpriv", "--pdeathsig", "KILL", "/usr/bin/prlimit", "--as=1073741824")
EXIT_TIMEOUT = 30.0  # a crashing server writes its report first, and the machine may be busy


class DedicatedRedis:
    """A running server, stopped by `close`; `server` holds its address. Linux only."""

    def __init__(self, kind: str, program: Path) -> None:
        self._kind, self._program = kind, program
        self._folder = make_folder("redis", SHORT_PATHS)
        self._folder.chmod(0o711)
        (self._folder / "leases").mkdir(mode=0o700)
        self._password = secrets.token_hex(24)
        self._running = self._start()
        address = self._running.address
        self.server = RedisServer(kind, address, self._folder / "leases", self._password)

    def has_crashed(self) -> bool:
        """Whether the server has ended, or ends soon, because of a command.

        No process inside the sandbox can kill it.
        """
        with suppress(subprocess.TimeoutExpired):
            return self._running.process.wait(EXIT_TIMEOUT) != -signal.SIGKILL
        return False

    def restart(self) -> None:
        """Kill the server and start it again, empty."""
        self._running.process.kill()
        self._running.process.wait()
        self._running = self._start()

    def close(self) -> None:
        """Kill the server and delete its folder."""
        self._running.process.kill()
        self._running.process.wait()
        rmtree(self._folder, ignore_errors=True)
        release(self._folder)

    def _start(self) -> RunningRedis:
        sockets = self._folder / "run"
        return start_server(
            self._kind, self._program, sockets, self._password, server_account(), DIE_WITH_PARENT
        )


def start_dedicated_redis() -> DedicatedRedis | None:
    """A server for this run; None where there is no program for one."""
    installed = find_redis(open_home(), server_account())
    return DedicatedRedis(*installed) if installed else None
