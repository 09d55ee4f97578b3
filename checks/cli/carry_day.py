"""`checks next`: plan, ask, write, report, and run the earlier day's tests on the new day."""

import json
import time
from dataclasses import dataclass, replace

import typer

from checks.advance.advance import Choices, Plan, plan_carry, write_plan
from checks.cli.later_day import LaterDay
from checks.course.course import Course, Day
from checks.course.promises import promises_in
from checks.errors import CourseError
from checks.messages import next_and_submit
from checks.results.model import Results
from checks.runner.run import run, run_request
from checks.terminal import next_report, prompt
from checks.terminal.conflict_questions import ask_sides, with_course
from checks.terminal.console import is_interactive, open_console, screen_width
from checks.terminal.failure import view_for
from checks.terminal.holding_line import holding_line
from checks.terminal.results import ResultsView, render_results
from checks.terminal.wrapping import wrapped
from checks.workspace.holding import content_of, holding_in

SECONDS_A_TASK = 5
"""Until a run has said how long it takes."""


@dataclass(frozen=True)
class NextOptions:
    """How a day is carried: `on_conflict` takes the course's side of each conflict."""

    choices: Choices
    on_conflict: bool = False
    dry_run: bool = False
    check: bool = False
    yes: bool = False
    lang: str = "en"
    as_document: bool = False

    @property
    def asks(self) -> bool:
        """Whether there is somebody who can be asked about more than what `yes` answers."""
        return not (self.yes or self.dry_run or self.as_document) and is_interactive()


def carry_day(course: Course, day: Day, later_day: Day, options: NextOptions) -> int:
    """Carry a day into the next one; the exit code, 1 when something is left to the learner."""
    lang = options.lang
    plan = _decided(course, plan_carry(course, day, later_day, options.choices, lang), options)
    snapshot_id = None if options.dry_run else _write(course, plan, options)
    if not options.as_document:
        written = bool(snapshot_id)
        shown = next_report.Shown(lang, screen_width())
        lines = next_report.report_lines(plan, shown, written=written, dry_run=options.dry_run)
        print("\n".join(lines), flush=True)
    results = _run_checks(course, plan, lang) if _wants_run(course, plan, options) else None
    if options.as_document:
        document = next_report.report_document(plan, snapshot_id, results, lang)
        print(json.dumps(document, indent=1, ensure_ascii=False))
    elif results is not None:
        _print_checks(course, plan, results, lang)
    passed = results is None or results.passed
    return 0 if plan.is_complete and passed else 1


def _decided(course: Course, plan: Plan, options: NextOptions) -> Plan:
    """The plan with a side for each file in conflict, where somebody can be asked."""
    if not plan.conflicts or not (options.on_conflict or options.asks):
        return plan
    if options.on_conflict:
        choices = with_course(plan, options.choices)
    else:
        choices = ask_sides(plan, options.choices, options.lang)
    return plan_carry(course, plan.day, plan.next_day, choices, options.lang)


def _write(course: Course, plan: Plan, options: NextOptions) -> str | None:
    """Write the plan, after a question when it changes edited files; the snapshot's id."""
    if not plan.changes:
        return None
    if plan.edited and not options.yes:
        can_ask = not options.as_document
        question = next_report.overwrite_question(plan, options.lang, can_ask=can_ask)
        if not can_ask:
            raise CourseError(question)
        if not prompt.confirm(question, options.lang):
            raise typer.Exit(1)
    return write_plan(course, plan)


def _wants_run(course: Course, plan: Plan, options: NextOptions) -> bool:
    """Whether the earlier day's tests run now: asked for, or wanted at a terminal."""
    if options.dry_run or options.check or not plan.changes or not options.asks:
        return options.check and not options.dry_run
    known = holding_in(course, plan.next_day)
    seconds = known.seconds if known else SECONDS_A_TASK * len(plan.day.tasks)
    question = next_and_submit.RUN_NOW.in_(options.lang)
    names = {"day": plan.day.folder, "into": plan.next_day.folder, "seconds": seconds}
    return prompt.confirm(question.format(**names), options.lang)


def _print_checks(course: Course, plan: Plan, results: Results, lang: str) -> None:
    view = ResultsView(view_for(lang, None, promises_in(course, lang)))
    open_console().print(render_results(results, view))
    holding = holding_in(course, plan.next_day)
    if holding is not None:
        print("\n".join(wrapped(holding_line(holding, lang), screen_width())))


def _run_checks(course: Course, plan: Plan, lang: str) -> Results:
    request = run_request(course, plan.day, (), course.root / "days" / plan.next_day.folder)
    later = LaterDay(course, plan.next_day, content_of(course, plan.next_day))
    started = time.monotonic()
    results = later.judge(plan.day, run(replace(request, lang=lang)))
    later.save(plan.day, results, time.monotonic() - started)
    return results
