"""An app that uses up too much is ended, and the verdict says of what."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import psycopg
import pytest

from checks.harness.app import resource_limits
from checks.harness.app.api import Api
from checks.harness.app.border import Border
from checks.harness.app.process import AppProcess
from checks.harness.errors import AppDown, HarnessError, OutOfMemory, ServicesDown, TooMuchOutput
from checks.services.admin import LoginRefused
from checks.tests.support.borders import each_contained_kind, every_kind, make_border
from checks.tests.support.deep_folders import DIG
from checks.tests.support.small_limits import small_limits

__all__ = ["small_limits"]  # a fixture

APP = """
import os, time
def hostile():
    {body}
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        return await send({{"type": "lifespan.startup.complete"}})
    hostile()
"""
PRINT = "while True: print('x' * 65536)"
WRITE = """
    for number in range(1000):
        with open(f'/scratch/{number}', 'wb') as file: file.write(bytes(1 << 20))
    time.sleep(60)
"""
MANY = """
    for number in range(100000): open(f'/scratch/{number}', 'wb').close()
    time.sleep(60)
"""
NAMELESS = """
    held = []
    for number in range(900):
        held.append(open('/scratch/x', 'wb', 0))
        os.unlink('/scratch/x')
        held[-1].write(bytes(1 << 20))
    time.sleep(60)
"""
DEEP = f"""
    os.chdir('/scratch')
{DIG}
    time.sleep(60)
"""
HOLD = """
    for _ in range(4):
        if os.fork() == 0:
            held = os.urandom(100 << 20)
            time.sleep(60)
            os._exit(0)
    time.sleep(60)
"""
SHARE = """
    import mmap
    held = mmap.mmap(-1, 400 << 20)
    if os.fork() == 0:
        time.sleep(60)
    for place in range(0, len(held), 4096): held[place] = 1
    held.close()
    time.sleep(60)
"""


@contextmanager
def running_app(body: str, *, kind: str) -> Iterator[AppProcess]:
    with (
        make_border(kind, APP.format(body=body)) as border,
        closing(AppProcess(border, "app", {})) as app_process,
    ):
        app_process.start()
        yield app_process


def breach_of(body: str, *, kind: str) -> HarnessError:
    """What a request is told while the app uses something up."""
    with running_app(body, kind=kind) as app_process:
        with closing(Api(app_process)) as api, pytest.raises(HarnessError) as caught:
            api.get("/")
        assert not isinstance(caught.value, AppDown), "it was ended, it did not die"
        assert app_process.breach() is caught.value, "and stays ended"
        return caught.value


@every_kind
def test_who_prints_without_end(kind: str) -> None:
    error = breach_of(PRINT, kind=kind)

    assert isinstance(error, TooMuchOutput)
    assert str(error) == "the app was ended: it printed more than 8 MiB"


@each_contained_kind
@pytest.mark.parametrize(
    "body", [WRITE, MANY, DEEP, NAMELESS], ids=["large", "many", "deep", "nameless"]
)
def test_who_fills_the_disk(kind: str, body: str) -> None:
    error = breach_of(body, kind=kind)

    assert isinstance(error, TooMuchOutput)
    assert "it wrote more than 20 MiB, 2000 files, or 64 folders deep" in str(error)


@each_contained_kind
@pytest.mark.parametrize("body", [HOLD, SHARE], ids=["each", "shared"])
def test_who_holds_much_memory_in_many_processes(kind: str, body: str) -> None:
    error = breach_of(body, kind=kind)

    assert isinstance(error, OutOfMemory)
    assert "it held more than 300 MiB" in str(error)


@each_contained_kind
def test_who_fills_its_database(kind: str) -> None:
    too_much = resource_limits.DATABASE_LIMIT + 1

    error = breach_when(kind, lambda border: replace(border, stored_bytes=lambda: too_much))

    assert isinstance(error, TooMuchOutput)
    assert "it stored more than 512 MiB in its database" in str(error)


@each_contained_kind
def test_common_files_of_all_apps_that_are_full_are_no_failure_of_one(kind: str) -> None:
    too_much = resource_limits.SHARED_LIMIT + 1

    error = breach_when(kind, lambda border: replace(border, shared_growth=lambda: too_much))

    assert isinstance(error, ServicesDown)
    assert "more than 256 MiB in files that belong to no" in str(error)


@each_contained_kind
@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.OutOfMemory("out of shared memory\nHINT: more"),
        LoginRefused("PostgreSQL does not let us in: FATAL: out of shared memory."),
    ],
    ids=["statement", "login"],
)
def test_who_takes_all_of_the_server_does_not_grow_unseen(kind: str, error: Exception) -> None:
    def refuse() -> int:
        raise error

    breach = breach_when(kind, lambda border: replace(border, stored_bytes=refuse))

    assert isinstance(breach, ServicesDown)
    assert "PostgreSQL has nothing left" in str(breach)
    assert "HINT" not in str(breach)


def breach_when(kind: str, fill: Callable[[Border], Border]) -> HarnessError:
    """The breach that ends a command behind the border that `fill` returns."""
    with make_border(kind) as border:
        full_border = fill(border)
        sleep = full_border.python("-c", "import time; time.sleep(60)")
        with pytest.raises(HarnessError) as caught:
            full_border.run(sleep, {}, None, 30)
    return caught.value


@each_contained_kind
def test_who_has_a_server_hold_much_memory(kind: str) -> None:
    hold = "held = bytes(400 << 20).replace(bytes(1), b'x'); print(flush=True); input()"
    server = subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with server, make_border(kind) as border:
        assert server.stdout is not None
        server.stdout.readline()
        with_backend = replace(border, backends=lambda: [server.pid])

        with pytest.raises(OutOfMemory, match="with what its statements hold"):
            with_backend.run(with_backend.python("-c", "import time; time.sleep(60)"), {}, None, 30)
