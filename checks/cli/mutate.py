"""`checks mutate`: mistakes that nobody thought of."""

import contextlib
import json
import os
import secrets
from typing import Annotated

import typer

from checks.authoring.verify_cache import default_folder
from checks.cli.maintainer import JsonLines
from checks.course.course import find_root, load_course
from checks.harness.app.limit_variables import ENGINE
from checks.mutation.mutation_run import MutationRun
from checks.mutation.report import SCHEMA, MutationReport, total_line
from checks.mutation.trial import Trials
from checks.runner.collected import collected_sessions
from checks.terminal.console import open_console
from checks.terminal.proof_progress import ProofProgress
from checks.zygote.client import running_zygote

MUTANT_SCHEMA = "eventure/mutate-mutant/v1"
SEEDS = 1_000_000


def mutate(
    what: Annotated[list[str] | None, typer.Argument(help="Days or tasks; default: all.")] = None,
    jobs: Annotated[
        int, typer.Option(help="Runs at a time.", show_default="one a processor, at most 4")
    ] = min(4, os.cpu_count() or 1),
    sample: Annotated[int, typer.Option(help="So many mutants of each task; 0: all.")] = 0,
    seed: Annotated[int | None, typer.Option(help="The seed of an earlier sample.")] = None,
    cache: Annotated[bool, typer.Option(help="Do not run again what was seen already.")] = True,
    as_document: JsonLines = False,
) -> None:
    """Change each answer a little and see whether a test notices. Exit code 1 if one survives."""
    os.environ.setdefault(ENGINE, "off")  # an engine is on some machines only
    course = load_course(find_root(), tree="solutions")
    console = open_console(stderr=True)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    if sample:
        console.print(f"a sample of {sample} a task; --seed {seed} takes the same again")
    trials = Trials(course, default_folder().with_name("mutants"), reads=cache)
    chosen = course.select(what or [day.folder for day in course.days])
    run = MutationRun(course, chosen, trials, sample, seed)
    progress = ProofProgress(
        console, as_lines=as_document, noun="mutants", failing="open", schema=MUTANT_SCHEMA
    )
    reports = _judged(run, jobs, progress)
    if trials.remembered:
        console.print(f"{trials.remembered} runs were remembered; --no-cache runs them again")
    _print(reports, seed if sample else None, as_document)
    raise typer.Exit(0 if all(report.holds for report in reports) else 1)


def _judged(run: MutationRun, jobs: int, progress: ProofProgress) -> list[MutationReport]:
    with running_zygote(), collected_sessions() as sessions, contextlib.closing(progress):
        run.trials.sessions = sessions
        return run.run(jobs, progress)


def _print(reports: list[MutationReport], seed: int | None, as_document: bool) -> None:
    if as_document:
        document = {"schema": SCHEMA, "seed": seed, "tasks": [r.as_json() for r in reports]}
        print(json.dumps(document, ensure_ascii=False))
        return
    for report in reports:
        for line in report.lines():
            print(line)
    if len(reports) > 1:
        print(total_line(reports))
