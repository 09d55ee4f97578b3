"""The watchdog: starts both services, stops them when nobody has used them for a while.

It is a process of its own (`python -m checks.services.keeper`), so that the services outlive the
command that needed them and not by much. It holds `keeper.lock` for as long as it lives.
"""

import fcntl
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from checks.errors import CourseError
from checks.services.account import server_account
from checks.services.cluster import Cluster, find_programs
from checks.services.home import Home, State, stamp
from checks.services.lend import lend
from checks.services.memory import give_back
from checks.services.postgres import local_postgres
from checks.services.redis import local_redis
from checks.services.redis_process import RunningRedis, start_redis

DEFAULT_IDLE_MINUTES = 30.0
LOOK_EVERY_SECONDS = 0.5
# Someone who logs without end is a few seconds ahead of us at most.
ROUNDS_BETWEEN_CLEANINGS = 10
# Two files (.log and .json) for each rotation of 16 MB.
FRESH_LOGS = 8
MOST_LOGS = 64
LOG_LIFE_SECONDS = 3600.0


@dataclass(frozen=True)
class Running:
    """Both services as the keeper started them."""

    home: Home
    cluster: Cluster
    redis: RunningRedis

    def alive(self) -> bool:
        """Whether neither process has ended."""
        return self.cluster.pid() is not None and self.redis.process.poll() is None

    def stop(self) -> None:
        """End both services; the state goes first, so that nobody is sent to a dying server."""
        self.home.write_state(None)
        self.redis.stop()
        self.cluster.stop()
        give_back(self.home)


class Stopped(BaseException):
    """Somebody asked the keeper to stop; not an Exception, so that no handler swallows it."""


def main(argv: list[str]) -> int:
    """Serve until idle; `argv` is the home and the descriptor on which the starter waits."""
    os.chdir("/")
    home, starter = Home(Path(argv[0])), int(argv[1])
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with (home.root / "keeper.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            _serve(home, starter)
        except Stopped:
            return 0
        except CourseError as error:
            os.write(starter, f"failed {error}".encode())
            return 1
    return 0


def _serve(home: Home, starter: int) -> None:
    running = _start(home)
    try:
        os.write(starter, b"ready")
        os.close(starter)
        _watch(running, idle_seconds())
    finally:
        # Being told twice must not leave it half done.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        running.stop()


def idle_seconds() -> float:
    """How long unused services live: EVENTURE_IDLE_MINUTES, else half an hour."""
    try:
        return 60 * float(os.environ.get("EVENTURE_IDLE_MINUTES", DEFAULT_IDLE_MINUTES))
    except ValueError:
        return 60 * DEFAULT_IDLE_MINUTES


def _start(home: Home) -> Running:
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
    programs = {path: stamp(path) for path in (str(cluster.programs / "postgres"), redis.program)}
    state = State(str(home.sockets("postgres")), redis.address, redis.kind, programs)
    postgres = local_postgres(home, state)
    postgres.close_doors()
    if home.lent.exists():
        lend(postgres)
    postgres.admin.close()
    home.touch()
    home.write_state(state)
    return Running(home, cluster, redis)


def _watch(running: Running, idle_after: float) -> None:
    """Return when a service has ended, or when neither has been used for the time."""
    rounds = 0
    while running.alive():
        time.sleep(LOOK_EVERY_SECONDS)
        rounds += 1
        if rounds % ROUNDS_BETWEEN_CLEANINGS == 0:
            prune_logs(running.home.log, time.time())
        if time.time() - running.home.last_used() <= idle_after:
            continue
        if not _in_use(running.home) and _closed(running.home, idle_after):
            return
        running.home.touch()


def _closed(home: Home, idle_after: float) -> bool:
    """Whether the door is shut before anybody came; who comes later starts another keeper.

    Whoever needs the services touches the home first and reads the state then. Here it is the
    other way round, so that one of the two sees the other.
    """
    state = home.read_state()
    home.write_state(None)
    if time.time() - home.last_used() > idle_after:
        return True
    home.write_state(state)
    return False


def _in_use(home: Home) -> bool:
    """Whether a run holds a lease, or somebody is connected to either service."""
    state = home.read_state()
    if state is None:
        return False
    redis, postgres = local_redis(home, state), local_postgres(home, state)
    try:
        return redis.leased() or redis.connected() or postgres.connected()
    finally:
        postgres.admin.close()


def prune_logs(directory: Path, now: float) -> list[Path]:
    """Delete the server's old log files and name them; a reader's file of the last hour stays."""
    newest_first = sorted(directory.glob("postgresql-*"), reverse=True)
    old = [
        path
        for place, path in enumerate(newest_first)
        if place >= MOST_LOGS
        or (place >= FRESH_LOGS and now - path.stat().st_mtime > LOG_LIFE_SECONDS)
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def _stop(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
