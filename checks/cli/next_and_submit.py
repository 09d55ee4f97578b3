"""The learner's commands that move whole days: next and submit."""

import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer

from checks.advance.advance import (
    Choices,
    Plan,
    day_after,
    day_to_carry,
    path_in_day,
    plan_carry,
    write_plan,
)
from checks.course.course import Course, Day, find_root, load_course
from checks.course.promises import promises_in
from checks.errors import CourseError
from checks.messages import next_and_submit
from checks.results.model import Results
from checks.runner.run import run, run_request
from checks.submission import bundle
from checks.submission.collect import collect
from checks.terminal import next_report, prompt
from checks.terminal.console import open_console
from checks.terminal.failure import view_for
from checks.terminal.results import ResultsView, render_results

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
    day = course.day(from_day) if from_day else day_to_carry(course)
    later_day = day_after(course, day)
    if later_day is None:
        _print_last_day(day, lang, as_document)
        return
    choices = Choices(_paths_in_day(take_reference), _paths_in_day(with_conflicts))
    plan = plan_carry(course, day, later_day, choices, lang)
    snapshot_id = (
        None if dry_run else _write(course, plan, lang, asks=not yes, can_ask=not as_document)
    )
    if not as_document:
        lines = next_report.report_lines(plan, lang, written=bool(snapshot_id), dry_run=dry_run)
        print("\n".join(lines), flush=True)
    check_results = _run_checks(course, plan, lang) if check and not dry_run else None
    if as_document:
        document = next_report.report_document(plan, snapshot_id, check_results, lang)
        print(json.dumps(document, indent=1, ensure_ascii=False))
    elif check_results is not None:
        _print_checks(course, check_results, lang)
    passed = check_results is None or check_results.passed
    raise typer.Exit(0 if plan.is_complete and passed else 1)


def _print_checks(course: Course, results: Results, lang: str) -> None:
    view = ResultsView(view_for(lang, None, promises_in(course, lang)))
    open_console().print(render_results(results, view))


def _paths_in_day(paths: list[str] | None) -> frozenset[str]:
    return frozenset(map(path_in_day, paths or ()))


def _print_last_day(day: Day, lang: str, as_document: bool) -> None:
    document = {"schema": next_report.SCHEMA, "from": day.folder, "into": None}
    sentence = next_and_submit.LAST_DAY.in_(lang).format(day=day.folder)
    print(json.dumps(document) if as_document else sentence)


def _write(course: Course, plan: Plan, lang: str, *, asks: bool, can_ask: bool) -> str | None:
    """Write the plan, after a question when it changes edited files; the snapshot's id."""
    if not plan.changes:
        return None
    if plan.edited and asks:
        question = next_report.overwrite_question(plan, lang, can_ask=can_ask)
        if not can_ask:
            raise CourseError(question)
        if not prompt.confirm(question, lang):
            raise typer.Exit(1)
    return write_plan(course, plan)


def _run_checks(course: Course, plan: Plan, lang: str) -> Results:
    request = run_request(course, plan.day, (), course.root / "days" / plan.next_day.folder)
    return run(type(request)(request.day, request.tasks, request.tests, request.tree, lang=lang))


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
