"""Commands and starts that use up too much are ended, and the error says of what."""

import fcntl
import sys
from contextlib import closing
from dataclasses import replace
from threading import Thread

import pytest

from checks.harness.app import process
from checks.harness.app.process import AppProcess
from checks.harness.errors import AppHangs, OutOfMemory, TooMuchOutput
from checks.tests.support.borders import each_contained_kind, every_kind, make_border
from checks.tests.support.small_limits import small_limits

__all__ = ["small_limits"]  # a fixture


@every_kind
def test_a_command_that_prints_without_end(kind: str) -> None:
    with make_border(kind) as border:
        argv = border.python("-c", "while True: print('x' * 65536)")

        with pytest.raises(TooMuchOutput, match="it printed more than 8 MiB"):
            border.run(argv, {}, None, 60)


@every_kind
def test_a_command_that_goes_on_too_long_is_ended_with_its_children(kind: str) -> None:
    """Parent and child hold a lock, which is free when both are dead."""
    source = """
import fcntl, os, sys, time
lock = open(sys.argv[1], 'w')
fcntl.flock(lock, fcntl.LOCK_EX)
os.fork()
time.sleep(600)
"""
    with make_border(kind) as border:
        argv = border.python("-c", source, border.inside("lock"))

        with pytest.raises(AppHangs, match="was still running after 3 s"):
            border.run(argv, {}, None, 3)

        with (border.scratch / "lock").open() as lock:
            waiting = Thread(target=fcntl.flock, args=(lock, fcntl.LOCK_EX), daemon=True)
            waiting.start()
            waiting.join(timeout=60)  # a killed process may need a moment to be gone
            assert not waiting.is_alive()


@every_kind
def test_a_start_that_hangs_is_a_timeout_with_its_line(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "START_LIMIT", 5.0)
    source = "def spin():\n    while True:\n        pass\n\nspin()\n"
    with make_border(kind, source) as border:
        message = r"did not start within 5 s; it stands in app/main.py:"

        with (
            closing(AppProcess(border, "app", {})) as app_process,
            pytest.raises(AppHangs, match=message),
        ):
            app_process.start()


@each_contained_kind
def test_a_start_that_wants_too_much_memory_says_so(kind: str) -> None:
    with make_border(kind, "held = bytearray(3 << 30)\n") as border:
        message = "the app does not start: MemoryError"

        with (
            closing(AppProcess(border, "app", {})) as app_process,
            pytest.raises(OutOfMemory, match=message),
        ):
            app_process.start()


@each_contained_kind
def test_no_password_stands_on_a_command_line(kind: str) -> None:
    with make_border(kind) as border:
        secret_border = replace(border, environment={"SECRET": "hidden-word"})
        result = secret_border.run(
            secret_border.python("-c", "import os; print(os.environ)"), {}, None, 30
        )

        assert "hidden-word" in result.stdout
        assert "hidden-word" not in " ".join(secret_border.command([sys.executable]))
