"""Whatever the learner's side uses up too much of, it is ended and the verdict says why."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from checks.files import remove_tree
from checks.harness.app import process, resource_limits
from checks.harness.app.api import Api
from checks.harness.app.border import Border
from checks.harness.app.process import AppProcess
from checks.harness.app.resource_limits import MIB
from checks.harness.errors import AppDown, AppHangs, HarnessError, OutOfMemory, TooMuchOutput
from checks.sandbox import bubblewrap
from checks.tests.support.deep_folders import DIG

CONTAINED = pytest.param(
    True,
    id="contained",
    marks=pytest.mark.skipif(bubblewrap.probe().kind == "none", reason="no sandbox here"),
)
BOTH = pytest.mark.parametrize("contained", [pytest.param(False, id="open"), CONTAINED])
ONLY_CONTAINED = pytest.mark.parametrize("contained", [CONTAINED])
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
def make_border(*, contained: bool, source: str) -> Iterator[Border]:
    """A tree with one module, `app.main`, and a folder to write to."""
    with TemporaryDirectory(prefix="eventure-guard-", dir="/tmp") as name, ExitStack() as stack:
        tree, scratch = Path(name, "tree"), Path(name, "scratch")
        stack.callback(remove_tree, scratch)
        (tree / "app").mkdir(parents=True)
        scratch.mkdir()
        (tree / "app/main.py").write_text(source)
        for path, mode in ((Path(name), 0o755), (scratch, 0o777)):
            path.chmod(mode)
        yield Border(tree, scratch, contained=contained)


@contextmanager
def running_app(body: str, *, contained: bool) -> Iterator[AppProcess]:
    with (
        make_border(contained=contained, source=APP.format(body=body)) as border,
        closing(AppProcess(border, "app", {})) as app_process,
    ):
        app_process.start()
        yield app_process


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource_limits, "DISK_LIMIT", 20 * MIB)
    monkeypatch.setattr(resource_limits, "FILE_LIMIT", 2000)
    monkeypatch.setattr(resource_limits, "MEMORY_LIMIT", 300 * MIB)


def breach_of(body: str, *, contained: bool) -> HarnessError:
    """What a request is told while the app uses something up."""
    with running_app(body, contained=contained) as app_process:
        with closing(Api(app_process)) as api, pytest.raises(HarnessError) as caught:
            api.get("/")
        assert not isinstance(caught.value, AppDown), "it was ended, it did not die"
        assert app_process.breach() is caught.value, "and stays ended"
        return caught.value


@BOTH
def test_who_prints_without_end(contained: bool) -> None:
    error = breach_of(PRINT, contained=contained)

    assert isinstance(error, TooMuchOutput)
    assert str(error) == "the app was ended: it printed more than 8 MiB"


@ONLY_CONTAINED
@pytest.mark.parametrize(
    "body", [WRITE, MANY, DEEP, NAMELESS], ids=["large", "many", "deep", "nameless"]
)
def test_who_fills_the_disk(contained: bool, body: str) -> None:
    error = breach_of(body, contained=contained)

    assert isinstance(error, TooMuchOutput)
    assert "it wrote more than 20 MiB, 2000 files, or 64 folders deep" in str(error)


@ONLY_CONTAINED
@pytest.mark.parametrize("body", [HOLD, SHARE], ids=["each", "shared"])
def test_who_holds_much_memory_in_many_processes(contained: bool, body: str) -> None:
    error = breach_of(body, contained=contained)

    assert isinstance(error, OutOfMemory)
    assert "it held more than 300 MiB" in str(error)


@ONLY_CONTAINED
def test_who_fills_its_database(contained: bool) -> None:
    with make_border(contained=contained, source="") as border:
        full_border = Border(
            border.tree,
            border.scratch,
            contained=True,
            stored_bytes=lambda: resource_limits.DATABASE_LIMIT + 1,
        )

        with pytest.raises(TooMuchOutput, match="it stored more than 512 MiB in its database"):
            full_border.run(full_border.python("-c", "import time; time.sleep(60)"), {}, None, 30)


@ONLY_CONTAINED
def test_who_has_a_server_hold_much_memory(contained: bool) -> None:
    hold = "held = bytes(400 << 20).replace(bytes(1), b'x'); print(flush=True); input()"
    server = subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with server, make_border(contained=contained, source="") as border:
        assert server.stdout is not None
        server.stdout.readline()
        with_backend = replace(border, backends=lambda: [server.pid])

        with pytest.raises(OutOfMemory, match="with what its statements hold"):
            with_backend.run(with_backend.python("-c", "import time; time.sleep(60)"), {}, None, 30)


@BOTH
def test_a_command_that_prints_without_end(contained: bool) -> None:
    with make_border(contained=contained, source="") as border:
        argv = border.python("-c", "while True: print('x' * 65536)")

        with pytest.raises(TooMuchOutput, match="it printed more than 8 MiB"):
            border.run(argv, {}, None, 60)


@BOTH
def test_a_command_that_goes_on_too_long_is_ended_with_its_children(contained: bool) -> None:
    source = "import os, time\nif os.fork() == 0: time.sleep(600)\ntime.sleep(600)"
    message = "was still running after 1 s"

    with (
        make_border(contained=contained, source="") as border,
        pytest.raises(AppHangs, match=message),
    ):
        border.run(border.python("-c", source), {}, None, 1)

    assert not any(_runs(path, source) for path in Path("/proc").glob("[0-9]*/cmdline"))


def _runs(cmdline: Path, source: str) -> bool:
    try:
        return source.encode() in cmdline.read_bytes()
    except OSError:
        return False


@BOTH
def test_a_start_that_hangs_is_a_timeout_with_its_line(
    contained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "START_LIMIT", 5.0)
    source = "def spin():\n    while True:\n        pass\n\nspin()\n"
    with make_border(contained=contained, source=source) as border:
        message = r"did not start within 5 s; it stands in app/main.py:"

        with (
            closing(AppProcess(border, "app", {})) as app_process,
            pytest.raises(AppHangs, match=message),
        ):
            app_process.start()


@ONLY_CONTAINED
def test_a_start_that_wants_too_much_memory_says_so(contained: bool) -> None:
    with make_border(contained=contained, source="held = bytearray(3 << 30)\n") as border:
        message = "the app does not start: MemoryError"

        with (
            closing(AppProcess(border, "app", {})) as app_process,
            pytest.raises(OutOfMemory, match=message),
        ):
            app_process.start()


@ONLY_CONTAINED
def test_no_password_stands_on_a_command_line(contained: bool) -> None:
    with make_border(contained=contained, source="") as border:
        secret_border = Border(
            border.tree, border.scratch, contained=True, environment={"SECRET": "hidden-word"}
        )
        result = secret_border.run(
            secret_border.python("-c", "import os; print(os.environ)"), {}, None, 30
        )

        assert "hidden-word" in result.stdout
        assert "hidden-word" not in " ".join(secret_border.command([sys.executable]))
