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
from checks.runner.served import Served, folder_of, published

SECRET = "only-for-checks-serve-on-this-laptop-0123456789"
SERVERS = ("DATABASE_URL", "REDIS_URL")
GRACE = 5  # seconds
# What a test run needs of an app: dozens of logins, each at once. Your environment goes first.
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
    _check_free(port, lang)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended politely: tidy up too
    with contextlib.suppress(KeyboardInterrupt), _database(port) as (served, given):
        environment = {**SETTINGS, **os.environ, **given}
        _prepare(folder, environment, lang)
        with published(served):
            _announce(folder, port, lang)
            _uvicorn(folder, port, environment)


@contextlib.contextmanager
def _database(port: int) -> Iterator[tuple[Served, dict[str, str]]]:
    """A database and a Redis number until the block ends, and how the app is told of them."""
    running = services.ensure()
    postgres, redis = running.postgres, running.redis
    servers = {name: os.environ[name] for name in SERVERS if os.environ.get(name)}
    made = postgres.create_database()
    try:
        number = redis.lease()
        urls = {"DATABASE_URL": postgres.url(made), "REDIS_URL": redis.url(number)}
        yield Served(port, made, number, SECRET, servers), {**urls, "SECRET_KEY": SECRET}
        redis.release(number)
    finally:
        postgres.drop_database(made)
        shutil.rmtree(folder_of(postgres.dsn(made)), ignore_errors=True)  # of a killed test run


def _announce(folder: Path, port: int, lang: str) -> None:
    print(f"{translate('The app:', lang)} http://127.0.0.1:{port}/docs")
    print(translate("The day's tests against it, from another terminal:", lang))
    print(f"pytest {folder} --base-url http://127.0.0.1:{port}")


def _prepare(folder: Path, environment: dict[str, str], lang: str) -> None:
    for argv in (["-m", "alembic", "upgrade", "head"], ["-m", "app.cli", "seed"]):
        done = subprocess.run(
            [sys.executable, *argv],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or [translate("no output", lang)])[-1]
            said, command = "`{command}` failed in {folder}: {last}", f"python {' '.join(argv)}"
            raise CourseError(
                translate(said, lang).format(command=command, folder=folder, last=last)
            )
        print(done.stdout, end="")


def _uvicorn(folder: Path, port: int, environment: dict[str, str]) -> None:
    argv = [sys.executable, "-m", "uvicorn", "app.main:app", "--reload", "--reload-dir", "app"]
    # Who asks for the end does not wait for whoever still asks the app.
    argv += ["--timeout-graceful-shutdown", str(GRACE)]
    process = subprocess.Popen([*argv, "--port", str(port)], cwd=folder, env=environment)
    try:
        process.wait()
    finally:
        process.terminate()
        process.wait()


def _check_free(port: int, lang: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            said = "Port {port} is taken; choose another one with --port"
            raise CourseError(translate(said, lang).format(port=port)) from None
