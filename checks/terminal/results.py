"""How results look in a terminal: a line a task, and under each the story of what is wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.text import Text

from checks.course.course import Hint, Task
from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.results.diagnose import diagnose
from checks.results.model import NO_FAILURE, Results, TaskResult, TestResult, Verdict
from checks.terminal.failure import failure, indented

WORDS = {
    Verdict.PASS: "green",
    Verdict.BLOCKED: "yellow",
    Verdict.SKIPPED: "yellow",
    Verdict.NOT_RUN: "dim",
}
NAMES_SHOWN = 4

Needs = Mapping[str, Sequence[str]]


def results(
    found: Results, lang: str, needs: Needs | None = None, told: str = ""
) -> RenderableType:
    """Every task's line; under each that does not pass, its first failure as a story.

    `needs` names, by task, those that it builds on and that do not pass yet; `told` is a test whose
    story has been shown.
    """
    parts: list[RenderableType] = []
    for task in found.tasks:
        parts += [task_line(task, lang), *_skipped(task, lang)]
        if task.first_failure is not None:
            if task.first_failure.name != told:
                parts.append(failure(task.first_failure, lang))
            parts += [*_rest(task, lang), *_advice(task, lang, needs or {}), Text()]
    parts += [Text(translate_error(note, lang), style="magenta") for note in found.notes]
    if found.contained:
        parts.append(Text(translate("run in the sandbox", lang), style="dim"))
    return Group(*parts)


def task_line(task: TaskResult, lang: str) -> Text:
    colour = WORDS.get(task.verdict, "red")
    passed = f"{translate('tests', lang)} {task.passed}/{len(task.tests)}"
    earned = f"{translate('points', lang)} {task.points}/{task.max_points}"
    return Text.assemble(
        (f"{task.id:<4} ", "bold"),
        (f"{translate(task.verdict, lang):<8}", colour),
        f"  {passed}  {earned}  {task.title}",
    )


def _skipped(task: TaskResult, lang: str) -> list[RenderableType]:
    """How many tests this machine cannot run, and for want of what."""
    reasons = Counter(test.cause.message if test.cause else "" for test in task.skipped)
    return [
        indented(
            f"{count} {translate('skipped:', lang)} {translate_error(why, lang)}", 2, style="yellow"
        )
        for why, count in reasons.items()
    ]


def _rest(task: TaskResult, lang: str) -> list[RenderableType]:
    """The failures behind the first one, by name, and how many tests wait for it."""
    wrong = [t for t in task.tests if t.verdict not in NO_FAILURE]
    waiting = [t for t in wrong if t.verdict in (Verdict.BLOCKED, Verdict.NOT_RUN)]
    more = [t for t in wrong if t not in waiting and t is not task.first_failure]
    lines = []
    if more:
        names = ", ".join(_short(test) for test in more[:NAMES_SHOWN])
        dots = ", …" if len(more) > NAMES_SHOWN else ""
        lines.append(f"{len(more)} {translate('more fail', lang)}: {names}{dots}")
    if waiting:
        lines.append(f"{len(waiting)} {translate('wait for this', lang)}")
    return [indented(line, 2, style="dim") for line in lines]


def _short(test: TestResult) -> str:
    return test.name.rsplit("::", maxsplit=1)[-1].removeprefix("test_")


def _advice(task: TaskResult, lang: str, needs: Needs) -> list[RenderableType]:
    """The known mistake that this looks like, else what to do first, else where a question is."""
    words = [translate("This looks like: ", lang), translate("or: ", lang)]
    parts = []
    for word, case in zip(words, diagnose(task), strict=False):
        title, question = case.title.in_(lang), case.hint.in_(lang)
        parts += [indented(f"{word}{title}", 2, style="bold"), indented(question, 2)]
    if not parts and (first := needs.get(task.id)):
        what = f"{task.id} {translate('builds on', lang)} {', '.join(first)}"
        way = f"{translate('which does not pass yet:', lang)} checks run {first[0]}"
        parts.append(indented(f"{what}, {way}", 2, style="bold"))
    return parts or [Text(f"  {translate('a question:', lang)} checks hint {task.id}", style="dim")]


def hint(task: Task, hints: Sequence[Hint], number: int, lang: str) -> RenderableType:
    """Hint `number`, from 1; after the last one, where an answer is."""
    one = hints[number - 1]
    head = f"{task.id}, {translate('hint', lang)} {number} {translate('of', lang)} {len(hints)}"
    from rich.markdown import Markdown  # dear to load, and seldom needed

    shown = Markdown(one.text, code_theme="ansi_dark", hyperlinks=False)
    parts: list[RenderableType] = [Text(f"{head}: {one.question}\n"), shown]
    if number == len(hints):
        last = f"\n{translate('The last one. An answer:', lang)} checks solution {task.id}"
        parts.append(Text(last, style="dim"))
    return Group(*parts)


def console(*, stderr: bool = False) -> Console:
    """The terminal, or plain text of at least 80 columns where there is none."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not made.is_terminal and made.width < 100:
        made.width = 100
    return made
