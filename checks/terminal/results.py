"""Results in the terminal: one line per task, and its first failure in full below it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from checks.course.course import Hint, Task
from checks.diagnosis.diagnose import diagnose
from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.results.model import NO_FAILURE, Results, TaskResult, TestResult, Verdict
from checks.terminal.failure import indented, render_failure

COLOURS = {
    Verdict.PASS: "green",
    Verdict.BLOCKED: "yellow",
    Verdict.SKIPPED: "yellow",
    Verdict.NOT_RUN: "dim",
}
MAX_NAMES = 4
APP_DOWN = "the app does not start"  # how the harness begins that sentence

Prerequisites = Mapping[str, Sequence[str]]


def render_results(
    results: Results,
    lang: str,
    prerequisites: Prerequisites | None = None,
    printed_failure: str = "",
) -> RenderableType:
    """Every task's line; below a task that does not pass, its first failure.

    `prerequisites` are, by task, the tasks that it builds on and that do not pass yet;
    `printed_failure` names a test whose failure is on the screen already.
    """
    parts: list[RenderableType] = []
    for task in results.tasks:
        parts += [_task_line(task, lang), *_skip_reasons(task, lang)]
        if task.first_failure is not None:
            if task.first_failure.name != printed_failure:
                parts.append(render_failure(task.first_failure, lang))
            parts += _other_failures(task, lang)
            parts += [*_advice(task, lang, prerequisites or {}), Text()]
    parts += [Text(translate_error(note, lang), style="magenta") for note in results.notes]
    if results.contained:
        parts.append(Text(translate("run in the sandbox", lang), style="dim"))
    return Group(*parts)


def _task_line(task: TaskResult, lang: str) -> Text:
    colour = COLOURS.get(task.verdict, "red")
    passed = f"{translate('tests', lang)} {task.passed}/{len(task.tests)}"
    points = translate("bonus points" if task.is_bonus else "points", lang)
    earned = f"{points} {task.points}/{task.max_points}"
    return Text.assemble(
        (f"{task.id:<4} ", "bold"),
        (f"{translate(task.verdict, lang):<8}", colour),
        f"  {passed}  {earned}  {task.title}",
    )


def _skip_reasons(task: TaskResult, lang: str) -> list[RenderableType]:
    """How many tests this machine cannot run, by reason."""
    reasons = Counter(test.cause.message if test.cause else "" for test in task.skipped)
    return [
        indented(
            f"{count} {translate('skipped:', lang)} {translate_error(why, lang)}", 2, style="yellow"
        )
        for why, count in reasons.items()
    ]


def _other_failures(task: TaskResult, lang: str) -> list[RenderableType]:
    """The names of the further failures, and how many tests wait for the first one."""
    failed = [t for t in task.tests if t.verdict not in NO_FAILURE]
    waiting = [t for t in failed if t.verdict in (Verdict.BLOCKED, Verdict.NOT_RUN)]
    others = [t for t in failed if t not in waiting and t is not task.first_failure]
    lines = []
    if others:
        names = ", ".join(_short_name(test) for test in others[:MAX_NAMES])
        ellipsis = ", …" if len(others) > MAX_NAMES else ""
        lines.append(f"{len(others)} {translate('more fail', lang)}: {names}{ellipsis}")
    if waiting:
        lines.append(f"{len(waiting)} {translate('wait for this', lang)}")
    return [indented(line, 2, style="dim") for line in lines]


def _short_name(test: TestResult) -> str:
    return test.name.rsplit("::", maxsplit=1)[-1].removeprefix("test_")


def _advice(task: TaskResult, lang: str, prerequisites: Prerequisites) -> list[RenderableType]:
    """The known mistake that fits, else the prerequisite to solve first, else the hint command."""
    labels = [translate("This looks like: ", lang), translate("or: ", lang)]
    parts = []
    for label, mistake in zip(labels, diagnose(task), strict=False):
        title, question = mistake.title.in_(lang), mistake.hint.in_(lang)
        parts += [indented(f"{label}{title}", 2, style="bold"), indented(question, 2)]
    if not parts and not _app_is_down(task) and (first := prerequisites.get(task.id)):
        dependency = f"{task.id} {translate('builds on', lang)} {', '.join(first)}"
        command = f"{translate('which does not pass yet:', lang)} checks run {first[0]}"
        parts.append(indented(f"{dependency}, {command}", 2, style="bold"))
    return parts or [Text(f"  {translate('a question:', lang)} checks hint {task.id}", style="dim")]


def _app_is_down(task: TaskResult) -> bool:
    """Whether the app did not start: that is to mend first, and no other task's fault."""
    cause = task.first_failure.cause if task.first_failure else None
    return cause is not None and cause.message.startswith(APP_DOWN)


def render_hint(task: Task, hints: Sequence[Hint], number: int, lang: str) -> RenderableType:
    """Hint `number`, from 1; after the last one, the command that shows an answer."""
    current = hints[number - 1]
    heading = f"{task.id}, {translate('hint', lang)} {number} {translate('of', lang)} {len(hints)}"
    from rich.markdown import Markdown  # slow to import, and rarely needed

    markdown = Markdown(current.text, code_theme="ansi_dark", hyperlinks=False)
    parts: list[RenderableType] = [Text(f"{heading}: {current.question}\n"), markdown]
    if number == len(hints):
        last = f"\n{translate('The last one. An answer:', lang)} checks solution {task.id}"
        parts.append(Text(last, style="dim"))
    return Group(*parts)
