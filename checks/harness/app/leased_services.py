"""PostgreSQL and Redis as one environment uses them: leases, a Redis of its own, outages."""

from contextlib import ExitStack
from dataclasses import replace

import psycopg
from redis import RedisError

from checks import services
from checks.errors import CourseError
from checks.harness.app.disk_watch import DiskWatch, watched_folders
from checks.harness.app.oom_watch import OomWatch
from checks.harness.app.service_health import ServiceHealth
from checks.harness.errors import HarnessError, OutOfMemory, ServicesDown
from checks.harness.external_server.server import ExternalServer
from checks.sandbox.privileges import as_root
from checks.services import Services
from checks.services.dedicated_redis import DedicatedRedis, start_dedicated_redis


class LeasedServices:
    """The servers, a Redis database for the app, and another for its Celery broker.

    A contained app gets a Redis server of its own where there is a program for one: what an app
    does to a shared server, it does to every run. An external server brings its own services.
    """

    def __init__(self, external: ExternalServer | None, *, contained: bool) -> None:
        """Raises ServicesDown when the servers cannot be started."""
        self._start(external, contained=contained)
        self._disks = DiskWatch(watched_folders(self.services))
        self._memory = OomWatch()

    @as_root()
    def _start(self, external: ExternalServer | None, *, contained: bool) -> None:
        self._dedicated_redis: DedicatedRedis | None = None
        try:
            self.services = external.services if external else self._ensure(contained=contained)
            self._shared_bytes_before = self.services.postgres.shared_bytes()
        except (CourseError, psycopg.Error) as error:
            raise ServicesDown(str(error)) from None
        self._health = ServiceHealth(self.services)
        external_number = external.redis if external else None
        self._is_redis_leased = external_number is None
        self.redis_number = (
            self.services.redis.lease() if external_number is None else external_number
        )
        self.broker_number = self.services.redis.lease()

    def _ensure(self, *, contained: bool) -> Services:
        running = services.ensure()
        self._dedicated_redis = start_dedicated_redis() if contained else None
        if self._dedicated_redis is None:
            return running
        return replace(running, redis=self._dedicated_redis.server)

    def shared_growth(self) -> int:
        """By how many bytes PostgreSQL's common files have grown since the start.

        A part of what earlier apps have written stays; it is not this one's.
        """
        return self.services.postgres.shared_bytes() - self._shared_bytes_before

    @as_root()
    def flush_redis(self) -> None:
        """Delete every key of the app's Redis database, even while a script blocks the server."""
        try:
            self.services.redis.client(self.redis_number).flushdb()
        except RedisError:  # a script of the last test keeps it busy
            self._unblock_redis()
            self.services.redis.client(self.redis_number).flushdb()

    @as_root()
    def renew_redis(self) -> None:
        """Start a dedicated Redis again, empty; of another, delete the keys of the app's database.

        A dedicated one keeps settings, scripts and counters beside its keys.
        """
        if self._dedicated_redis is None:
            self.flush_redis()
        else:
            self._unblock_redis()

    @as_root()
    def outage(self) -> HarnessError | None:
        """Why the last test says nothing about the app, or that the app itself ended a service.

        A dedicated Redis that crashed was crashed by the app; it is started again.
        """
        dead = self._health.dead()
        redis = self._dedicated_redis
        if dead == "Redis" and redis is not None and redis.has_crashed():
            self._unblock_redis()
            return OutOfMemory("what the app asked of Redis has ended it; it may hold 1 GiB")
        if dead:
            return ServicesDown(f"{dead} died during this test, which tells nothing")
        if folder := self._disks.full():
            return ServicesDown(f"the disk of {folder} was full, so this test tells nothing")
        if self._memory.has_killed():
            return ServicesDown("the kernel ended a process for lack of memory: free some first")
        return None

    def _unblock_redis(self) -> None:
        if self._dedicated_redis is None:
            self.services.redis.kill_script()
            return
        self._dedicated_redis.restart()
        self.services.redis.close_clients()
        self._health.record("Redis")

    @as_root()
    def close(self) -> None:
        """Release the leases, stop the dedicated Redis, shrink the common files of PostgreSQL.

        Each step is done if another fails.
        """
        with ExitStack() as steps:
            steps.callback(self._disks.close)
            steps.callback(self.services.postgres.shrink_shared_files)
            if self._dedicated_redis is not None:
                steps.callback(self._dedicated_redis.close)
            if self._is_redis_leased:
                steps.callback(self.services.redis.release, self.redis_number)
            steps.callback(self.services.redis.release, self.broker_number)
