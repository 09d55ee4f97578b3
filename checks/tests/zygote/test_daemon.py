"""The zygote that outlives a command: found when it is the right one, and never otherwise."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.services.home import Home
from checks.tests.support.homes import own_home
from checks.zygote import client as zygote
from checks.zygote import daemon
from checks.zygote import server as zygote_server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is left behind on Linux only")
LIMIT = 60.0
ASK = ["-c", "import os, sys; print(os.getppid(), 'pytest' in sys.modules)"]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.delenv(zygote.VARIABLE, raising=False)
    with own_home() as made:
        yield made


@pytest.fixture
def left(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The socket of a zygote that was left behind, with few libraries."""
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def keep(*words: object, **options: object) -> "subprocess.Popen[bytes]":
        made = popen(*words, **{**options, "stdout": subprocess.PIPE})  # type: ignore[call-overload]
        started.append(made)
        return made  # type: ignore[no-any-return]

    with monkeypatch.context() as patch:
        patch.setattr("checks.zygote.daemon.subprocess.Popen", keep)
        daemon.leave()
    (process,) = started
    process.returncode = None
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    yield home.sockets("zygote") / f"{daemon.key()[:16]}.sock"
    process.kill()
    process.wait(LIMIT)


def ended(path: Path) -> bool:
    """Whether the zygote has let go of its lock within the limit."""
    waiter = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'a'), fcntl.LOCK_EX)"
    words = [sys.executable, "-c", waiter, str(path.with_suffix(".lock"))]
    return subprocess.run(words, timeout=LIMIT, check=False).returncode == 0


def answer() -> str:
    """What a Python says that is started through whatever is found."""
    ours, its = os.pipe()
    child = zygote.start(ASK, cwd=Path("/"), env={}, stdin=None, stdout=its, stderr=its)
    os.close(its)
    with os.fdopen(ours) as said:
        assert child.wait(LIMIT) == 0
        if child.stdin:
            child.stdin.close()
        return said.read()


def test_what_a_command_leaves_behind_the_next_one_finds(left: Path) -> None:
    assert daemon.find()
    assert os.environ[zygote.VARIABLE] == str(left)
    assert answer().endswith("True\n")


def test_nobody_else_may_enter_its_folder(left: Path) -> None:
    assert left.parent.stat().st_mode & 0o077 == 0
    left.parent.chmod(0o755)

    assert not daemon.find()


@pytest.mark.parametrize("change", ["PATH", "LANG", "EVENTURE_REQUEST_SECONDS"])
def test_the_environment_that_imports_read_makes_another_one(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = daemon.key()
    monkeypatch.setenv(change, "another")

    assert (daemon.key() == before) == (change == "PATH")


def test_an_edited_source_of_the_checker_makes_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "harness" / "api.py"
    source.parent.mkdir()
    source.write_text("a = 1\n")
    monkeypatch.setattr(daemon, "PACKAGE", tmp_path)
    before = daemon.key()

    source.write_text("a = 22\n")

    assert daemon.key() != before


def test_services_down_ends_it(left: Path) -> None:
    daemon.end()

    assert not daemon.find()
    assert ended(left)


def test_a_zygote_of_another_state_ends_by_itself(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zygote_server, "LOOK", 0.01)
    path = home.root / "z.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        zygote_server._last(server, path, "the key of yesterday's sources")

    assert not path.exists()


def test_when_it_is_gone_a_process_starts_without_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(zygote.VARIABLE, str(home.root / "gone.sock"))

    assert answer() == f"{os.getpid()} False\n"


def test_a_zygote_that_dies_while_it_is_asked_is_gone_too(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home.root / "dying.sock"
    monkeypatch.setenv(zygote.VARIABLE, str(path))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        pid = os.fork()
        if pid == 0:
            link, _ = server.accept()
            while link.recv(1024):
                pass
            os._exit(0)
        server.close()
        said = answer()
        os.waitpid(pid, 0)

    assert said == f"{os.getpid()} False\n"


def test_off_means_that_none_is_asked_and_none_is_left(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(zygote.VARIABLE, zygote.OFF)

    daemon.leave()

    assert not zygote.available()
    assert not home.sockets("zygote").exists()


def test_whoever_asks_wrongly_gets_no_child_and_the_next_one_does(left: Path) -> None:
    for message in (b"", b"no JSON", b"{}"):
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(left))
            link.sendall(message)
            link.shutdown(socket.SHUT_WR)
            assert select.select([link], [], [], LIMIT)[0]

    assert daemon.find()
    assert answer().endswith("True\n")


def test_a_child_that_is_interrupted_ends_by_that(left: Path) -> None:
    assert daemon.find()
    words = ["-c", "import signal; signal.pause()"]
    child = zygote.start(words, cwd=Path("/"), env={}, stdin=None, stdout=1, stderr=2)

    os.kill(child.pid, signal.SIGKILL)

    assert child.wait(LIMIT) == -signal.SIGKILL
