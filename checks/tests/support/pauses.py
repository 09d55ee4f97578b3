"""A machine that is paused in the middle of something: SIGSTOP for all processes, then SIGCONT."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from checks.sandbox.process_tree import descendants
from checks.tests.support.repository import ROOT
from checks.zygote import client as zygote

PAUSE = "pause this machine now"


def ask_for_a_pause() -> None:
    """Called by a scenario once something waits, or is about to: it is stopped a moment later."""
    time.sleep(0.1)
    print(PAUSE, flush=True)


def outcome_with_pause(scenario: Callable[[], str], seconds: float) -> str:
    """What a scenario, a function of a test module, returns in a process that is paused once.

    The process is a new one, so that no shell sees the tests themselves stop, and starts all of its
    processes itself.
    """
    environment = {**os.environ, zygote.VARIABLE: zygote.OFF}
    source = f"from {scenario.__module__} import {scenario.__name__} as s; print(s())"
    with subprocess.Popen(
        [sys.executable, "-c", source], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        assert process.stdout is not None, "it is a pipe"
        while PAUSE not in (line := process.stdout.readline()):
            assert line, "the scenario asks for a pause"
        with stopped([process.pid, *descendants(process.pid)]):
            time.sleep(seconds)
        return process.stdout.read().strip()


@contextmanager
def stopped(pids: Sequence[int]) -> Iterator[None]:
    """In the block none of these processes runs; one that has ended meanwhile is left out."""
    try:
        _send(signal.SIGSTOP, pids)
        yield
    finally:
        _send(signal.SIGCONT, pids[::-1])


def _send(number: int, pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
