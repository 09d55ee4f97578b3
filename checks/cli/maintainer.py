"""Commands of a maintainer: build, carry."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from checks.authoring.build import State, build
from checks.authoring.carry import carry
from checks.authoring.difference_record import (
    disagreement_lines,
    record_all,
    recorded_lines,
    unrecorded,
)
from checks.course.course import (
    Course,
    check_statements,
    find_root,
    load_course,
    validate_files,
)
from checks.errors import CourseError
from checks.messages.errors_ru import translate_error

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
JsonLines = Annotated[
    bool,
    typer.Option("--json", help="Print a line of JSON for each result, the report as the last."),
]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


def build_command(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if stale.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite hand edits.")] = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Write days/ from solutions/."""
    root = find_root()
    malformed = malformed_files(load_course(root, tree="solutions")) if check else []
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


def malformed_files(course: Course) -> list[str]:
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
