"""Whose fault a failure is: a service that died is never the learner's, what they broke is."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from checks import services
from checks.course.course import load_course
from checks.harness.app.service_health import INSTANCE_IDS, ServiceHealth
from checks.results.model import TaskResult, Verdict
from checks.runner.run import RunRequest, run
from checks.sandbox import bubblewrap
from checks.services.admin import LoginRefused
from checks.services.home import Home
from checks.services.process import read_pid
from checks.tests.support.homes import own_home
from checks.tests.support.small_day import day

__all__ = ["day"]  # a fixture
ROOT = Path(__file__).parents[4]
DAY = load_course(ROOT, tree="solutions").day("1")
TASK = DAY.tasks[1]
APP = """
import os
{extra}
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        return await send({{"type": "lifespan.startup.complete"}})
    {body}
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    await send({{"type": "http.response.body", "body": b"{{}}"}})
"""
DATABASE = """
import psycopg
def run(statement):
    url = os.environ["DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection: connection.execute(statement)
"""
TRAP = """
CREATE TABLE kept ();
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''mine''; END';
CREATE TRIGGER no BEFORE TRUNCATE ON kept EXECUTE FUNCTION no();
"""
REDIS = """
import redis
def loop():
    redis.Redis.from_url(os.environ["REDIS_URL"]).eval("while true do end", 0)
"""
# answers that nobody fetches: thirty of them hold more than the server may
UNREAD = """
import redis, socket, time
from urllib.parse import urlsplit
HELD = []
def hoard():
    url = os.environ["REDIS_URL"]
    client = redis.Redis.from_url(url, socket_timeout=1, retry=None)
    client.set("k", bytes(60 << 20))
    for _ in range(30):
        HELD.append(socket.socket(socket.AF_UNIX))
        HELD[-1].connect(urlsplit(url).path)
        HELD[-1].sendall(f"SELECT {url.rpartition('=')[2]}\\r\\nGET k\\r\\n".encode())
        client.ping()
"""
TESTS = """
import os, signal
from pathlib import Path

class TestX:
    def test_one(self, api, database):
        {first}
        assert api.get("/one").json() == {{"answer": 1}}, "the answer"

    def test_two(self, api, database, redis):
        redis.set("a", "b")
        assert database.value("SELECT 1") == 1
        assert api.get("/two").status_code == 200, "the second answer"
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with own_home() as home:
        yield home


def judge(
    day: Path, app: str, *, first: str = "pass", extra: str = "", contained: bool = False
) -> dict[str, tuple[Verdict, str]]:
    """The verdicts of the two tests on this app, with what was said."""
    (day / "app/main.py").write_text(APP.format(body=app, extra=extra))
    tests = Path(copytree(day, day.parent / "tests"))
    (tests / Path(TASK.test)).write_text(TESTS.format(first=first))
    task: TaskResult = run(RunRequest(DAY, (TASK,), tests, day, contained)).tasks[0]
    return {
        test.name.split("_")[-1]: (test.verdict, test.cause.message if test.cause else "")
        for test in task.tests
    }


def kill_statement(pid: int | None) -> str:
    return f"os.kill({pid}, signal.SIGKILL)"


def test_a_wrong_answer_is_the_learners(home: Home, day: Path) -> None:
    verdicts = judge(day, "pass")

    assert verdicts["one"][0] is Verdict.FAIL
    assert verdicts["two"][0] is Verdict.PASS


@pytest.mark.parametrize("file", ["postgres18/postmaster.pid", "redis.pid"])
def test_a_service_that_dies_is_not_and_the_run_goes_on(home: Home, day: Path, file: str) -> None:
    services.ensure()

    verdicts = judge(day, "pass", first=kill_statement(read_pid(home.root / file)))

    verdict, message = verdicts["one"]
    assert verdict is Verdict.INFRA_ERROR
    assert "died during this test" in message
    assert verdicts["two"][0] is Verdict.PASS


def test_a_database_that_the_app_breaks_is_the_learners(home: Home, day: Path) -> None:
    breaks = "run(TRAP) if scope['path'] == '/one' else None"

    verdicts = judge(day, breaks, extra=f"{DATABASE}\nTRAP = {TRAP!r}")

    assert verdicts["one"][0] is Verdict.FAIL
    assert verdicts["two"][0] is Verdict.ERROR
    assert "the tables cannot be emptied for the next test: mine" in verdicts["two"][1]


@pytest.mark.parametrize(
    "contained",
    [
        False,
        pytest.param(
            True,
            marks=pytest.mark.skipif(bubblewrap.probe().kind == "none", reason="no sandbox here"),
        ),
    ],
    ids=["open", "contained"],
)
def test_a_script_without_end_is_the_learners_and_blocks_nobody(
    home: Home, day: Path, contained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTURE_REQUEST_SECONDS", "3")

    verdicts = judge(
        day, "loop() if scope['path'] == '/one' else None", extra=REDIS, contained=contained
    )

    assert verdicts["one"][0] is Verdict.TIMEOUT, verdicts
    assert verdicts["two"][0] is not Verdict.INFRA_ERROR


@pytest.mark.skipif(bubblewrap.probe().kind == "none", reason="no sandbox here")
def test_a_redis_that_the_app_breaks_is_the_learners_and_the_next_test_has_another(
    home: Home, day: Path
) -> None:
    verdicts = judge(
        day, "hoard() if scope['path'] == '/one' else None", extra=UNREAD, contained=True
    )

    assert verdicts["one"][0] is Verdict.OOM, verdicts
    assert "what the app asked of Redis has ended it" in verdicts["one"][1]
    assert verdicts["two"][0] is Verdict.PASS


def test_a_server_that_lacks_something_has_not_died(home: Home) -> None:
    health = ServiceHealth(services.ensure())

    def refuse(running: services.Services) -> str:
        raise LoginRefused("PostgreSQL does not let us in: FATAL: out of shared memory.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(INSTANCE_IDS, "PostgreSQL", refuse)

        assert health.dead() == ""
