"""Results in the terminal: one line per task, and its first failure in full below it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.text import Text

from checks.course.course import Hint, Task
from checks.diagnosis.diagnose import diagnose
from checks.messages.durations import seconds_text
from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.results.model import NO_FAILURE, Results, TaskResult, TestResult, Verdict
from checks.terminal.failure import FailureView, indented, render_failure
from checks.terminal.printed import printed_lines

COLOURS = {
    Verdict.PASS: "green",
    Verdict.BLOCKED: "yellow",
    Verdict.SKIPPED: "yellow",
    Verdict.NOT_RUN: "dim",
}
WAITING = (Verdict.BLOCKED, Verdict.NOT_RUN)
MAX_NAMES = 2
SLOW_SECONDS = 5.0  # s; a test that takes longer is named
NO_APP, IMPORTING_TASK = "No module named 'app'", "4.1"
NO_PYTHONPATH = (
    'pytest does not look into the day\'s folder: 4.1 sets pythonpath = ["."] in pyproject.toml'
)
APP_DOWN = "the app does not start"  # how the harness begins that sentence

Prerequisites = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ResultsView:
    """How results are shown: `failure` for each failure, `every` for all failures of a task."""

    failure: FailureView = field(default_factory=FailureView)
    every: bool = False

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.failure.lang


def render_results(
    results: Results,
    view: ResultsView,
    prerequisites: Prerequisites | None = None,
    printed_failure: str = "",
) -> RenderableType:
    """Every task's line; below a task that does not pass, its first failure.

    `prerequisites` are, by task, the tasks that it builds on and that do not pass yet;
    `printed_failure` names a test whose failure is on the screen already.
    """
    lang = view.lang
    parts: list[RenderableType] = []
    for task in results.tasks:
        line = _task_line(task, lang, partial=results.partial)
        parts += [line, *_slowest(task, lang), *_skip_reasons(task, lang)]
        if task.first_failure is not None:
            shown = [test for test in _shown_failures(task, view) if test.name != printed_failure]
            parts += [render_failure(test, view.failure) for test in shown]
            parts += _other_failures(task, view)
            parts += [*_advice(task, lang, prerequisites or {}), Text()]
    if results.printed and (results.passed or view.failure.verbose):
        parts += printed_lines(results, lang, verbose=view.failure.verbose)
    parts += [Text(translate_error(note, lang), style="magenta") for note in results.notes]
    if results.contained:
        parts.append(Text(translate("run in the sandbox", lang), style="dim"))
    return Group(*parts)


def _shown_failures(task: TaskResult, view: ResultsView) -> list[TestResult]:
    """The first failure; with `every` all that were judged."""
    first = [task.first_failure] if task.first_failure else []
    if not view.every:
        return first
    judged = [t for t in task.tests if t.verdict not in (*NO_FAILURE, *WAITING)]
    return judged or first


def _task_line(task: TaskResult, lang: str, *, partial: bool) -> Text:
    colour = COLOURS.get(task.verdict, "red")
    passed = f"{translate('tests', lang)} {task.passed}/{len(task.tests)}"
    points = translate("bonus points" if task.is_bonus else "points", lang)
    earned = f"{points} {task.points}/{task.max_points}"
    if partial:
        earned = translate("a part of the task was run; no points", lang)
    return Text.assemble(
        (f"{task.id:<4} ", "bold"),
        (f"{translate(task.verdict, lang):<8}", colour),
        f"  {passed}  {earned}  {task.title}",
    )


def _slowest(task: TaskResult, lang: str) -> list[RenderableType]:
    """The test that took longest, when it took long."""
    test = max(task.tests, key=lambda test: test.seconds, default=None)
    if test is None or test.seconds < SLOW_SECONDS:
        return []
    seconds = seconds_text(test.seconds, lang)
    said = f"{translate('slowest:', lang)} {_short_name(test)}, {seconds}"
    return [indented(said, 2, style="dim")]


def _skip_reasons(task: TaskResult, lang: str) -> list[RenderableType]:
    """How many tests this machine cannot run, by reason."""
    reasons = Counter(test.cause.message if test.cause else "" for test in task.skipped)
    return [
        indented(
            f"{count} {translate('skipped:', lang)} {translate_error(why, lang)}", 2, style="yellow"
        )
        for why, count in reasons.items()
    ]


def _other_failures(task: TaskResult, view: ResultsView) -> list[RenderableType]:
    """The further failures, how many tests wait for the first one, and what shows all of it."""
    lang = view.lang
    failed = [t for t in task.tests if t.verdict not in NO_FAILURE]
    waiting = [t for t in failed if t.verdict in WAITING]
    others = [t for t in failed if t not in waiting and t is not task.first_failure]
    lines = []
    if others and not view.every:
        names = ", ".join(_short_name(test) for test in others[:MAX_NAMES])
        ellipsis = ", …" if len(others) > MAX_NAMES else ""
        lines.append(
            f"{_counted('other failures ({count})', len(others), lang)}: {names}{ellipsis}"
        )
    said = [_counted("{count} wait for this", len(waiting), lang)] if waiting else []
    if not view.failure.verbose:
        said.append(f"{translate('all of it:', lang)} checks run {task.id} -v")
    return [indented(line, 2, style="dim") for line in [*lines, "; ".join(said)] if line]


def _counted(sentence: str, count: int, lang: str) -> str:
    return translate(sentence, lang).format(count=count)


def _short_name(test: TestResult) -> str:
    return test.name.rsplit("::", maxsplit=1)[-1].removeprefix("test_")


def _advice(task: TaskResult, lang: str, prerequisites: Prerequisites) -> list[RenderableType]:
    """The known mistake that fits, else the prerequisite to solve first, else the hint command."""
    labels = [translate("This looks like: ", lang), translate("or: ", lang)]
    parts = _import_advice(task, lang)
    for label, mistake in zip(labels, diagnose(task), strict=False):
        title, question = mistake.title.in_(lang), mistake.hint.in_(lang)
        parts += [indented(f"{label}{title}", 2, style="bold"), indented(question, 2)]
    if not parts and not _app_is_down(task) and (first := prerequisites.get(task.id)):
        dependency = f"{task.id} {translate('builds on', lang)} {', '.join(first)}"
        command = f"{translate('which does not pass yet:', lang)} checks run {first[0]}"
        parts.append(indented(f"{dependency}, {command}", 2, style="bold"))
    return parts or [Text(f"  {translate('a question:', lang)} checks hint {task.id}", style="dim")]


def _import_advice(task: TaskResult, lang: str) -> list[RenderableType]:
    """Where a later task's tests cannot import the app: what task 4.1 sets."""
    cause = task.first_failure.cause if task.first_failure else None
    if cause is None or NO_APP not in cause.message or task.id == IMPORTING_TASK:
        return []
    return [indented(translate(NO_PYTHONPATH, lang), 2, style="bold")]


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
