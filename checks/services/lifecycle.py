"""Starting, finding and stopping the services; every process that needs them calls `ensure`."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checks.errors import CourseError
from checks.services.account import server_account
from checks.services.cluster import Cluster, find_programs, postgres_answers
from checks.services.home import Home, State, find_home, open_home, wait_until_free
from checks.services.memory import forget_files, give_back
from checks.services.names import is_lent
from checks.services.redis_process import answers, end_orphan

if TYPE_CHECKING:
    from checks.services.postgres import Postgres
    from checks.services.redis import RedisServer

START_SECONDS = 120.0
STOP_SECONDS = 20.0
LOOKS = 3
PACKAGE_ROOT = Path(__file__).resolve().parents[2]
# The servers whose leftovers this process has looked for.
SWEPT: set[str] = set()
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
    """Both services, started when they are not running; `progress` is told what takes long.

    `DATABASE_URL` and `REDIS_URL` of the variables name servers of yours instead; not in a shell
    that was lent a database, which lies on the server that is wanted here.

    Raises:
        CourseError: a service cannot be had; the sentence says what to do.
    """
    from checks.services.postgres import external_postgres, local_postgres
    from checks.services.redis import external_redis, local_redis

    home = open_home()
    database_url, redis_url = variables.get("DATABASE_URL", ""), variables.get("REDIS_URL")
    outside = database_url and not is_lent(database_url)
    postgres = external_postgres(database_url) if outside else None
    redis = external_redis(home, redis_url) if redis_url else None
    if postgres is None or redis is None:
        state = _local(home, progress or (lambda _: None))
        postgres = postgres or local_postgres(home, state)
        redis = redis or local_redis(home, state)
    if postgres.admin.url not in SWEPT:
        SWEPT.add(postgres.admin.url)
        postgres.sweep()
    return Services(postgres, redis)


def down(*, reset: bool = False) -> bool:
    """Stop what the keeper runs; False when nothing ran. Whoever is connected is cut off.

    `reset` forgets PostgreSQL's files too, so that the next start makes new ones.
    """
    home = find_home()
    if not home.root.is_dir():
        return False
    with home.locked("ensure"):
        ended = _end(home)
        if reset:
            forget_files(home)
        else:
            give_back(home)
    return ended


def status() -> dict[str, str]:
    """What runs now, in words; starts nothing and waits for nothing."""
    home = find_home()
    running = _running(home)
    return {
        "PostgreSQL": "running" if running else "stopped",
        "Redis": running.redis_kind if running else "stopped",
        "home": str(home.root),
    }


def _local(home: Home, progress: Progress) -> State:
    home.touch()
    if (state := _running(home)) is not None:
        return state
    with home.locked("ensure"):
        if (state := _running(home)) is not None:
            return state
        if _free_redis(home) and (state := _recovered(home)) is not None:
            return state
        if home.keeper_pid() is not None:
            # It lives, but what it keeps does not answer.
            _end(home)
        progress("Starting PostgreSQL and Redis …")
        _start_keeper(home)
        if (state := _running(home)) is None:
            raise CourseError("The services stopped right after their start: try again.")
        return state


def _running(home: Home) -> State | None:
    """The keeper's state, if the keeper lives and both services answer, from sound programs."""
    state = home.read_state()
    if state is None or home.keeper_pid() is None or not state.up_to_date():
        return None
    up = postgres_answers(Path(state.postgres)) and answers(state.redis)
    return state if up else None


def _recovered(home: Home) -> State | None:
    """The same after a script was ended: a machine that is busy needs a moment."""
    found = (_running(home) for _ in range(LOOKS))
    return next((state for state in found if state is not None), None)


def _free_redis(home: Home) -> bool:
    """End a script that keeps Redis busy, if that may be what is wrong; PostgreSQL goes on then."""
    from checks.services.redis import OURS, local_redis

    state = home.read_state()
    if state is None or state.redis_kind not in OURS or home.keeper_pid() is None:
        return False
    if not answers(state.redis):
        local_redis(home, state).free()
    return True


def _start_keeper(home: Home) -> None:
    (home.root / "keeper.lock").touch()
    ours, its = os.pipe()
    with os.fdopen(ours, "rb") as answer, (home.root / "keeper.log").open("wb") as log:
        try:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "checks.services.keeper", str(home.root), str(its)],
                cwd=PACKAGE_ROOT,
                pass_fds=[its],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(its)
        ready, _, _ = select.select([answer], [], [], START_SECONDS)
        said = answer.read().decode() if ready else ""
    if said != "ready":
        keeper.kill()
        keeper.wait()
        raise CourseError(
            said.removeprefix("failed ")
            or f"The services did not start: see {home.root}/keeper.log."
        )
    # Not ours to wait for: it outlives this process.
    keeper.returncode = 0


def _end(home: Home) -> bool:
    """End the keeper, or what a killed one left; whether there was anything to end."""
    pid = home.keeper_pid()
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        if not wait_until_free(home, "keeper", STOP_SECONDS):
            os.kill(pid, signal.SIGKILL)
            wait_until_free(home, "keeper", STOP_SECONDS)
    home.write_state(None)
    return any((pid is not None, end_orphan(home), _end_orphaned_cluster(home)))


def _end_orphaned_cluster(home: Home) -> bool:
    if not (home.data / "postmaster.pid").exists():
        return False
    account = server_account()
    cluster = Cluster(find_programs(home, account), home, account)
    if cluster.pid() is None:
        return False
    cluster.stop()
    return True
