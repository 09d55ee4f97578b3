"""A database's name tells whether its run has ended, to processes that see the same pids."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.services import names


@pytest.fixture
def ended_run() -> str:
    """The name of a database of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return names.new_database().name.replace(str(os.getpid()), str(ended.pid), 1)


def test_a_run_that_has_ended_leaves_it_behind(ended_run: str) -> None:
    assert names.is_leftover(ended_run)
    assert not names.is_leftover(names.new_database().name)


def test_in_another_pid_namespace_the_pid_says_nothing(
    ended_run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "pid"
    other.symlink_to("pid:[1]")
    monkeypatch.setattr(names, "PID_NAMESPACE", other)

    assert not names.is_leftover(ended_run)
