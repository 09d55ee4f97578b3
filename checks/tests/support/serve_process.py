"""`checks serve day1` as a process of its own, and what belongs to it."""

import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from checks import services
from checks.runner import server_record
from checks.tests.support.day_one import DAY, SOLUTION, copy_tree
from checks.tests.support.repository import ROOT

TIMEOUT_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class ServeProcess:
    """A `checks serve`: the process, its output up to the start, its database and key."""

    process: "subprocess.Popen[str]"
    port: int
    output: str
    dsn: str
    database_url: str
    secret: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve_day_one(workbook: Path) -> Iterator[ServeProcess]:
    """Serve the finished day from a workbook that is written here; SIGTERM ends it."""
    for tree in ("days", "solutions"):
        copy_tree(SOLUTION, workbook / tree / DAY)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "checks.cli.main", "serve", "day1", "--port", str(port)],
        cwd=workbook,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    server = _await_start(process, port)
    try:
        drain = Thread(target=deque, args=(process.stdout, 0))  # a full pipe would stop the server
        drain.start()
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=TIMEOUT_SECONDS)
        drain.join()
        process.stdout.close()


def _await_start(process: "subprocess.Popen[str]", port: int) -> ServeProcess:
    assert process.stdout is not None
    output = ""
    while "startup complete" not in output:
        line = process.stdout.readline()
        assert line, f"serve ended: {output}"
        output += line
    note = server_record.find(f"http://127.0.0.1:{port}")
    assert note, output
    postgres = services.ensure().postgres
    dsn, url = postgres.dsn(note.database), postgres.url(note.database)
    return ServeProcess(process, port, output, dsn, url, note.secret)
