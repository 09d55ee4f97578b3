"""Run pytest, once or several times, each in a fork of one process that has loaded the libraries.

Contained, there is one job: each run has a sandbox of its own, and what a run leaves behind ends
with it. Uncontained, `wait` ends the process group of a job, and no more.

This file runs on the learner's side of the border and imports nothing of the checker. Standard
input is a JSON list of jobs: `cwd`, `env`, `argv`, `log`, `exchanges`, `limit`. Its output is never
taken as a verdict; each pytest writes its own report, and its exchanges with the app to a file.
"""

import contextlib
import gc
import importlib
import importlib.metadata
import json
import os
import pdb  # noqa: T100 - the function that python_program.py has put there
import runpy
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

# neither `anyio.pytest_plugin` nor `pytest_cov`: pytest loads its plugins itself, or it warns
LIBRARIES = (
    *("pytest", "_pytest.junitxml", "fastapi", "fastapi.openapi.utils", "starlette.testclient"),
    *("sqlalchemy.orm", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"),
    *("alembic.command", "alembic.config", "pydantic_settings", "email_validator", "jwt"),
    *("pwdlib.hashers.bcrypt", "limits.storage", "redis", "tomllib", "pygments"),
    # imported by FastAPI and pytest only once they run
    *("pydantic.v1", "anyio._backends._asyncio", "fastapi.testclient", "unittest"),
)
DISTRIBUTIONS = {"pytest_cov.plugin": "pytest-cov", "anyio.pytest_plugin": "anyio"}
"""The plugins that `-p` loads, and what they are installed as: `required_plugins` names that."""
LARGEST_EXTENSION = 3.0
"""How many times its own length a limit is extended at most."""
PAUSE_SECONDS = 1.0
"""A wait of five milliseconds that takes so long was a pause."""


class InstalledPlugins:
    """A pytest plugin: pytest knows those of `-p` as installed, as if it had found them itself."""

    def pytest_plugin_registered(self, plugin: object, plugin_name: str, manager: Any) -> None:
        if plugin_name in DISTRIBUTIONS:
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):
                facade = importlib.import_module("pluggy._manager").DistFacade
                found = importlib.metadata.distribution(DISTRIBUTIONS[plugin_name])
                vars(manager)["_plugin_distinfo"].append((plugin, facade(found)))


def main() -> None:
    """Load, then run the jobs one after the other."""
    jobs = json.load(sys.stdin)
    gc.disable()  # it would look several times at libraries that stay
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # python_program.py has replaced it; pytest would put its own debugger there
    vars(importlib.import_module("_pytest.debugging"))["pytestPDB"].set_trace = pdb.set_trace
    recorder = runpy.run_path(str(Path(__file__).with_name("request_recorder.py")))
    gc.freeze()  # pytest collects garbage several times at its end: spare it the libraries' objects
    gc.enable()
    for job in jobs:
        child = os.fork()
        if child == 0:
            run_pytest(job, recorder["RequestRecorder"](job["exchanges"]))
        wait(child, job["limit"])


def run_pytest(job: dict[str, Any], recorder: object) -> None:
    """Become `pytest ARGV`: not `python -m pytest`, which adds the folder to sys.path."""
    os.setpgid(0, 0)
    os.chdir(job["cwd"])
    os.environ.update(job["env"], PWD=job["cwd"])
    log = os.open(job["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    import pytest

    status = 3
    try:
        status = int(pytest.main(job["argv"], [InstalledPlugins(), recorder]))
    except BaseException:  # noqa: BLE001 - the log names whatever ends pytest
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os.write(log, f"\nended with {status}\n".encode())
        os._exit(status)


def wait(child: int, limit: float) -> None:
    """Wait for a job and end whatever it left running; a job beyond its limit is killed.

    The time in which it waited for a CPU does not count, up to three times the limit, and none in
    which this machine was paused.
    """
    started = seen = time.monotonic()
    while (elapsed := seen - started) < limit or (
        elapsed < limit + min(cpu_wait(child), LARGEST_EXTENSION * limit)
    ):
        done, _ = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.005)
        now = time.monotonic()
        started += now - seen if now - seen > PAUSE_SECONDS else 0.0
        seen = now
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


def cpu_wait(child: int) -> float:
    """The seconds that a thread of the job has waited for a CPU; 0.0 where nobody counts them."""
    with contextlib.suppress(OSError, ValueError):
        counters = [path.read_text() for path in Path(f"/proc/{child}/task").glob("*/schedstat")]
        return max(int(text.split()[1]) for text in counters) / 1e9
    return 0.0


if __name__ == "__main__":
    main()
