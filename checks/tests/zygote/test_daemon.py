"""The zygote that outlives a command: attached to in the same state, and never otherwise."""

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
TIMEOUT = 60.0
PRINT_PARENT = ["-c", "import os, sys; print(os.getppid(), 'pytest' in sys.modules)"]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.delenv(zygote.VARIABLE, raising=False)
    with own_home() as new_home:
        yield new_home


@pytest.fixture
def zygote_socket(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The socket of a detached zygote."""
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def popen_with_pipe(*arguments: object, **options: object) -> "subprocess.Popen[bytes]":
        process = popen(*arguments, **{**options, "stdout": subprocess.PIPE})  # type: ignore[call-overload]
        started.append(process)
        return process  # type: ignore[no-any-return]

    with monkeypatch.context() as patch:
        patch.setattr("checks.zygote.daemon.subprocess.Popen", popen_with_pipe)
        daemon.start_detached()
    (process,) = started
    process.returncode = None
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    yield home.sockets("zygote") / f"{daemon.state_key()[:16]}.sock"
    process.kill()
    process.wait(TIMEOUT)


def has_released_lock(path: Path) -> bool:
    """Whether the zygote releases its lock within the timeout."""
    source = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'a'), fcntl.LOCK_EX)"
    argv = [sys.executable, "-c", source, str(path.with_suffix(".lock"))]
    return subprocess.run(argv, timeout=TIMEOUT, check=False).returncode == 0


def child_output() -> str:
    """The output of a Python that is started through the attached zygote, or without one."""
    read_end, write_end = os.pipe()
    child = zygote.start(
        PRINT_PARENT, cwd=Path("/"), env={}, stdin=None, stdout=write_end, stderr=write_end
    )
    os.close(write_end)
    with os.fdopen(read_end) as output:
        assert child.wait(TIMEOUT) == 0
        if child.stdin:
            child.stdin.close()
        return output.read()


def test_what_a_command_leaves_behind_the_next_one_finds(zygote_socket: Path) -> None:
    assert daemon.attach()
    assert os.environ[zygote.VARIABLE] == str(zygote_socket)
    assert child_output().endswith("True\n")


def test_nobody_else_may_enter_its_folder(zygote_socket: Path) -> None:
    assert zygote_socket.parent.stat().st_mode & 0o077 == 0
    zygote_socket.parent.chmod(0o755)

    assert not daemon.attach()


@pytest.mark.parametrize("change", ["PATH", "LANG", "PGPORT", "TZ", "EVENTURE_REQUEST_SECONDS"])
def test_the_environment_that_imports_read_makes_another_one(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = daemon.state_key()
    monkeypatch.setenv(change, "another")

    assert (daemon.state_key() == before) == (change in {"PATH", "LANG", "PGPORT"})


def test_an_edited_source_of_the_checker_makes_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "harness" / "api.py"
    source.parent.mkdir()
    source.write_text("a = 1\n")
    monkeypatch.setattr(daemon, "PACKAGE", tmp_path)
    before = daemon.state_key()

    source.write_text("a = 22\n")

    assert daemon.state_key() != before


def test_services_down_ends_it(zygote_socket: Path) -> None:
    daemon.stop()

    assert not daemon.attach()
    assert has_released_lock(zygote_socket)


def test_a_zygote_of_another_state_ends_by_itself(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zygote_server, "POLL_SECONDS", 0.01)
    path = home.root / "z.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        zygote_server._serve_until_idle(server, path, "the key of yesterday's sources")

    assert not path.exists()


def test_when_it_is_gone_a_process_starts_without_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(zygote.VARIABLE, str(home.root / "gone.sock"))

    assert child_output() == f"{os.getpid()} False\n"


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
        output = child_output()
        os.waitpid(pid, 0)

    assert output == f"{os.getpid()} False\n"


def test_off_means_that_none_is_asked_and_none_is_left(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(zygote.VARIABLE, zygote.OFF)

    daemon.start_detached()

    assert not zygote.available()
    assert not home.sockets("zygote").exists()


def test_whoever_asks_wrongly_gets_no_child_and_the_next_one_does(zygote_socket: Path) -> None:
    for message in (b"", b"no JSON", b"{}"):
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(zygote_socket))
            link.sendall(message)
            link.shutdown(socket.SHUT_WR)
            assert select.select([link], [], [], TIMEOUT)[0]

    assert daemon.attach()
    assert child_output().endswith("True\n")


def test_a_child_that_is_interrupted_ends_by_that(zygote_socket: Path) -> None:
    assert daemon.attach()
    argv = ["-c", "import signal; signal.pause()"]
    child = zygote.start(argv, cwd=Path("/"), env={}, stdin=None, stdout=1, stderr=2)

    os.kill(child.pid, signal.SIGKILL)

    assert child.wait(TIMEOUT) == -signal.SIGKILL
