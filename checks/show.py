"""How results look in a terminal; everything that a person reads of a run is put here."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.text import Text

from checks.course import Hint, Task
from checks.diagnose import diagnose
from checks.results import Cause, Results, TaskResult, TestResult, Verdict
from checks.words import say

WORDS = {Verdict.PASS: "green", Verdict.BLOCKED: "yellow", Verdict.NOT_RUN: "dim"}
SQL_SHOWN = 10
SQL_WIDTH = 200


def results(found: Results, lang: str) -> RenderableType:
    """Every task's line; under each that does not pass, its first failure as a story."""
    parts: list[RenderableType] = []
    for task in found.tasks:
        parts.append(task_line(task, lang))
        if task.first_failure is not None:
            parts += [failure(task.first_failure, lang), _hint(task, lang), Text()]
    parts += [Text(note, style="magenta") for note in found.notes]
    if found.contained:
        parts.append(Text(say("run in the sandbox", lang), style="dim"))
    return Group(*parts)


def task_line(task: TaskResult, lang: str) -> Text:
    colour = WORDS.get(task.verdict, "red")
    passed = f"{say('tests', lang)} {task.passed}/{len(task.tests)}"
    earned = f"{say('points', lang)} {task.points}/{task.max_points}"
    return Text.assemble(
        (f"{task.id:<4} ", "bold"),
        (f"{say(task.verdict, lang):<8}", colour),
        f"  {passed}  {earned}  {task.title}",
    )


def failure(test: TestResult, lang: str) -> RenderableType:
    """The first thing that is wrong: the promise, the exchange, the SQL, the learner's line."""
    cause = test.cause or Cause(say("no cause was recorded", lang))
    first, *rest = cause.message.splitlines() or [""]
    lines = [Text(f"  {test.name.split('::')[-1]}", style="bold"), Text(f"  {first}", style="red")]
    lines += [Text(f"    {line}", style="dim") for line in rest]
    lines += _evidence(cause, lang)
    return Group(*lines)


def _evidence(cause: Cause, lang: str) -> list[Text]:
    lines: list[Text] = []
    if cause.exchange:
        status = cause.exchange.status or say("no answer", lang)
        lines.append(Text(f"    → {cause.exchange.method} {cause.exchange.path}"))
        if cause.exchange.request:
            lines.append(Text(f"      {cause.exchange.request}", style="dim"))
        lines.append(Text(f"    ← {status} {cause.exchange.response}"))
    lines += [
        Text(f"    SQL {shortened(statement)}", style="dim")
        for statement in cause.statements[-SQL_SHOWN:]
    ]
    if cause.frame:
        lines.append(Text(f"    {say('your code', lang)} {cause.frame}", style="bold"))
    if cause.log and not cause.exchange:
        lines += [Text(f"    {line}", style="dim") for line in cause.log.splitlines()[-8:]]
    return lines


def shortened(statement: str) -> str:
    """A statement on one line; what is cut off is shown to be."""
    text = " ".join(statement.split())
    return text if len(text) <= SQL_WIDTH else f"{text[:SQL_WIDTH]}…"


def _hint(task: TaskResult, lang: str) -> Text:
    case = diagnose(task)
    if case is not None:
        looks_like = (f"  {say('This looks like: ', lang)}", "bold")
        return Text.assemble(looks_like, f"{case.title.in_(lang)}\n  {case.hint.in_(lang)}")
    return Text(f"  {say('a question:', lang)} checks hint {task.id}", style="dim")


def hint(task: Task, hints: Sequence[Hint], number: int, lang: str) -> RenderableType:
    """Hint `number`, from 1; after the last one, where an answer is."""
    one = hints[number - 1]
    head = f"{task.id}, {say('hint', lang)} {number} {say('of', lang)} {len(hints)}"
    parts = [Text(f"{head}: {one.question}\n\n{one.text}")]
    if number == len(hints):
        last = f"\n{say('The last one. An answer:', lang)} checks solution {task.id}"
        parts.append(Text(last, style="dim"))
    return Group(*parts)


def console(*, stderr: bool = False) -> Console:
    """The terminal, or plain text of at least 80 columns where there is none."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not made.is_terminal and made.width < 100:
        made.width = 100
    return made
