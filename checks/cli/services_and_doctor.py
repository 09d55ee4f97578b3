"""The commands for the machine: `checks services` and `checks doctor`."""

import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from checks import services
from checks.errors import CourseError
from checks.harness.app.limit_variables import set_variables
from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.programs import NO_POSTGRES, ignored_variables, postgres_folder
from checks.runner.inherited_limits import LIMITS
from checks.sandbox import bubblewrap, shared_temp
from checks.services.home import open_home
from checks.terminal.console import open_console
from checks.zygote import daemon

services_app = typer.Typer(
    help='PostgreSQL and Redis for the exercises. For your shell: eval "$(checks services lend)".',
    no_args_is_help=True,
)
EXTERNAL_SERVER = (
    "DATABASE_URL names a server of yours: make an empty database there, and name that, "
    "or unset DATABASE_URL to be lent one"
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


@services_app.command("up")
def up(lang: Lang = "en") -> None:
    """Start what is not running; print the two URLs."""
    console = open_console(stderr=True)
    running = services.ensure(lambda text: console.print(translate(text, lang), style="dim"))
    postgres, redis = running.postgres, running.redis
    url = translate("external", lang) if postgres.external else _server_url(postgres.sockets)
    print(f"PostgreSQL  {url}")
    print(f"Redis       {translate(redis.kind, lang)}  {redis.url(0)}")
    if not postgres.external:
        print(f'{translate("a database of your own:", lang)} eval "$(checks services lend)"')


def _server_url(sockets: Path | None) -> str:
    """The server without a database, as libpq reads it."""
    return f"postgresql:///?host={quote(str(sockets))}"


@services_app.command("down")
def down(lang: Lang = "en") -> None:
    """Stop them now; they also stop by themselves after half an hour without use."""
    daemon.stop()
    services.down()
    print(translate("PostgreSQL and Redis are stopped", lang))


@services_app.command("status")
def status(lang: Lang = "en", as_document: Json = False) -> None:
    """Say what is running."""
    services_status = services.status()
    if as_document:
        print(json.dumps(services_status))
        return
    for name, state in services_status.items():
        label = "is running" if state == "running" else state
        print(f"{translate(name, lang):<11} {translate(label, lang)}")


@services_app.command("lend")
def lend_command(lang: Lang = "en") -> None:
    """A database for alembic, uvicorn, psql and your own pytest: eval "$(checks services lend)"."""
    from checks.services.lend import lend, lent_variables, shell_lines

    console = open_console(stderr=True)
    running = services.ensure(lambda text: console.print(translate(text, lang), style="dim"))
    if running.postgres.external:
        raise CourseError(translate(EXTERNAL_SERVER, lang))
    open_home().lent_marker.touch()
    variables = lent_variables(lend(running.postgres), running.redis)
    print("\n".join(shell_lines(variables, with_path=not _writes_to_a_file())))
    print('# eval "$(checks services lend)"')


def _writes_to_a_file() -> bool:
    """Whether the output goes to a file, such as `.env`."""
    with suppress(OSError, ValueError):  # a test's output has no descriptor
        return stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    return False


@services_app.command("path")
def path() -> None:
    """The folder of pg_dump and psql: export PATH="$(checks services path):$PATH"."""
    folder = postgres_folder()
    if folder is None:
        raise CourseError(NO_POSTGRES)
    print(folder / "bin")


@dataclass(frozen=True)
class Finding:
    """One requirement of the workbook; `mend` is the command that provides it.

    The field names are the keys of `checks doctor --json`.
    """

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
            print(
                f"{'✔' if finding.good else '✘'} {translate(finding.name, lang):<12} {finding.said}"
            )
            if finding.mend:
                print(f"  {'':<12} {finding.mend}")
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


def _findings(lang: str) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Finding(
        "Python", good, version, "" if good else translate("install Python 3.11 or later", lang)
    )
    free = shutil.disk_usage(Path.cwd()).free >> 20
    mend = "" if free > 500 else translate("free 500 MB of disk", lang)
    yield Finding("disk", free > 500, f"{free} {translate('MB free', lang)}", mend)
    yield _services_finding("services", lang)
    yield from _variables_finding(lang)
    yield _sandbox_finding(lang)
    git = shutil.which("git")
    yield Finding("git", bool(git), git or translate("not found", lang),
                  "" if git else translate("install git", lang))  # fmt: skip


def _variables_finding(lang: str) -> Iterator[Finding]:
    """A line for each variable that the checker ignores, and for each that changes a limit.

    The value of an ignored one may be a password; it is not shown.
    """
    for name in ignored_variables():
        yield Finding("variable", True, f"{name}: {translate('ignored', lang)}")
    for name, value, meaning, problem in set_variables():
        said = f"{name}={value}: {translate(meaning, lang)}"
        yield Finding("variable", not problem, said, translate_error(problem, lang))
    if problem := shared_temp.problem():
        yield Finding("variable", False, translate_error(problem, lang))
    for limit in LIMITS:
        if problem := limit.problem():
            yield Finding("limit", False, translate_error(problem, lang))


def _services_finding(name: str, lang: str) -> Finding:
    try:
        running = services.ensure()
    except CourseError as error:
        mend = translate("checks services down, then checks services up", lang)
        return Finding(name, False, translate_error(str(error), lang), mend)
    kind = translate("external" if running.postgres.external else "from the wheel", lang)
    return Finding(name, True, f"PostgreSQL {kind}, Redis {translate(running.redis.kind, lang)}")


def _sandbox_finding(lang: str) -> Finding:
    """Always good: only `--contained` needs the sandbox."""
    containment = bubblewrap.probe()
    if containment.kind != "none":
        return Finding("sandbox", True, containment.kind)
    reasons = " ".join(translate_error(reason, lang) for reason in containment.reasons)
    return Finding(
        "sandbox", True, f"{translate('only `checks run --contained` needs it:', lang)} {reasons}"
    )
