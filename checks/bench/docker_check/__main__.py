"""`python -m checks.bench.docker_check`: every step on the engine, and the table of them."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from checks.bench.docker_check import restarts, scenarios
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
from checks.bench.docker_check.exercise_tests import remove_left_deployments, run_exercise
from checks.bench.docker_check.host_network import KEPT
from checks.bench.docker_check.leftovers import Inventory, refuse_busy_ports
from checks.bench.docker_check.made_images import RunLabel, made_images_removed
from checks.bench.docker_check.runbook import BACKUP, Runbook, parse_runbook
from checks.bench.docker_check.stack import Stack, stack
from checks.bench.docker_check.table import Report, Seen, as_table, exit_code
from checks.bench.docker_check.termination import Terminated, signals_unwind
from checks.bench.docker_check.workbook_app import workbook_app
from checks.course.course import find_root
from checks.errors import CourseError
from checks.services.temporary_folders import temporary_folder

DAY = Path("solutions/day7-deployment")
STATEMENT = DAY / "exercises/7.6-deploy.md"


def main() -> int:
    """Run the steps and print the table; 0 when all held, 1 when one did not, 2 on a refusal.

    128 and its number where a signal has ended the check.
    """
    report = Report()
    try:
        root = find_root()
        runbook = parse_runbook((root / STATEMENT).read_text(encoding="utf-8"))
        refuse_busy_ports()
        with (
            signals_unwind(),
            engine() as found,
            temporary_folder("docker-check") as scratch,
        ):
            _check(Workbook(root, runbook), found, scratch, report)
    except CourseError as error:
        print(f"docker-check: {error}", file=sys.stderr)
        return 2
    except Terminated as signal:
        print(f"docker-check: ended by {signal.name}; what it started is gone", file=sys.stderr)
        return signal.exit_code
    finally:
        if report.rows:
            print(as_table(report.rows))
    return exit_code(report.rows)


@dataclass(frozen=True)
class Workbook:
    """The workbook's folder, and the runbook of its last task."""

    root: Path
    runbook: Runbook


def _check(workbook: Workbook, found: Engine, scratch: Path, report: Report) -> None:
    """All steps on one engine; after them the images of this run are gone."""
    shell = Shell(scratch, {**os.environ, **found.variables})
    remove_left_deployments(shell)
    before, label = Inventory.of(shell), RunLabel()
    report.ask("an engine", partial(_engine, shell, found))
    composes = _composes(shell, scratch, report)
    with made_images_removed(shell, label):
        provide = partial(_images, shell, workbook.root / DAY, None if found.is_own else label)
        report.ask("the base images", provide, refuses=True)
        _ask_exercises(shell, composes, workbook.root, report)
        for compose in composes:
            with stack(compose, workbook.root / DAY, scratch, label) as running:
                up = _follow(running, workbook.runbook, report)
                if up and compose is composes[-1]:
                    _withstand(running, workbook.runbook, report)
            app = partial(workbook_app, compose, workbook.root, scratch, label)
            report.ask(f"--profile app of the workbook, {compose.name}", app)
    report.ask("what is left on the engine", lambda: before.difference(Inventory.of(shell)))


def _images(shell: Shell, day: Path, label: RunLabel | None) -> Seen:
    return Seen("; ".join(base_images(shell, images_of(day), label)), held=True)


def _ask_exercises(shell: Shell, composes: list[Compose], root: Path, report: Report) -> None:
    report.ask("7.1's tests", partial(run_exercise, shell, "7.1", root, DAY))
    for compose in composes:
        tests = partial(run_exercise, compose.shell, "7.3", root, DAY)
        report.ask(f"7.3's tests, {compose.name}", tests)


def _engine(shell: Shell, found: Engine) -> Seen:
    version = shell.must("docker", "version", "--format", "{{.Server.Version}}").strip()
    whose = f"started for this check; {KEPT}" if found.is_own else "it answered"
    return Seen(f"{version}, {whose}", held=True)


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
    yield "a rolling restart under load", partial(restarts.rolling_restart, running)
    yield "two of three restarted at the same time", partial(restarts.restart_of_two, running)
    yield "SIGTERM under load", partial(restarts.sigterm, running)
    yield "a killed database", partial(scenarios.killed_database, running)
    yield "backup, wipe, restore: row by row", partial(scenarios.restored, running, runbook)


if __name__ == "__main__":
    sys.exit(main())
