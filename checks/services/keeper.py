"""The watchdog that stops the services when nobody has used them for a while."""

import fcntl
import os
import subprocess
import sys
import time

import psycopg

from checks.services import cluster, redis
from checks.services.home import home, locked

PERIOD = 15.0


def touch() -> None:
    """Say that the services are in use."""
    (home() / "used").touch()


def start() -> None:
    """Start the watchdog unless one is alive; it holds a lock as long as it lives."""
    with (home() / "keeper.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
    subprocess.Popen(
        [sys.executable, "-m", "checks.services.keeper"],
        cwd=home(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def idle_seconds() -> float:
    """How long nobody has asked for the services or been connected to them."""
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    if row and row[0]:
        touch()
    return time.time() - (home() / "used").stat().st_mtime


def main() -> None:
    """Look every few seconds; end when the services are idle or gone."""
    with (home() / "keeper.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        limit = float(os.environ.get("EVENTURE_IDLE_MINUTES", "30")) * 60
        while cluster.answers():
            if idle_seconds() > limit:
                with locked():
                    cluster.stop()
                    redis.stop()
                return
            time.sleep(min(PERIOD, max(limit, 0.2)))


if __name__ == "__main__":
    main()
