"""The keeper process: starts both services, and stops them when they were unused for a while.

It is a process of its own (`python -m checks.services.keeper`), so that the services outlive the
command that needed them. It holds `keeper.lock` for as long as it lives.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from checks.errors import CourseError
from checks.programs import UMASK
from checks.services import maintenance_database
from checks.services.account import server_account
from checks.services.cluster import Cluster, find_programs
from checks.services.data_directory import delete_from_memory
from checks.services.home import Home
from checks.services.keeper_guard import KeeperGuard
from checks.services.keeper_state import KeeperState, file_identity
from checks.services.lend import lend
from checks.services.redis_process import RunningRedis, start_redis
from checks.services.server_logs import prune_logs
from checks.services.servers import local_postgres
from checks.services.usage import idle_seconds, in_use

POLL_SECONDS = 0.5
# An app that logs without end fills a few seconds of logs at most.
POLLS_BETWEEN_LOG_PRUNINGS = 2


@dataclass(frozen=True)
class RunningServices:
    """Both services as the keeper started them."""

    home: Home
    cluster: Cluster
    redis: RunningRedis

    def is_alive(self) -> bool:
        """Whether neither process has ended."""
        return self.cluster.pid() is not None and self.redis.process.poll() is None

    def stop(self) -> None:
        """End both services; the state goes first, so that no run connects to a dying server."""
        self.home.write_state(None)
        self.redis.stop()
        self.cluster.stop()
        delete_from_memory(self.home)
        if self.home.is_abandoned():
            shutil.rmtree(self.home.root, ignore_errors=True)


class StopRequested(BaseException):
    """SIGTERM has come; not an Exception, so that no handler swallows it."""


def main(argv: list[str]) -> int:
    """Serve until idle; `argv` is the home and the descriptor that the parent process reads."""
    os.chdir("/")
    os.umask(UMASK)
    home, ready_descriptor = Home(Path(argv[0])), int(argv[1])
    signal.signal(signal.SIGTERM, _request_stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with (home.root / "keeper.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            _serve(home, ready_descriptor)
        except StopRequested:
            return 0
        except CourseError as error:
            os.write(ready_descriptor, f"failed {error}".encode())
            return 1
    return 0


def _serve(home: Home, ready_descriptor: int) -> None:
    running = _start(home)
    guard = KeeperGuard.start(home)
    try:
        os.write(ready_descriptor, b"ready")
        os.close(ready_descriptor)
        _wait_until_unused(running, idle_seconds())
    finally:
        # A second SIGTERM must not interrupt the stop.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        running.stop()
        guard.dismiss()


def _start(home: Home) -> RunningServices:
    account = server_account()
    if not account.can_reach(home.root):
        raise CourseError(
            f"{home.root} cannot be entered by the user that PostgreSQL runs as: "
            "set EVENTURE_HOME to a folder outside private homes."
        )
    cluster = Cluster(find_programs(home, account), home, account)
    try:
        cluster.start()
        redis = start_redis(home, account)
    except BaseException:
        cluster.stop()
        raise
    programs = {
        path: file_identity(path) for path in (str(cluster.programs / "postgres"), redis.program)
    }
    state = KeeperState(str(home.sockets("postgres")), redis.address, redis.kind, programs)
    postgres = local_postgres(home, state)
    maintenance_database.close(postgres.admin)
    if home.lent_marker.exists():
        lend(postgres)
    postgres.admin.close()
    home.mark_used()
    home.write_state(state)
    return RunningServices(home, cluster, redis)


def _wait_until_unused(running: RunningServices, idle_after: float) -> None:
    """Return when a service has ended, or when neither was in use for `idle_after` seconds.

    A home of one command alone is served until that command has ended.
    """
    polls = 0
    while running.is_alive() and not running.home.is_abandoned():
        time.sleep(POLL_SECONDS)
        polls += 1
        if polls % POLLS_BETWEEN_LOG_PRUNINGS == 0:
            prune_logs(running.home.log, time.time())
        if time.time() - running.home.last_used() <= idle_after:
            continue
        if not in_use(running.home) and _withdraw_state(running.home, idle_after):
            return
        running.home.mark_used()


def _withdraw_state(home: Home, idle_after: float) -> bool:
    """Whether the state was withdrawn before another use; a later use starts another keeper.

    A client marks the home as used first and reads the state then. Here it is the other way
    round, so that one of the two sees the other.
    """
    state = home.read_state()
    home.write_state(None)
    if time.time() - home.last_used() > idle_after:
        return True
    home.write_state(state)
    return False


def _request_stop(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise StopRequested


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
