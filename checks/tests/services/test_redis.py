"""Redis: the shared server with its leases, and the dedicated one of a single run."""

import json
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as redis_library

from checks import services
from checks.errors import CourseError
from checks.services import account, home, redis_process
from checks.services.dedicated_redis import DedicatedRedis, start_dedicated_redis
from checks.services.redis import RedisServer
from checks.tests.services.sessions import run_in_subprocess


class TestRedis:
    def test_no_two_runs_have_the_same_database(self, redis: RedisServer) -> None:
        number = redis.lease()

        others = run_in_subprocess(
            "from checks import services; print(services.ensure().redis.lease())"
        )

        assert int(others) != number
        redis.release(number)

    def test_a_dead_runs_database_is_free_again_and_empty(self, redis: RedisServer) -> None:
        dead = run_in_subprocess(
            "from checks import services; server = services.ensure().redis; "
            "number = server.lease(); server.client(number).set('left', 'over'); print(number)"
        )

        number = redis.lease()

        assert number == int(dead)
        assert redis.client(number).dbsize() == 0
        redis.release(number)

    def test_the_application_works_in_its_database(self, redis: RedisServer) -> None:
        number = redis.lease()
        with redis_library.Redis.from_url(redis.url(number)) as app:
            app.set("key", "value", ex=60)
            app.flushdb()
            app.eval("return redis.call('incr', KEYS[1])", 1, "count")

            assert app.get("count") == redis.client(number).get("count") == b"1"
        redis.release(number)

    @pytest.mark.parametrize(
        "command", ["FLUSHALL", "CONFIG GET dir", "SHUTDOWN NOSAVE", "SWAPDB 1 2", "MONITOR",
                    "ACL LIST", "DEBUG SLEEP 0", "CLIENT KILL TYPE normal", "REPLICAOF NO ONE"],
    )  # fmt: skip
    def test_the_application_cannot_reach_the_server_or_the_others(
        self, redis: RedisServer, command: str
    ) -> None:
        number = redis.lease()
        with (
            redis_library.Redis.from_url(redis.url(number)) as app,
            # Redis 7 refuses DEBUG before it looks at the rights, with the broader error
            pytest.raises(redis_library.exceptions.ResponseError),
        ):
            app.execute_command(*command.split())
        redis.release(number)

    def test_without_a_program_a_simulation_says_what_it_is(
        self, services_home: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(redis_process, "find_redis", lambda *_: None)
        running = redis_process.start_redis(services_home, account.server_account())
        server = RedisServer(running.kind, running.address, services_home.leases)

        number = server.lease()
        server.client(number).set("key", "value")

        assert server.kind == "simulated"
        assert server.client(number).get("key") == b"value"
        server.release(number)
        running.stop()

    @pytest.mark.usefixtures("redis")  # it creates the folder of the leases
    def test_what_lies_on_somebody_elses_server_is_never_emptied(
        self, services_home: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(redis_process, "find_redis", lambda *_: None)
        running = redis_process.start_redis(services_home, account.server_account())
        external_server = RedisServer(
            "external", f"redis://{running.address}/0", services_home.leases
        )
        external_server.client(1).set("mine", "precious")

        number = external_server.lease()
        external_server.client(number).set("key", "value")
        external_server.release(number)

        assert number != 1
        assert external_server.client(1).get("mine") == b"precious"
        assert external_server.client(number).dbsize() == 0
        running.stop()

    def test_redis_url_names_another_server(
        self, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")

        with pytest.raises(CourseError, match="unset REDIS_URL"):
            services.ensure()


class TestOwn:
    @pytest.fixture
    def dedicated(self, services_home: home.Home) -> Iterator[DedicatedRedis]:
        services.ensure()
        server = start_dedicated_redis()
        if server is None or sys.platform != "linux":
            pytest.skip("no Redis of one's own here")
        yield server
        server.close()

    def test_nothing_of_the_shared_one_is_in_it(
        self, dedicated: DedicatedRedis, redis: RedisServer
    ) -> None:
        redis.client(1).set("theirs", "x")

        number = dedicated.server.lease()

        assert dedicated.server.client(number).dbsize() == 0
        assert dedicated.server.sockets != redis.sockets
        dedicated.server.release(number)
        redis.client(1).flushdb()

    def test_its_application_cannot_reach_the_server(self, dedicated: DedicatedRedis) -> None:
        with (
            redis_library.Redis.from_url(dedicated.server.url(1)) as app,
            pytest.raises(redis_library.exceptions.ResponseError),
        ):
            app.execute_command("CONFIG", "GET", "dir")

    def test_it_ends_with_whoever_started_it(self, services_home: home.Home) -> None:
        services.ensure()
        source = """
from checks.services.dedicated_redis import start_dedicated_redis

redis = start_dedicated_redis()
print(redis.server.address if redis else "")
"""
        address = run_in_subprocess(source)
        limit = time.monotonic() + 10
        while address and redis_process.redis_answers(address) and time.monotonic() < limit:
            pass

        assert not address or not redis_process.redis_answers(address)
        if address:
            shutil.rmtree(Path(address).parents[1])


def test_the_board_imports_no_driver() -> None:
    source = "import sys, json, checks.services; print(json.dumps(sorted(sys.modules)))"

    assert not {"psycopg", "redis"} & set(json.loads(run_in_subprocess(source)))


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("unix:///var/run/redis.sock", "unix:///var/run/redis.sock?db=3"),
        ("unix:///var/run/redis.sock?db=0", "unix:///var/run/redis.sock?db=3"),
        ("unix://me:word@/run/r.sock?db=1", "unix://me:word@/run/r.sock?db=3"),
        ("redis://host:6379/0", "redis://host:6379/3"),
    ],
)
def test_the_number_of_a_database_stands_where_the_scheme_has_it(
    tmp_path: Path, address: str, url: str
) -> None:
    assert RedisServer("external", address, tmp_path).url(3) == url


def test_a_sandbox_has_to_see_the_socket_of_an_external_server(tmp_path: Path) -> None:
    server = RedisServer("external", "unix:///var/run/redis.sock", tmp_path)

    assert server.sockets == Path("/var/run")
    assert RedisServer("external", "redis://host/0", tmp_path).sockets is None
