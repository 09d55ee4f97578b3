"""`python -m checks.bench.docker_check`: every step on the engine, and the table of them."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from checks.bench.docker_check import scenarios
from checks.bench.docker_check.base_images import base_images, images_of
from checks.bench.docker_check.commands import Shell
from checks.bench.docker_check.compose import (
    NEITHER,
    NO_PLUGIN,
    NO_STANDALONE,
    Compose,
    plugin,
    standalone,
)
from checks.bench.docker_check.engine import Engine, engine
from checks.bench.docker_check.exercise_tests import run_exercise
from checks.bench.docker_check.leftovers import Inventory, refuse_busy_ports
from checks.bench.docker_check.runbook import BACKUP, Runbook, parse_runbook
from checks.bench.docker_check.stack import Stack, stack
from checks.bench.docker_check.table import Report, Seen, as_table, exit_code
from checks.course.course import find_root
from checks.errors import CourseError
from checks.services.temporary_folders import temporary_folder

DAY = Path("solutions/day7-deployment")
STATEMENT = DAY / "exercises/7.6-deploy.md"


def main() -> int:
    """Run the steps and print the table; 0 when all held, 1 when one did not, 2 on a refusal."""
    report = Report()
    try:
        root = find_root()
        runbook = parse_runbook((root / STATEMENT).read_text(encoding="utf-8"))
        refuse_busy_ports()
        with engine() as found, temporary_folder("docker-check") as scratch:
            _check(root, runbook, found, scratch, report)
    except CourseError as error:
        print(f"docker-check: {error}", file=sys.stderr)
        return 2
    finally:
        if report.rows:
            print(as_table(report.rows))
    return exit_code(report.rows)


def _check(root: Path, runbook: Runbook, found: Engine, scratch: Path, report: Report) -> None:
    """All steps on one engine."""
    shell = Shell(scratch, {**os.environ, **found.variables})
    before = Inventory.of(shell)
    day = root / DAY
    with ExitStack() as block:
        report.ask("an engine", partial(_engine, shell, found))
        composes = _composes(shell, scratch, report)
        images: list[str] = []

        def provide() -> Seen:
            provided = base_images(shell, images_of(day), kept=found.is_own)
            images.extend(block.enter_context(provided))
            return Seen("; ".join(images), held=True)

        report.ask("the base images", provide, refuses=True)
        report.ask("7.1's tests", lambda: run_exercise(shell, "7.1", root, DAY))
        for compose in composes:
            tests = partial(run_exercise, compose.shell, "7.3", root, DAY)
            report.ask(f"7.3's tests, {compose.name}", tests)
        for compose in composes:
            with stack(compose, day, scratch) as running:
                up = _follow(running, runbook, report)
                if up and compose is composes[-1]:
                    _withstand(running, runbook, report)
    report.ask("what is left on the engine", lambda: before.difference(Inventory.of(shell)))


def _engine(shell: Shell, found: Engine) -> Seen:
    version = shell.must("docker", "version", "--format", "{{.Server.Version}}").strip()
    return Seen(
        f"{version}, {'started for this check' if found.is_own else 'it answered'}", held=True
    )


def _composes(shell: Shell, scratch: Path, report: Report) -> list[Compose]:
    """Each Compose that is here, the newest last. Raises CourseError where there is none."""
    found: list[Compose] = []
    for name, compose, absent in (
        ("docker-compose", standalone(shell, scratch), NO_STANDALONE),
        ("docker compose", plugin(shell), NO_PLUGIN),
    ):
        seen = Seen(compose.version, held=True) if compose else Seen(absent, held=None)
        report.ask(name, lambda seen=seen: seen)  # type: ignore[misc]
        found += [compose] if compose else []
    if not found:
        raise CourseError(NEITHER)
    return found


def _follow(running: Stack, runbook: Runbook, report: Report) -> bool:
    """Every command of the runbook, in its order; the first that does not hold is the last."""
    for number, command in enumerate(runbook.commands, 1):
        if BACKUP in command:
            report.ask("an admin logs in and makes events", partial(_written, running))
        name = f"runbook {number}/{len(runbook.commands)}, {running.compose.name}"
        if not report.ask(name, partial(_typed, running, runbook, command)):
            return False
    return True


def _typed(running: Stack, runbook: Runbook, command: str) -> Seen:
    """One command; after an `up` the app has to answer through nginx."""
    outcome = running.type(runbook, command)
    if outcome.status:
        return Seen(f"{command}: {outcome.last_line}", held=False)
    if " up " in command and not running.waits_until_ready():
        return Seen(f"{command}: https://localhost/health/ready is not 200", held=False)
    return Seen(command, held=True)


def _written(running: Stack) -> Seen:
    return Seen(f"{running.write(scenarios.EVENTS)} events, through nginx and TLS", held=True)


def _withstand(running: Stack, runbook: Runbook, report: Report) -> None:
    """What happens to a stack in its life. Each step begins with all replicas ready."""
    for name, action in _life(running, runbook):
        if not report.ask(name, action):
            running.waits_until_ready()


def _life(running: Stack, runbook: Runbook) -> Iterator[tuple[str, partial[Seen]]]:
    yield "three replicas behind nginx", partial(scenarios.replicas, running)
    yield "a rolling restart under load", partial(scenarios.rolling_restart, running)
    yield "SIGTERM under load", partial(scenarios.sigterm, running)
    yield "a killed database", partial(scenarios.killed_database, running)
    yield "backup, wipe, restore: row by row", partial(scenarios.restored, running, runbook)


if __name__ == "__main__":
    sys.exit(main())
