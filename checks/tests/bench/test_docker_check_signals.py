"""What a signal ends: `make docker-check`, its engine, and nothing halfway."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.bench.docker_check import __main__ as command
from checks.bench.docker_check.engine import Engine
from checks.bench.docker_check.termination import Terminated, signals_unwind

# Holds the pipe open for as long as it runs.
DOCKERD = """#!/bin/sh
exec 3>"$PIPE"
echo $$ >&3
exec tail -f /dev/null
"""
START = """
import sys
from pathlib import Path
from checks.bench.docker_check.engine import start

start(Path(sys.argv[1]), Path(sys.argv[1]) / "data")
sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_check_and_its_engine(
    number: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended: list[str] = []

    @contextlib.contextmanager
    def engine() -> Iterator[Engine]:
        try:
            signal.raise_signal(number)
            yield Engine({}, is_own=True)
        finally:
            ended.append("dockerd")

    monkeypatch.setattr(command, "engine", engine)
    monkeypatch.setattr(command, "refuse_busy_ports", lambda: None)

    code = command.main()

    assert code == 128 + number
    assert ended == ["dockerd"]
    assert number.name in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the check starts no engine")
def test_a_check_that_is_killed_leaves_no_engine(tmp_path: Path) -> None:
    (tmp_path / "dockerd").write_text(DOCKERD)
    (tmp_path / "dockerd").chmod(0o755)
    os.mkfifo(tmp_path / "pipe")
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PIPE": str(tmp_path / "pipe")}
    argv = [sys.executable, "-c", START, str(tmp_path)]
    check = subprocess.Popen(argv, stdin=subprocess.PIPE, env={**os.environ, **path})
    with check, (tmp_path / "pipe").open() as pipe:
        dockerd = int(pipe.readline())

        check.kill()

        ended, _, _ = select.select([pipe], [], [], 30)
        if not ended:
            os.kill(dockerd, signal.SIGKILL)
        assert ended, "dockerd is still running"


def test_a_second_signal_does_not_disturb_the_end() -> None:
    removed: list[str] = []

    @contextlib.contextmanager
    def made() -> Iterator[None]:
        try:
            yield
        finally:
            signal.raise_signal(signal.SIGTERM)
            removed.append("all")

    with pytest.raises(Terminated), signals_unwind(), made():
        signal.raise_signal(signal.SIGTERM)

    assert removed == ["all"]


def test_after_the_block_signals_are_as_before() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with signals_unwind():
        pass

    assert signal.getsignal(signal.SIGTERM) is before
