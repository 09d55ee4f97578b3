"""Starting, finding and stopping the services; every process that needs them calls `ensure`."""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from checks.errors import CourseError
from checks.programs import child_environment
from checks.services.account import server_account
from checks.services.cluster import Cluster, find_programs, postgres_answers
from checks.services.data_directory import delete_files, delete_from_memory
from checks.services.home import Home, find_home, open_home, wait_for_lock
from checks.services.keeper_state import KeeperState
from checks.services.names import is_lent
from checks.services.redis_process import end_orphan, redis_answers

if TYPE_CHECKING:
    from checks.services.postgres import Postgres
    from checks.services.redis import RedisServer

START_SECONDS = 120.0
STOP_SECONDS = 20.0
RECOVERY_ATTEMPTS = 3
PACKAGE_ROOT = Path(__file__).resolve().parents[2]
# The servers whose leftover databases this process has dropped.
SWEPT_SERVERS: set[str] = set()
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Services:
    """The two servers, ready for use."""

    postgres: "Postgres"
    redis: "RedisServer"

    @property
    def sockets(self) -> tuple[Path, ...]:
        """The directories of Unix sockets that an application needs to reach them."""
        return tuple(path for path in (self.postgres.sockets, self.redis.sockets) if path)


def ensure(progress: Progress | None = None, variables: Mapping[str, str] = os.environ) -> Services:
    """Both services, started when they are not running; `progress` receives what takes long.

    `DATABASE_URL` and `REDIS_URL` of the variables name external servers instead. A lent database
    in DATABASE_URL does not, nor does a lent REDIS_URL: they lie on the servers of the keeper.

    Raises:
        CourseError: a service is not available; the sentence says what to do.
    """
    from checks.services.redis import external_redis, local_redis
    from checks.services.servers import external_postgres, local_postgres

    home = open_home()
    database_url, redis_url = variables.get("DATABASE_URL", ""), variables.get("REDIS_URL")
    is_external = database_url and not is_lent(database_url)
    postgres = external_postgres(database_url) if is_external else None
    is_external_redis = redis_url and not _is_own_redis(redis_url, home)
    redis = external_redis(redis_url) if redis_url and is_external_redis else None
    if postgres is None or redis is None:
        state = _ensure_local(home, progress or (lambda _: None))
        postgres = postgres or local_postgres(home, state)
        redis = redis or local_redis(home, state)
    if postgres.admin.url not in SWEPT_SERVERS:
        SWEPT_SERVERS.add(postgres.admin.url)
        postgres.sweep()
    return Services(postgres, redis)


def _is_own_redis(url: str, home: Home) -> bool:
    """Whether a REDIS_URL names the socket of the keeper's Redis, as a lent one does."""
    parts = urlsplit(url)
    return parts.scheme == "unix" and Path(parts.path).parent == home.sockets("redis")


def down(*, reset: bool = False) -> bool:
    """Stop the keeper's services and their connections; False when nothing ran.

    `reset` deletes PostgreSQL's files too, so that the next start creates new ones.
    """
    home = find_home()
    if not home.root.is_dir():
        return False
    with home.locked("ensure"):
        stopped = _stop_keeper(home)
        if reset:
            delete_files(home)
        else:
            delete_from_memory(home)
    return stopped


def end_orphans(home: Home) -> bool:
    """Stop the services of a keeper that was killed; False where another keeper lives.

    A home that was one command's alone is deleted, when that command has ended.
    """
    with home.locked("ensure"):
        if home.keeper_pid() is not None:
            return False
        _stop_keeper(home)
        delete_from_memory(home)
    if home.is_abandoned():
        shutil.rmtree(home.root, ignore_errors=True)
    return True


def status() -> dict[str, str]:
    """What runs now, in words; starts nothing and waits for nothing."""
    home = find_home()
    running = _running_state(home)
    return {
        "PostgreSQL": "running" if running else "stopped",
        "Redis": running.redis_kind if running else "stopped",
        "home": str(home.root),
    }


def _ensure_local(home: Home, progress: Progress) -> KeeperState:
    home.mark_used()
    if (state := _running_state(home)) is not None:
        return state
    with home.locked("ensure"):
        if (state := _running_state(home)) is not None:
            return state
        if _kill_redis_script(home) and (state := _running_state_with_retries(home)) is not None:
            return state
        if home.keeper_pid() is not None:
            # The keeper lives, but its services do not answer.
            _stop_keeper(home)
        progress("Starting PostgreSQL and Redis …")
        _start_keeper(home)
        if (state := _running_state(home)) is None:
            raise CourseError("The services stopped right after their start: try again.")
        return state


def _running_state(home: Home) -> KeeperState | None:
    """The keeper's state, if it lives, both services answer, and their programs are unchanged."""
    state = home.read_state()
    if state is None or home.keeper_pid() is None or not state.is_up_to_date():
        return None
    answering = postgres_answers(Path(state.postgres)) and redis_answers(state.redis)
    return state if answering else None


def _running_state_with_retries(home: Home) -> KeeperState | None:
    """The running state after a script was killed: a busy machine needs several attempts."""
    states = (_running_state(home) for _ in range(RECOVERY_ATTEMPTS))
    return next((state for state in states if state is not None), None)


def _kill_redis_script(home: Home) -> bool:
    """Kill a script that blocks Redis; False where Redis cannot be the reason."""
    from checks.services.redis import LOCAL_KINDS, local_redis

    state = home.read_state()
    if state is None or state.redis_kind not in LOCAL_KINDS or home.keeper_pid() is None:
        return False
    if not redis_answers(state.redis):
        local_redis(home, state).kill_script()
    return True


def _start_keeper(home: Home) -> None:
    (home.root / "keeper.lock").touch()
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb") as answer, (home.root / "keeper.log").open("wb") as log:
        try:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "checks.services.keeper", str(home.root), str(write_end)],
                cwd=PACKAGE_ROOT,
                env=child_environment(),
                pass_fds=[write_end],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(write_end)
        ready, _, _ = select.select([answer], [], [], START_SECONDS)
        message = answer.read().decode() if ready else ""
    if message != "ready":
        keeper.kill()
        keeper.wait()
        raise CourseError(
            message.removeprefix("failed ")
            or f"The services did not start: see {home.root}/keeper.log."
        )
    # The keeper outlives this process, which therefore never waits for it.
    keeper.returncode = 0


def _stop_keeper(home: Home) -> bool:
    """Stop the keeper, or the services of a killed one; whether there was anything to stop."""
    pid = home.keeper_pid()
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        if not wait_for_lock(home, "keeper", STOP_SECONDS):
            os.kill(pid, signal.SIGKILL)
            wait_for_lock(home, "keeper", STOP_SECONDS)
    home.write_state(None)
    return any((pid is not None, end_orphan(home), _stop_orphaned_cluster(home)))


def _stop_orphaned_cluster(home: Home) -> bool:
    if not (home.data / "postmaster.pid").exists():
        return False
    account = server_account()
    cluster = Cluster(find_programs(home, account), home, account)
    if cluster.pid() is None:
        return False
    cluster.stop()
    return True
