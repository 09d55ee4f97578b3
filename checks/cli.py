"""The commands, nothing else: each reads its arguments, asks a module, prints."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from checks import answers as answers_module
from checks import ask, learner, maintain, observe, progress, reading, rewind, show, tools
from checks import board as board_module
from checks.course import Course, Day, Task, find_root, load_course, read_statement
from checks.errors import CourseError
from checks.export import command as export
from checks.grade import command
from checks.results import Results, as_json
from checks.run import order, run
from checks.words import say

app = typer.Typer(no_args_is_help=False, rich_markup_mode=None, pretty_exceptions_enable=False)
app.add_typer(tools.services_app, name="services")
app.command("read")(reading.read)
app.command("watch")(observe.watch)
app.command("next")(learner.next_day)
app.command("submit")(learner.submit)
app.command("doctor")(tools.doctor)
app.command("serve")(tools.serve)
app.command("build")(maintain.build)
app.command("carry")(maintain.carry)
app.command("verify")(maintain.verify)
app.command("grade")(command.grade)
app.command("regrade")(command.regrade)
app.command("report")(export.report)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]
TaskId = Annotated[str, typer.Argument(help="A task, such as 1.2.")]


@app.callback(invoke_without_command=True)
def board(context: typer.Context, lang: Lang = "en", as_document: Json = False) -> None:
    """The board: seven days, every task, its points, and what to do next."""
    if context.invoked_subcommand is not None:
        return
    course = load_course(find_root())
    verdicts = progress.verdicts(course)
    if as_document:
        known = {task.id: verdicts.get(task.key, "not_run") for task in course.tasks}
        print(json.dumps({"schema": "eventure/board/v1", "tasks": known}, indent=1))
    else:
        show.console().print(board_module.board(course, verdicts, lang))


@app.command("run")
def run_command(
    what: Annotated[
        list[str] | None, typer.Argument(help="Tasks or days: 1.2, day1. Default: what is next.")
    ] = None,
    contained: Annotated[bool, typer.Option(help="Run the app in the sandbox.")] = False,
    tree: Annotated[Path | None, typer.Option(help="Test this folder instead of yours.")] = None,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Run tasks or days. Exit code 0 when all pass, 1 when something does not, 2 on misuse."""
    course = load_course(find_root())
    chosen = course.chosen(what or [_next(course)])
    found = [_run(course, day, tasks, contained, tree, lang) for day, tasks in chosen]
    if as_document:
        print(json.dumps(as_json(found), indent=1))
    else:
        _show(found, lang, progress.needs(course) if tree is None else {})
    if tree is None:  # after the verdicts are shown: the disk may be full
        progress.keep(course, found)
        if not as_document and all(result.passed for result in found):
            show.console().print(board_module.next_step(course, progress.verdicts(course), lang))
    raise typer.Exit(0 if all(result.passed for result in found) else 1)


def _show(found: Sequence[Results], lang: str, needs: show.Needs) -> None:
    for result in found:
        show.console().print(show.results(result, lang, needs))


def _next(course: Course) -> str:
    task = board_module.next_task(course, progress.verdicts(course))
    return task.id if task else course.days[-1].folder


def _run(
    course: Course, day: Day, tasks: Sequence[Task], contained: bool, tree: Path | None, lang: str
) -> Results:
    if tree is not None and not tree.is_dir():
        raise CourseError(f"--tree {tree} is no folder; give a day's folder, the one that has app/")
    names = ", ".join(task.id for task in tasks)
    show.console(stderr=True).print(f"{say('running', lang)} {names} …", style="dim")
    wanted = order(course, day, tasks, tree)
    return run(type(wanted)(wanted.day, wanted.tasks, wanted.tests, wanted.tree, contained, lang))


@app.command()
def hint(
    task_id: TaskId,
    rung: Annotated[int | None, typer.Argument(min=1, help="This one again: 1, 2, …")] = None,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """The next rung of the ladder; asking never moves your position on the board."""
    course = load_course(find_root())
    task = course.task(task_id)
    folder = course.root / "days" / course.task_day(task).folder
    hints = read_statement(folder / task.statement_in(lang)).hints
    number = progress.hint(course, task, len(hints), rung)
    if as_document:
        shown: Any = [{"question": h.question, "text": h.text} for h in hints[:number]]
        print(json.dumps({"task": task.id, "of": len(hints), "hints": shown}, ensure_ascii=False))
        return
    show.console().print(show.hint(task, hints, number, lang))


@app.command()
def solution(
    task_id: TaskId,
    diff: Annotated[bool, typer.Option("--diff", help="Your code against it.")] = False,
    as_document: Json = False,
) -> None:
    """The answer to a task, cut out of the finished backend."""
    course = load_course(find_root())
    task = course.task(task_id)
    if diff:
        text = answers_module.difference(course, task)
        print(json.dumps({"task": task.id, "diff": text}) if as_document else text, end="\n")
        return
    found = answers_module.answers(course, task)
    if as_document:
        print(json.dumps({"task": task.id, "files": found}, indent=1))
        return
    for name, text in found.items():
        print(f"── {name}\n{text}")


@app.command()
def reset(
    task_id: TaskId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
) -> None:
    """Put a task's regions back to their starters; a snapshot is taken first."""
    course = load_course(find_root())
    task = course.task(task_id)
    changes = rewind.plan(course, task)
    print("\n".join(change.in_(task, lang) for change in changes), end="\n" if changes else "")
    if changes and not yes and not ask.confirm(say("Put this back?", lang), lang):
        raise typer.Exit(1)
    if rewind.reset(course, task, changes) is None:
        print(say("Nothing to put back: {task} is as it began", lang).format(task=task.id))
    else:
        print(say("Put back; `checks undo` brings your lines back", lang))


@app.command()
def undo(lang: Lang = "en") -> None:
    """Take back the last command that wrote to your files."""
    print(f"{say('taken back:', lang)} {rewind.undo(load_course(find_root()), lang)}")


def main() -> None:
    """Run a command; a person's mistake is one sentence and exit code 2, never a traceback.

    With `--json` the sentence also stands on standard output, as a document.
    """
    try:
        app()
    except CourseError as error:
        _give_up(str(error), error.exit_code)
    except OSError as error:  # a full disk, a folder that may not be written, a closed pipe
        if isinstance(error, BrokenPipeError):
            os._exit(141)  # as a program that SIGPIPE ends; nobody reads what is left
        where = f" {error.filename}" if error.filename else ""
        _give_up(f"{error.strerror or error}:{where}; mend that, then try again", 2)


def _give_up(said: str, exit_code: int) -> NoReturn:
    print(f"checks: {said}", file=sys.stderr)
    if "--json" in sys.argv:
        document = {"schema": "eventure/error/v1", "error": said, "exit_code": exit_code}
        print(json.dumps(document, ensure_ascii=False))
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
