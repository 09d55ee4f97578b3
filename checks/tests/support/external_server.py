"""`pytest --base-url` in a process of its own, and what a server's database holds."""

import os
import subprocess
import sys

import psycopg

from checks.tests.cli.test_run_and_board import ROOT
from checks.tests.cli.test_serve import DAY, LIMIT, Running

STATISTICS = DAY / "exercises/test_1_2_statistics.py"
LAYERS = DAY / "exercises/test_1_1_layers.py"
TOLD = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EVENTURE_REQUEST_SECONDS", "EVENTURE_LANG")


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "pytest", *map(str, words)]


def variables(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in TOLD}
    return {**kept, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", **more}


def run(*words: object, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*words),
        cwd=ROOT,
        env=variables(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT * 20,
    )


def rows(server: Running) -> dict[str, object]:
    """Every row of every table, and where each sequence stands."""
    found: dict[str, object] = {}
    with psycopg.connect(server.dsn) as connection:
        for table in ("users", "events", "tasks", "alembic_version"):
            query = f"SELECT * FROM {table} ORDER BY 1"
            found[table] = connection.execute(query.encode()).fetchall()
        query = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
        found["sequences"] = connection.execute(query.encode()).fetchall()
    return found


def started_run(server: Running) -> "subprocess.Popen[str]":
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
    said = ""
    while "PASSED" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    return process
