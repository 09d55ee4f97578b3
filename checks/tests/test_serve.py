"""`checks serve`: the app for a browser, and the same tests against it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.tests.test_cli import ROOT, checks

LIMIT = 60
DAY = ROOT / "solutions/day1-architecture"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str, str]]:
    """A running `checks serve day1` of the finished day: the process, its URL, its database."""
    for tree in ("days", "solutions"):
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(DAY, tmp_path / tree / DAY.name, ignore=left_out)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "checks.cli", "serve", "day1", "--port", str(port)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    while "startup complete" not in said:
        line = process.stdout.readline()
        assert line, f"serve ended: {said}"
        said += line
    database = re.search(r"DATABASE_URL='([^']+)'", said)
    assert database, said
    yield process, f"http://127.0.0.1:{port}", database[1]
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=LIMIT)


def pytest_against(url: str, database: str, name: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pytest", str(DAY / "exercises" / name), "--base-url", url],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )


def test_the_exercises_run_against_it_and_what_needs_its_own_server_is_skipped(
    served: tuple["subprocess.Popen[str]", str, str],
) -> None:
    _, url, database = served

    statistics = pytest_against(url, database, "test_1_2_statistics.py")
    layers = pytest_against(url, database, "test_1_1_layers.py")

    assert "16 passed" in statistics.stdout
    assert "needs an app that the checker starts itself" in layers.stdout
    assert "failed" not in layers.stdout


def test_ended_politely_it_ends_its_app_too(
    served: tuple["subprocess.Popen[str]", str, str],
) -> None:
    process, url, _ = served

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=LIMIT)

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(url.rsplit(":", 1)[1]))) != 0


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    shutil.copytree(DAY, tmp_path / "days" / DAY.name)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = checks(tmp_path, "serve", "day1", "--port", port)

    assert done.returncode == 2
    assert f"Port {port} is taken; choose another one with --port" in done.stderr
