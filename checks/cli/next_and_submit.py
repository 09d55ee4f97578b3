"""The learner's commands that move whole days: next and submit."""

import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer

from checks.advance.advance import Choices, day_after, day_to_carry, path_in_day
from checks.cli.carry_day import NextOptions, carry_day
from checks.course.course import Day, find_root, load_course
from checks.messages import next_and_submit
from checks.submission import bundle
from checks.submission.collect import collect
from checks.terminal import next_report

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


def next_day(  # noqa: PLR0913, PLR0917 - typer reads each option from a parameter
    from_day: Annotated[str, typer.Option("--from", help="The day: day1. Default: yours.")] = "",
    take_reference: Annotated[
        list[str] | None, typer.Option(help="Carry nothing into this file. May be repeated.")
    ] = None,
    with_conflicts: Annotated[
        list[str] | None, typer.Option(help="Write git's markers into this file; repeatable.")
    ] = None,
    on_conflict: Annotated[
        bool,
        typer.Option("--take-reference-on-conflict", help="Of each conflict, the course's side."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Then run the day's tests there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Carry your day into the next one.

    Exit code 1 when something is left to you: a conflict, a missing name, migrations of yours that
    stay behind, a test that does not pass.
    """
    course = load_course(find_root())
    day = course.day(from_day) if from_day else day_to_carry(course)
    later_day = day_after(course, day)
    if later_day is None:
        _print_last_day(day, lang, as_document)
        return
    choices = Choices(_paths_in_day(take_reference), _paths_in_day(with_conflicts))
    options = NextOptions(choices, on_conflict, dry_run, check, yes, lang, as_document)
    raise typer.Exit(carry_day(course, day, later_day, options))


def _paths_in_day(paths: list[str] | None) -> frozenset[str]:
    return frozenset(map(path_in_day, paths or ()))


def _print_last_day(day: Day, lang: str, as_document: bool) -> None:
    document = {"schema": next_report.SCHEMA, "from": day.folder, "into": None}
    sentence = next_and_submit.LAST_DAY.in_(lang).format(day=day.folder)
    print(json.dumps(document) if as_document else sentence)


def submit(
    out: Annotated[Path | None, typer.Option(help="Where to write it.")] = None,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Pack your files of every day into one archive. Exit code 1 when some were left out."""
    course = load_course(find_root())
    submission, left_out = collect(course)
    target = course.root / bundle.NAME if out is None else Path.cwd() / out
    target = target / bundle.NAME if target.is_dir() else target
    bundle.write(submission, target, course.root)
    if as_document:
        digest = hashlib.sha256(submission.data).hexdigest()
        document = {"schema": bundle.SCHEMA, "path": str(target), "sha256": digest,
                    "files": len(submission.files), "left_out": left_out}  # fmt: skip
        print(json.dumps(document, indent=1, ensure_ascii=False))
    else:
        size = -(-len(submission.data) // 1024)
        count = len(submission.files)
        print(next_and_submit.PACKED.in_(lang).format(count=count, size=size, path=target))
        if left_out:
            print(next_and_submit.LEFT_OUT.in_(lang).format(paths=next_report.path_list(left_out)))
        print(next_and_submit.HAND_IN.in_(lang))
    raise typer.Exit(1 if left_out else 0)
