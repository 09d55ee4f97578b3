"""The learner's commands that move whole days: next and submit."""

import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer

from checks.advance import advance
from checks.advance.advance import Choices, Plan
from checks.course.course import Course, Day, find_root, load_course
from checks.errors import CourseError
from checks.messages import next_and_submit as words
from checks.results.model import Results
from checks.runner.run import run, run_request
from checks.submission import bundle
from checks.submission.collect import collect
from checks.terminal import carried, prompt, results

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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Then run the day's tests there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Carry your day into the next one. Exit code 1 when something is left to you."""
    course = load_course(find_root())
    day = course.day(from_day) if from_day else advance.day_to_carry(course)
    into = advance.following(course, day)
    if into is None:
        _say_last(day, lang, as_document)
        return
    choices = Choices(_files(take_reference), _files(with_conflicts))
    plan = advance.plan(course, day, into, choices, lang)
    held = None if dry_run else _write(course, plan, lang, asks=not yes, can_ask=not as_document)
    if not as_document:
        shown = carried.lines(plan, lang, written=held is not None, dry_run=dry_run)
        print("\n".join(shown), flush=True)
    found = _check(course, plan, lang) if check and not dry_run else None
    if as_document:
        document = carried.document(plan, held, found, lang)
        print(json.dumps(document, indent=1, ensure_ascii=False))
    elif found is not None:
        results.console().print(results.results(found, lang))
    raise typer.Exit(0 if plan.settled and (found is None or found.passed) else 1)


def _files(paths: list[str] | None) -> frozenset[str]:
    return frozenset(map(advance.inside, paths or ()))


def _say_last(day: Day, lang: str, as_document: bool) -> None:
    document = {"schema": carried.SCHEMA, "from": day.folder, "into": None}
    said = words.LAST.in_(lang).format(day=day.folder)
    print(json.dumps(document) if as_document else said)


def _write(course: Course, plan: Plan, lang: str, *, asks: bool, can_ask: bool) -> str | None:
    """Write it, after a question when the learner has edited what changes; the snapshot's id."""
    if not plan.changes:
        return None
    if plan.edited and asks:
        said = carried.question(plan, lang, can_ask=can_ask)
        if not can_ask:
            raise CourseError(said)
        if not prompt.confirm(said, lang):
            raise typer.Exit(1)
    return advance.write(course, plan)


def _check(course: Course, plan: Plan, lang: str) -> Results:
    wanted = run_request(course, plan.day, (), course.root / "days" / plan.into.folder)
    return run(type(wanted)(wanted.day, wanted.tasks, wanted.tests, wanted.tree, lang=lang))


def submit(
    out: Annotated[Path | None, typer.Option(help="Where to write it.")] = None,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Pack your files of every day into one archive. Exit code 1 when some were left out."""
    course = load_course(find_root())
    made, left_out = collect(course)
    target = course.root / bundle.NAME if out is None else Path.cwd() / out
    target = target / bundle.NAME if target.is_dir() else target
    bundle.write(made, target, course.root)
    if as_document:
        digest = hashlib.sha256(made.data).hexdigest()
        document = {"schema": bundle.SCHEMA, "path": str(target), "sha256": digest,
                    "files": len(made.files), "left_out": left_out}  # fmt: skip
        print(json.dumps(document, indent=1, ensure_ascii=False))
    else:
        size = -(-len(made.data) // 1024)
        print(words.PACKED.in_(lang).format(count=len(made.files), size=size, path=target))
        if left_out:
            print(words.LEFT_OUT.in_(lang).format(paths=carried.listed(left_out)))
        print(words.HAND_IN.in_(lang))
    raise typer.Exit(1 if left_out else 0)
