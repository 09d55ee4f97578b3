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
from checks.words import say
from checks.words_errors import said_in

services_app = typer.Typer(help="PostgreSQL and Redis for the exercises.", no_args_is_help=True)
SERVE_SECRET = "only-for-checks-serve-on-this-laptop-0123456789"

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


@services_app.command("up")
def up(lang: Lang = "en") -> None:
    """Start what is not running; print the two URLs."""
    screen = show.console(stderr=True)
    running = services.ensure(lambda text: screen.print(say(text, lang), style="dim"))
    postgres, redis = running.postgres, running.redis
    print(f"PostgreSQL  {say('external', lang) if postgres.external else postgres.sockets}")
    print(f"Redis       {say(redis.kind, lang)}")


@services_app.command("down")
def down(lang: Lang = "en") -> None:
    """Stop them now; they also stop by themselves after half an hour without use."""
    services.down()
    print(say("PostgreSQL and Redis are stopped", lang))


@services_app.command("status")
def status(lang: Lang = "en", as_document: Json = False) -> None:
    """Say what is running."""
    found = services.status()
    if as_document:
        print(json.dumps(found))
        return
    for name, state in found.items():
        word = "is running" if state == "running" else state
        print(f"{say(name, lang):<11} {say(word, lang)}")


@dataclass(frozen=True)
class Finding:
    """One thing that the workbook needs: `mend` is the command that brings it."""

    name: str
    good: bool
    said: str
    mend: str = ""


def doctor(lang: Lang = "en", as_document: Json = False) -> None:
    """What is missing, and the command that mends it. Exit code 1 if something is."""
    findings = list(_findings("en" if as_document else lang))
    if as_document:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            print(f"{'✔' if finding.good else '✘'} {say(finding.name, lang):<12} {finding.said}")
            if finding.mend:
                print(f"  {'':<12} {finding.mend}")
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


def _findings(lang: str) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Finding(
        "Python", good, version, "" if good else say("install Python 3.11 or later", lang)
    )
    free = shutil.disk_usage(Path.cwd()).free >> 20
    mend = "" if free > 500 else say("free 500 MB of disk", lang)
    yield Finding("disk", free > 500, f"{free} {say('MB free', lang)}", mend)
    yield _service("services", lang)
    yield _sandbox(lang)
    git = shutil.which("git")
    yield Finding("git", bool(git), git or say("not found", lang),
                  "" if git else say("install git", lang))  # fmt: skip


def _service(name: str, lang: str) -> Finding:
    try:
        running = services.ensure()
    except CourseError as error:
        mend = say("checks services down, then checks services up", lang)
        return Finding(name, False, said_in(str(error), lang), mend)
    kind = say("external" if running.postgres.external else "from the wheel", lang)
    return Finding(name, True, f"PostgreSQL {kind}, Redis {say(running.redis.kind, lang)}")


def _sandbox(lang: str) -> Finding:
    """Always good: only `--contained` needs it, a learner alone goes on without."""
    found = sandbox.probe()
    if found.kind != "none":
        return Finding("sandbox", True, found.kind)
    why = " ".join(said_in(each, lang) for each in found.reasons)
    return Finding("sandbox", True, f"{say('only `checks run --contained` needs it:', lang)} {why}")


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
    postgres = services.ensure().postgres
    made = postgres.create_database()
    url = postgres.url(made)
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": SERVE_SECRET}
    try:
        _prepare(folder, environment, lang)
        print(f"{say('The app:', lang)} http://127.0.0.1:{port}/docs")
        print(say("The day's tests against it, from another terminal:", lang))
        print(f"DATABASE_URL='{url}' pytest {folder} --base-url http://127.0.0.1:{port}")
        _uvicorn(folder, port, environment)
    finally:
        postgres.drop_database(made)


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
            last = (done.stderr.strip().splitlines() or [say("no output", lang)])[-1]
            said, command = "`{command}` failed in {folder}: {last}", f"python {' '.join(argv)}"
            raise CourseError(say(said, lang).format(command=command, folder=folder, last=last))
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


def _check_free(port: int, lang: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            said = "Port {port} is taken; choose another one with --port"
            raise CourseError(say(said, lang).format(port=port)) from None
