"""`checks run`: tasks or days on the learner's folder, judged and printed."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from checks.cli.later_day import later_day
from checks.course.course import Course, Day, Task, find_root, load_course
from checks.course.promises import promises_in
from checks.errors import CourseError
from checks.harness.app.limit_variables import require_seconds
from checks.messages.messages import translate
from checks.results.model import Results, as_json
from checks.results.records import COLLECTION, Listener
from checks.runner.run import run, run_request
from checks.terminal.console import open_console
from checks.terminal.debrief import finished_day, render_pass
from checks.terminal.failure import view_for
from checks.terminal.next_step import next_step, next_task
from checks.terminal.progress_line import ProgressLine
from checks.terminal.results import ResultsView, render_results
from checks.workspace import progress
from checks.workspace.attempts import record_attempts
from checks.workspace.commit import commit_offer
from checks.workspace.judged_content import judged_contents
from checks.zygote import daemon

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


@dataclass(frozen=True)
class RunOptions:
    """How `checks run` runs: in the sandbox, on another tree, only the tests named so."""

    contained: bool = False
    tree: Path | None = None
    only: str = ""
    lang: str = "en"

    @property
    def counts(self) -> bool:
        """Whether the verdicts are those of the learner's own tasks."""
        return self.tree is None and not self.only


def run_command(  # noqa: PLR0913, PLR0917 - typer reads each option from a parameter
    what: Annotated[
        list[str] | None, typer.Argument(help="Tasks or days: 1.2, day1. Default: what is next.")
    ] = None,
    contained: Annotated[bool, typer.Option(help="Run the app in the sandbox.")] = False,
    tree: Annotated[Path | None, typer.Option(help="Test this folder instead of yours.")] = None,
    only: Annotated[str, typer.Option(help="Only the tests with this in their name.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Show every failure of a task.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show all of a failure, uncut.")
    ] = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Run tasks or days. Exit code 0 when all pass, 1 when something does not, 2 on misuse."""
    require_seconds()
    course = load_course(find_root())
    chosen = course.select(what or [_next_task_or_day(course)], with_bonus=False)
    options = RunOptions(contained, tree, only, lang)
    if not contained:
        daemon.attach()
    judged = judged_contents(course, [task for _, tasks in chosen for task in tasks])
    results = [_run_tasks(course, day, tasks, options) for day, tasks in chosen]
    if as_document:
        print(json.dumps(as_json(results), indent=1))
    else:
        _print_results(course, results, options, _view(course, lang, every=every, verbose=verbose))
    if options.counts:  # after the verdicts are printed: the disk may be full
        _save(course, results, judged)
    if not as_document and all(result.passed for result in results):
        _print_next_step(course, results, options)
    if not contained:
        daemon.start_detached()  # the next run begins with the libraries in memory
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


def _save(course: Course, results: Sequence[Results], judged: Mapping[str, str]) -> None:
    progress.save_verdicts(course, results, judged)
    record_attempts(course.root, results)


def _view(course: Course, lang: str, *, every: bool, verbose: bool) -> ResultsView:
    console = open_console()
    height = console.height if console.is_terminal and not every else None
    promise_of = promises_in(course, lang)
    return ResultsView(view_for(lang, height, promise_of, verbose=verbose), every)


def _print_results(
    course: Course, results: Sequence[Results], options: RunOptions, view: ResultsView
) -> None:
    known = options.tree is None
    prerequisites = progress.missing_prerequisites(course, results) if known else {}
    for result in results:
        open_console().print(render_results(result, view, prerequisites))


def _print_next_step(course: Course, results: Sequence[Results], options: RunOptions) -> None:
    """After a pass: what is next; after a part of the tests, the command for all of them."""
    if options.only:
        sentence = "only a part ran, which says nothing of the whole; next: `checks run {task}`"
        print(translate(sentence, options.lang).format(task=results[0].tasks[0].id))
    elif options.counts:
        verdicts, at_hand = progress.verdicts(course), progress.position(course)
        for result in results:
            passed = [course.task(each.id) for each in result.tasks if each.points]
            offer = commit_offer(course, passed, options.lang)
            day = finished_day(course, passed[0], verdicts)
            said = render_pass(passed, offer, day, options.lang)
            open_console().print(said, end="\n\n", soft_wrap=True)
        open_console().print(next_step(course, verdicts, options.lang, at_hand))


def _next_task_or_day(course: Course) -> str:
    task = next_task(course, progress.verdicts(course), progress.position(course))
    return task.id if task else course.days[-1].folder


def _run_tasks(course: Course, day: Day, tasks: Sequence[Task], options: RunOptions) -> Results:
    """The results of one day. Raises CourseError for a tree that is none and for no such test."""
    tree, lang = options.tree, options.lang
    if tree is not None and not tree.is_dir():
        raise CourseError(f"--tree {tree} is no folder; give a day's folder, the one that has app/")
    names = ", ".join(task.id for task in tasks)
    open_console(stderr=True).print(f"{translate('running', lang)} {names} …", style="dim")
    request = run_request(course, day, tasks, tree)
    processes = 1 if options.contained else request.processes
    request = replace(
        request,
        contained=options.contained,
        lang=lang,
        processes=processes,
        matching=options.only,
    )
    line = ProgressLine(open_console(stderr=True), lang)
    later, started = later_day(course, tree), time.monotonic()
    try:
        results = run(request, listener=Listener(progress=line.show))
    finally:
        line.clear()
    results = _without_unnamed(results, day, names, options.only) if options.only else results
    if later is not None:
        results = later.judge(day, results)
        later.save(day, results, time.monotonic() - started)
    return results


def _without_unnamed(results: Results, day: Day, names: str, only: str) -> Results:
    """The tasks that have a test of that name."""
    tasks = tuple(task for task in results.tasks if task.tests[0].name != COLLECTION)
    if not tasks:
        command = f"pytest days/{day.folder} --collect-only -q"
        raise CourseError(f"No test of {names} has {only!r} in its name; `{command}` lists them")
    return replace(results, tasks=tasks, partial=True)
