"""The debrief of a task that passes, its answered question, and the two commands of a pass."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.text import Text

from checks.course.course import DAYS, Course, Day, Task, read_statement
from checks.course.quiz import Question
from checks.diagnosis.debrief import Debrief, Design
from checks.errors import CourseError
from checks.messages import debrief_and_history as texts
from checks.results.model import NO_FAILURE, Verdict
from checks.terminal.failure import indented
from checks.workspace.commit import CommitOffer


def render_debrief(course: Course, task: Task, debrief: Debrief, lang: str) -> RenderableType:
    """What to read, from the statement; what others do; last, above the prompt, the question."""
    parts: list[RenderableType] = [Text(f"{task.id} {task.title.in_(lang)}", style="bold")]
    folder = course.root / "days" / course.task_day(task).folder
    reading = read_statement(folder / task.statement_in(lang)).sections.get("read")
    if reading:
        parts += [_heading(texts.READ.in_(lang)), Markdown(reading, hyperlinks=False)]
    parts += _designs(task, debrief.designs, lang)
    if debrief.question is not None:
        parts += _question(task, debrief.question, lang)
    return Group(*parts)


def render_answer(task: Task, debrief: Debrief, number: int, lang: str) -> RenderableType:
    """Whether the option with this number, from 1, is right and why; then the other reasons.

    Raises CourseError for a number that no option has.
    """
    question = debrief.question
    if question is None:
        raise CourseError(texts.NO_QUESTION.in_(lang).format(task=task.id))
    if number > len(question.shown):
        sentence = texts.NO_SUCH_OPTION.in_(lang)
        raise CourseError(sentence.format(task=task.id, count=len(question.shown)))
    chosen = question.shown[number - 1]
    others = [each for each in enumerate(question.shown, 1) if each[1] is not chosen]
    verdict = (texts.RIGHT if chosen.is_right else texts.WRONG).in_(lang)
    parts: list[RenderableType] = [
        Text(verdict, style="bold green" if chosen.is_right else "bold red"),
        indented(plain(chosen.why.in_(lang)), 2),
    ]
    if chosen.is_right:
        parts.append(_heading(texts.OTHERS.in_(lang)))
        for place, option in others:
            parts.append(indented(f"{place}. {plain(option.text.in_(lang))}", 2))
            parts.append(indented(plain(option.why.in_(lang)), 5, style="dim"))
    return Group(*parts)


def finished_day(course: Course, task: Task, verdicts: Mapping[str, Verdict]) -> Day | None:
    """The task's day, once all that it consists of passes."""
    day = course.task_day(task)
    return day if all(verdicts.get(each.key) in NO_FAILURE for each in day.required) else None


def render_pass(
    tasks: Sequence[Task], offer: CommitOffer | None, finished: Day | None, lang: str
) -> Text:
    """After a pass: what commits it, what shows its debrief, and the habits that end a day."""
    lines = {texts.DEBRIEF.in_(lang): f"checks debrief {tasks[0].id}"}
    if offer is not None:
        lines = {texts.COMMIT.in_(lang): offer.command, **lines}
    if finished is not None:
        lines[texts.NOTES.in_(lang)] = texts.NOTES_LINE.in_(lang)
        days = [day.folder for day in DAYS if finished.number - 1 <= day.number <= finished.number]
        lines[texts.REVIEW.in_(lang)] = f"git log -p -- {' '.join(f'days/{day}' for day in days)}"
    return Text("\n".join(f"{label:<6} {line}" for label, line in lines.items()))


def plain(text: str) -> str:
    """A text of the quiz without the backticks that make code of it on the site."""
    return text.replace("`", "")


def _question(task: Task, question: Question, lang: str) -> list[RenderableType]:
    parts: list[RenderableType] = [
        _heading(texts.QUESTION.in_(lang)),
        indented(plain(question.ask.in_(lang)), 2),
    ]
    parts += [
        indented(f"{number}. {plain(option.text.in_(lang))}", 2)
        for number, option in enumerate(question.shown, 1)
    ]
    command = f"checks debrief {task.id} 1…{len(question.shown)}"
    return [*parts, indented(texts.ANSWER.in_(lang).format(command=command), 2, style="dim")]


def _designs(task: Task, designs: tuple[Design, ...], lang: str) -> list[RenderableType]:
    if not designs:
        return [Text(), Text(texts.NO_OTHERS.in_(lang))]
    parts: list[RenderableType] = [_heading(texts.DESIGNS.in_(lang))]
    parts += [indented(f"· {each.title.in_(lang)} ({each.name})", 2) for each in designs]
    if any(each.patch for each in designs):
        command = f"checks debrief {task.id} --design {designs[0].name}"
        parts.append(indented(f"{texts.DESIGN_CODE.in_(lang)} {command}", 2, style="dim"))
    return parts


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")
