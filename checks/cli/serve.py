"""`checks serve`: a day's app for a browser or a debugger, and the same tests against it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from checks import services
from checks.cli.services_and_doctor import Lang
from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.messages.messages import translate
from checks.runner.server_record import ServerRecord, backup_folder, publish

SECRET_KEY = "only-for-checks-serve-on-this-laptop-0123456789"
SERVER_VARIABLES = ("DATABASE_URL", "REDIS_URL")
GRACE_SECONDS = 5
# A test run logs in dozens of times: hashing is cheap, no rate applies. The environment goes first.
SETTINGS = {"BCRYPT_ROUNDS": "4", "RATE_LIMIT_ENABLED": "false"}


def serve(
    day: Annotated[str, typer.Argument(help="A day: day1, or 1.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port on 127.0.0.1.")] = 8000,
    reference: Annotated[bool, typer.Option(help="Serve the finished solution.")] = False,
    lang: Lang = "en",
) -> None:
    """That day's app, migrated and seeded, with reload and /docs."""
    course = load_course(find_root())
    folder = course.root / ("solutions" if reference else "days") / course.day(day).folder
    _check_port(port, lang)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up after SIGTERM too
    with contextlib.suppress(KeyboardInterrupt), _lent_database(port) as (server, urls):
        environment = {**SETTINGS, **os.environ, **urls}
        _migrate_and_seed(folder, environment, lang)
        with publish(server):
            _print_addresses(folder, port, lang)
            _run_uvicorn(folder, port, environment)


@contextlib.contextmanager
def _lent_database(port: int) -> Iterator[tuple[ServerRecord, dict[str, str]]]:
    """A database and a Redis number until the block ends, and the variables that name them."""
    running = services.ensure()
    postgres, redis = running.postgres, running.redis
    servers = {name: os.environ[name] for name in SERVER_VARIABLES if os.environ.get(name)}
    database = postgres.create_database()
    try:
        redis_number = redis.lease()
        urls = {"DATABASE_URL": postgres.url(database), "REDIS_URL": redis.url(redis_number)}
        server = ServerRecord(port, database, redis_number, SECRET_KEY, servers)
        yield server, {**urls, "SECRET_KEY": SECRET_KEY}
        redis.release(redis_number)
    finally:
        postgres.drop_database(database)
        shutil.rmtree(
            backup_folder(postgres.dsn(database)), ignore_errors=True
        )  # of a killed test run


def _print_addresses(folder: Path, port: int, lang: str) -> None:
    print(f"{translate('The app:', lang)} http://127.0.0.1:{port}/docs")
    print(translate("The day's tests against it, from another terminal:", lang))
    print(f"pytest {folder} --base-url http://127.0.0.1:{port}")


def _migrate_and_seed(folder: Path, environment: dict[str, str], lang: str) -> None:
    for argv in (["-m", "alembic", "upgrade", "head"], ["-m", "app.cli", "seed"]):
        process = subprocess.run(
            [sys.executable, *argv],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if process.returncode != 0:
            last_line = (process.stderr.strip().splitlines() or [translate("no output", lang)])[-1]
            sentence, command = "`{command}` failed in {folder}: {last}", f"python {' '.join(argv)}"
            raise CourseError(
                translate(sentence, lang).format(command=command, folder=folder, last=last_line)
            )
        print(process.stdout, end="")


def _run_uvicorn(folder: Path, port: int, environment: dict[str, str]) -> None:
    argv = [sys.executable, "-m", "uvicorn", "app.main:app", "--reload", "--reload-dir", "app"]
    # Ctrl-C does not wait for open requests longer than this.
    argv += ["--timeout-graceful-shutdown", str(GRACE_SECONDS)]
    process = subprocess.Popen([*argv, "--port", str(port)], cwd=folder, env=environment)
    try:
        process.wait()
    finally:
        process.terminate()
        process.wait()


def _check_port(port: int, lang: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sentence = "Port {port} is taken; choose another one with --port"
            raise CourseError(translate(sentence, lang).format(port=port)) from None
