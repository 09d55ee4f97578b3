"""The maintainer's commands: build, carry, verify."""

import contextlib
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from checks.authoring.build import State, build
from checks.authoring.carry import carry
from checks.authoring.claim_tests import Mode
from checks.authoring.claims import TaskReport
from checks.authoring.difference_record import (
    disagreement_lines,
    record_all,
    recorded_lines,
    unrecorded,
)
from checks.authoring.verify import Proof
from checks.authoring.verify_cache import VerifyCache, default_folder
from checks.course.course import (
    Course,
    check_statements,
    find_root,
    load_course,
    validate_files,
)
from checks.diagnosis.signatures import save_signatures
from checks.errors import CourseError
from checks.harness.app.inherited_limits import require_limits
from checks.harness.app.limit_variables import ENGINE
from checks.messages.errors_ru import translate_error
from checks.runner.collected import collected_sessions
from checks.sandbox import bubblewrap
from checks.terminal.console import open_console
from checks.terminal.proof_progress import ProofProgress
from checks.zygote.client import running_zygote

VERIFY_JOBS = min(4, 1 + (os.cpu_count() or 1))  # many claims wait more than they compute

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


def build_command(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if stale.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite hand edits.")] = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Write days/ from solutions/."""
    root = find_root()
    malformed = _malformed(load_course(root, tree="solutions")) if check else []
    findings = build(root, check, force=force)
    disagreements = unrecorded(root) if check else []
    if as_document:
        documents = [{"path": f.path.as_posix(), "state": str(f.state)} for f in findings]
        documents += [{"path": d.path, "state": "unrecorded"} for d in disagreements]
        documents += [
            {"path": sentence.split()[0].rstrip(":"), "state": "malformed"}
            for sentence in malformed
        ]
        print(json.dumps(documents))
    elif check:
        sentences = [f.sentence for f in findings] + [d.sentence for d in disagreements]
        _print_lines([*sentences, *malformed], lang)
    else:
        written = sum(finding.state is not State.FOREIGN for finding in findings)
        print(f"days/ is up to date; {written} files were written or deleted")
    raise typer.Exit(1 if check and (findings or disagreements or malformed) else 0)


def _malformed(course: Course) -> list[str]:
    """What day.toml names and is not there, and where a statement breaks the form."""
    return [*validate_files(course, "solutions"), *check_statements(course, "solutions")]


def carry_command(
    day: Annotated[str, typer.Argument(help="The day that was mended: day1.")] = "",
    base: Annotated[str, typer.Option(help="The commit before the change.")] = "HEAD",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    write_conflicts: Annotated[bool, typer.Option(help="Write git's conflict markers.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Prove that the repeats of all days agree.")
    ] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Record every difference of two days as on purpose.")
    ] = False,
    lang: Lang = "en",
) -> None:
    """Merge a change in solutions/dayN into every later day."""
    root = find_root()
    if not (day or check or record):
        what = "name a day, such as `checks carry day2`, or give --check or --record"
        raise CourseError(what)
    exit_code = 0
    if day:
        report = carry(root, day, base=base, dry_run=dry_run, write_conflicts=write_conflicts)
        record = record and report.written
        if record:  # every difference, so nothing is left to decide
            report = replace(report, undecided=())
        _print_lines(report.lines(), lang)
        exit_code = report.exit_code
    if record:
        _print_lines(recorded_lines(record_all(root)), lang)
    if check:
        disagreements = unrecorded(root)
        _print_lines(disagreement_lines(disagreements), lang)
        exit_code = exit_code or min(1, len(disagreements))
    raise typer.Exit(exit_code)


def _print_lines(lines: Iterable[str], lang: str) -> None:
    for line in lines:
        print(translate_error(line, lang))


def verify(  # noqa: PLR0913, PLR0917 - typer reads each option from a parameter
    what: Annotated[list[str] | None, typer.Argument(help="Days or tasks; default: all.")] = None,
    jobs: Annotated[int, typer.Option(help="Runs at a time.")] = VERIFY_JOBS,
    record: Annotated[bool, typer.Option("--record", help="Write the signatures.")] = False,
    cache: Annotated[bool, typer.Option(help="Do not run again what was seen to hold.")] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 for unsteady cases too.")
    ] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="Ask all tests of each mistake, not its first two.")
    ] = False,
    contained: Annotated[
        bool | None,
        typer.Option(help="Run each solution in the sandbox, too; default: where there is one."),
    ] = None,
    as_document: Json = False,
) -> None:
    """Prove that every exercise teaches: starter, solution, mistakes, alternatives."""
    _prepare_environment()
    course = load_course(find_root(), tree="solutions")
    _refuse_malformed(course, as_document)
    console = open_console(stderr=True)
    # what is recorded is seen again first: a signature is a fact of now
    folder = None if record else default_folder()
    proved = VerifyCache(course.root, folder, retry=not record, ignore_older=not cache)
    chosen = course.select(what or [d.folder for d in course.days])
    if contained is None:
        contained = bubblewrap.probe().kind != "none" and not record
    proof = Proof(course, chosen, proved, Mode(whole=whole, contained=contained, record=record))
    reports = _proved(proof, jobs, ProofProgress(console, as_lines=as_document))
    proved.finish()
    if proved.remembered:
        console.print(f"{proved.remembered} runs were remembered; --no-cache runs them again")
    if record:
        save_signatures({k: v for report in reports for k, v in report.signatures.items()})
    for report in reports:
        report.problems += report.unsteady_lines() if strict else ()
    _print(reports, [], as_document)
    raise typer.Exit(1 if any(report.problems for report in reports) else 0)


def _prepare_environment() -> None:
    """Raises CourseError for a limit of the shell that is too low."""
    require_limits()
    # An engine is on some machines only, and what is recorded has to hold on all of them.
    os.environ.setdefault(ENGINE, "off")


def _refuse_malformed(course: Course, as_document: bool) -> None:
    """End before the proof, which takes long, when a statement already breaks the form."""
    if problems := _malformed(course):
        _print([], problems, as_document)
        raise typer.Exit(1)


def _proved(proof: Proof, jobs: int, progress: ProofProgress) -> list[TaskReport]:
    """What is seen of each task. An interrupted proof goes on where it was."""
    with running_zygote(), collected_sessions() as sessions, contextlib.closing(progress):
        proof.cache.sessions = sessions
        try:
            return proof.run(jobs, progress)
        except KeyboardInterrupt:
            again = "the same command goes on where this one was interrupted"
            progress.screen.print(f"{len(progress.seconds)} claims are proved; {again}")
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
            f" contained {report.contained}, mistakes {caught['caught']}/{caught['total']},"
            f" alternatives {accepted['accepted']}/{accepted['total']}{skipped}"
        )
    own_problems = [problem for report in reports for problem in report.problems]
    unsteady = [line for report in reports for line in report.unsteady_lines()]
    for line in dict.fromkeys((*problems, *own_problems, *unsteady)):  # --strict has them in both
        print(f"  {line}")
