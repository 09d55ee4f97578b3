"""`pytest --base-url` in a process of its own, and what a server's database holds."""

import os
import subprocess
import sys

import psycopg

from checks.tests.support.day_one import SOLUTION
from checks.tests.support.repository import ROOT
from checks.tests.support.serve_process import TIMEOUT_SECONDS, ServeProcess

STATISTICS = SOLUTION / "exercises/test_1_2_statistics.py"
LAYERS = SOLUTION / "exercises/test_1_1_layers.py"
VARIABLES = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EVENTURE_REQUEST_SECONDS", "EVENTURE_LANG")


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "pytest", *map(str, words)]


def variables(**more: str) -> dict[str, str]:
    others = {k: v for k, v in os.environ.items() if k not in VARIABLES}
    return {**others, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", **more}


def run(*words: object, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*words),
        cwd=ROOT,
        env=variables(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS * 20,
    )


def rows(server: ServeProcess) -> dict[str, object]:
    """Every row of every table, and where each sequence stands."""
    contents: dict[str, object] = {}
    with psycopg.connect(server.dsn) as connection:
        for table in ("users", "events", "tasks", "alembic_version"):
            query = f"SELECT * FROM {table} ORDER BY 1"
            contents[table] = connection.execute(query.encode()).fetchall()
        query = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
        contents["sequences"] = connection.execute(query.encode()).fetchall()
    return contents


def started_run(server: ServeProcess) -> "subprocess.Popen[str]":
    """A run that has emptied the tables and judged its first test."""
    process = subprocess.Popen(
        command(STATISTICS, "-v", "--base-url", server.url),
        cwd=ROOT,
        env=variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    output = ""
    while "PASSED" not in output:
        line = process.stdout.readline()
        assert line, output
        output += line
    return process
