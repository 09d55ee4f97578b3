"""`checks verify`: the options of a proof, and what is printed of it."""

import contextlib
import json
import os
from typing import Annotated

import typer

from checks.authoring.claim_tests import Mode
from checks.authoring.claims import TaskReport
from checks.authoring.verify import Proof
from checks.authoring.verify_cache import VerifyCache, default_folder
from checks.cli.maintainer import JsonLines, malformed_files
from checks.course.course import Course, find_root, load_course
from checks.diagnosis.signatures import save_signatures
from checks.harness.app import docker_server
from checks.harness.app.limit_variables import ENGINE
from checks.runner.collected import collected_sessions
from checks.sandbox import bubblewrap
from checks.terminal.console import open_console
from checks.terminal.proof_progress import ProofProgress
from checks.zygote.client import running_zygote

GOES_ON = "the same command goes on where this one was interrupted"
BEGINS_ANEW = (
    "the same command begins anew: with --record, DATABASE_URL or REDIS_URL nothing is remembered,"
    " nor in a folder that cannot be written to"
)
VERIFY_JOBS = min(4, 1 + (os.cpu_count() or 1))  # many claims wait more than they compute


def verify(  # noqa: PLR0913, PLR0917 - typer reads each option from a parameter
    what: Annotated[list[str] | None, typer.Argument(help="Days or tasks; default: all.")] = None,
    jobs: Annotated[
        int,
        typer.Option(help="Runs at a time.", show_default="one more than processors, at most 4"),
    ] = VERIFY_JOBS,
    record: Annotated[bool, typer.Option("--record", help="Write the signatures.")] = False,
    cache: Annotated[bool, typer.Option(help="Do not run again what was seen to hold.")] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 for unsteady cases too.")
    ] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="Ask all tests of each mistake, not its first.")
    ] = False,
    contained: Annotated[
        bool | None,
        typer.Option(help="Run each solution in the sandbox, too; default: where there is one."),
    ] = None,
    engine: Annotated[
        bool | None,
        typer.Option(help="Run each solution on a Docker engine, too; default: where one answers."),
    ] = None,
    as_document: JsonLines = False,
) -> None:
    """Prove that every exercise teaches: starter, solution, mistakes, alternatives."""
    course = load_course(find_root(), tree="solutions")
    _refuse_malformed(course, as_document)
    console = open_console(stderr=True)
    chosen = course.select(what or [d.folder for d in course.days])
    mode = _mode(contained, engine, whole=whole, record=record)
    words = (str(course.root), str(mode), *(task.id for _, tasks in chosen for task in tasks))
    # what is recorded is seen again first: a signature is a fact of now
    folder = None if record else default_folder()
    proved = VerifyCache(course.root, folder, retry=not record, anew=() if cache else words)
    # Of the other claims what is recorded has to hold on machines without an engine, too.
    os.environ.setdefault(ENGINE, "off")
    proof = Proof(course, chosen, proved, mode, strict=strict)
    reports = _proved(proof, jobs, ProofProgress(console, as_lines=as_document))
    proved.finish()
    if proved.problem:
        console.print(proved.problem)
    if proved.remembered:
        console.print(f"{proved.remembered} runs were remembered; --no-cache runs them again")
    if record:
        save_signatures({k: v for report in reports for k, v in report.signatures.items()})
    raise typer.Exit(_reported(reports, strict, as_document))


def _reported(reports: list[TaskReport], strict: bool, as_document: bool) -> int:
    """Print what was seen of each task; 1 when something does not hold."""
    for report in reports:
        report.problems += report.unsteady_lines() if strict else ()
    _print(reports, [], as_document)
    return 1 if any(report.problems for report in reports) else 0


def _mode(contained: bool | None, engine: bool | None, *, whole: bool, record: bool) -> Mode:
    """What is asked for; by default the solutions run wherever this machine can run them.

    What is recorded is seen outside the sandbox and without an engine.
    """
    if contained is None:
        contained = bubblewrap.probe().kind != "none" and not record
    if engine is None:
        engine = os.environ.get(ENGINE) != "off" and not record and docker_server.answers()
    return Mode(whole=whole, contained=contained, engine=engine, record=record)


def _refuse_malformed(course: Course, as_document: bool) -> None:
    """End before the proof, which takes long, when a statement already breaks the form."""
    if problems := malformed_files(course):
        _print([], problems, as_document)
        raise typer.Exit(1)


def _proved(proof: Proof, jobs: int, progress: ProofProgress) -> list[TaskReport]:
    """What is seen of each task. An interrupted proof goes on where it was, if results are kept."""
    with running_zygote(), collected_sessions() as sessions, contextlib.closing(progress):
        proof.cache.sessions = sessions
        try:
            return proof.run(jobs, progress)
        except KeyboardInterrupt:
            again = GOES_ON if proof.cache.keeps else BEGINS_ANEW
            progress.screen.print(f"{len(progress.seconds) - progress.failed} claims hold; {again}")
            raise


def _print(reports: list[TaskReport], problems: list[str], as_document: bool) -> None:
    if as_document:
        tasks = [report.as_json() for report in reports]
        document = {"schema": "eventure/verify/v1", "tasks": tasks, "problems": problems}
        print(json.dumps(document, ensure_ascii=False))
        return
    for report in reports:
        counts = report.as_json()
        caught, accepted = counts["mistakes"], counts["alternatives"]
        skipped = f", {report.skipped} skipped" if report.skipped else ""
        print(
            f"{report.id:<4} starter {report.starter}, solution {report.solution},"
            f" contained {report.contained}, engine {report.engine},"
            f" mistakes {caught['caught']}/{caught['total']},"
            f" alternatives {accepted['accepted']}/{accepted['total']}{skipped}"
        )
    own_problems = [problem for report in reports for problem in report.problems]
    unsteady = [line for report in reports for line in report.unsteady_lines()]
    for line in dict.fromkeys((*problems, *own_problems, *unsteady)):  # --strict has them in both
        print(f"  {line}")
