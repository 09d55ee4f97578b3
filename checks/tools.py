"""The commands around a day: services, doctor, serve."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from checks import sandbox, services, show
from checks.course import find_root, load_course
from checks.errors import CourseError

services_app = typer.Typer(help="PostgreSQL and Redis for the exercises.", no_args_is_help=True)
SERVE_SECRET = "only-for-checks-serve-on-this-laptop-0123456789"

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@services_app.command("up")
def up() -> None:
    """Start what is not running; print the two URLs."""
    running = services.ensure(lambda text: show.console(stderr=True).print(text, style="dim"))
    postgres, redis = running.postgres, running.redis
    print(f"PostgreSQL  {'external' if postgres.external else postgres.sockets}")
    print(f"Redis       {redis.kind}")


@services_app.command("down")
def down() -> None:
    """Stop them now; they also stop by themselves after half an hour without use."""
    services.down()
    print("PostgreSQL and Redis are stopped")


@services_app.command("status")
def status(as_document: Json = False) -> None:
    """Say what is running."""
    found = services.status()
    print(json.dumps(found) if as_document else "\n".join(f"{k:<11} {v}" for k, v in found.items()))


@dataclass(frozen=True)
class Finding:
    """One thing that the workbook needs: `mend` is the command that brings it."""

    name: str
    good: bool
    said: str
    mend: str = ""


def doctor(as_document: Json = False) -> None:
    """What is missing, and the command that mends it. Exit code 1 if something is."""
    findings = list(_findings())
    if as_document:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            print(f"{'✔' if finding.good else '✘'} {finding.name:<12} {finding.said}")
            if finding.mend:
                print(f"  {'':<12} {finding.mend}")
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


def _findings() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Finding("Python", good, version, "" if good else "install Python 3.11 or later")
    free = shutil.disk_usage(Path.cwd()).free >> 20
    mend = "" if free > 500 else "free 500 MB of disk"
    yield Finding("disk", free > 500, f"{free} MB free", mend)
    yield _service("services")
    contained = sandbox.probe()
    said = contained.kind if contained.kind != "none" else " ".join(contained.reasons)
    mend = "" if contained.kind != "none" else "sudo apt-get install bubblewrap (Linux only)"
    # only `--contained` needs it: a learner alone goes on without
    yield Finding("sandbox", True, said, mend)
    yield Finding("git", bool(shutil.which("git")), shutil.which("git") or "not found",
                  "" if shutil.which("git") else "install git")  # fmt: skip


def _service(name: str) -> Finding:
    try:
        running = services.ensure()
    except CourseError as error:
        return Finding(name, False, str(error), "checks services down, then checks services up")
    kind = "external" if running.postgres.external else "from the wheel"
    return Finding(name, True, f"PostgreSQL {kind}, Redis {running.redis.kind}")


def serve(
    day: Annotated[str, typer.Argument(help="A day: day1, or 1.")],
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8000,
    reference: Annotated[bool, typer.Option(help="Serve the finished solution.")] = False,
) -> None:
    """That day's app, migrated and seeded, with reload and /docs."""
    course = load_course(find_root())
    folder = course.root / ("solutions" if reference else "days") / course.day(day).folder
    _check_free(port)
    postgres = services.ensure().postgres
    made = postgres.create_database()
    url = postgres.url(made)
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": SERVE_SECRET}
    try:
        _prepare(folder, environment)
        print(f"http://127.0.0.1:{port}/docs")
        print(f"DATABASE_URL='{url}' pytest {folder} --base-url http://127.0.0.1:{port}")
        _uvicorn(folder, port, environment)
    finally:
        postgres.drop_database(made)


def _prepare(folder: Path, environment: dict[str, str]) -> None:
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
            last = (done.stderr.strip().splitlines() or ["no output"])[-1]
            raise CourseError(f"`python {' '.join(argv)}` failed in {folder}: {last}")
        print(done.stdout, end="")


def _uvicorn(folder: Path, port: int, environment: dict[str, str]) -> None:
    argv = [sys.executable, "-m", "uvicorn", "app.main:app", "--reload", "--reload-dir", "app"]
    process = subprocess.Popen([*argv, "--port", str(port)], cwd=folder, env=environment)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended politely: end the app too
    try:
        process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CourseError(f"Port {port} is taken; choose another one with --port") from None
