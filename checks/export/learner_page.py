"""A learner's page: each task with its state, the reason it does not pass, and the next hint.

It is handed to the learner. It has no log and no test, and nothing of anybody else's work.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from checks.course.course import Course, Text, find_root, load_course, read_statement
from checks.errors import CourseError
from checks.export.graded import GradedRow
from checks.export.page import paragraph, text
from checks.export.states import State, state_of
from checks.export.stories import Story
from checks.messages import report
from checks.messages.errors_ru import translate_error
from checks.messages.messages import translate
from checks.results.model import TaskResult, Verdict


@dataclass(frozen=True)
class TaskTexts:
    """A task's title and the first hint of its statement."""

    title: str
    question: str
    hint: str


def task_texts(course: Course, lang: str) -> Mapping[str, TaskTexts]:
    """The texts of each task, by id. Raises CourseError for a statement that cannot be read."""
    texts = {}
    for task in course.tasks:
        folder = course.root / "days" / course.task_day(task).folder
        first = read_statement(folder / task.statement_in(lang)).hints[0]
        texts[task.id] = TaskTexts(task.title.in_(lang), first.question, first.text)
    return texts


def texts_here(lang: str) -> Mapping[str, TaskTexts]:
    """The texts of the workbook around the current folder; a report needs none, so {} elsewhere."""
    try:
        root = find_root()
    except CourseError:
        return {}
    return task_texts(load_course(root), lang)


def learner_page(
    row: GradedRow, stories: Mapping[str, Story], texts: Mapping[str, TaskTexts], lang: str
) -> list[str]:
    """The parts of one person's page."""
    states = {task.id: state_of(row, task) for task in row.tasks}
    chips = (
        f'<li><a class="{states[task.id].css}" href="#t-{text(task.id)}">{text(task.id)} '
        f"{states[task.id].symbol}<i>{states[task.id].word(lang)}</i></a></li>"
        for task in row.tasks
    )
    parts = [
        f'<h1 dir="auto">{text(row.name)}</h1>',
        paragraph(f"{report.POINTS.in_(lang)}: {row.score}"),
        *(paragraph(translate_error(why, lang)) for why in row.review_reasons),
        f'<nav><ul class="chips">{"".join(chips)}</ul></nav>',
    ]
    for task in row.tasks:
        told = stories.get(task.id)
        parts += _section(task, states[task.id], told, texts.get(task.id), lang)
    return parts


def _section(
    task: TaskResult, state: State, story: Story | None, texts: TaskTexts | None, lang: str
) -> Iterable[str]:
    title = texts.title if texts else task.title
    points = translate("bonus points" if task.is_bonus else "points", lang)
    tests = report.TESTS_PASS.in_(lang).format(passed=task.passed, all=len(task.tests))
    yield (
        f'<h2 id="t-{text(task.id)}"><b class="{state.css}">{state.symbol}</b> '
        f"{text(task.id)} {text(title)}</h2>"
    )
    yield paragraph(f"{state.word(lang)} · {tests} · {points} {task.points}/{task.max_points}")
    if (note := _note(task, state)) is not None:
        yield paragraph(note.in_(lang))
    if story is None:
        return
    yield paragraph(story.test, "test")
    yield f"<pre>{text(_told(story, lang))}</pre>"
    if state is not State.UNJUDGED:
        yield from _hint(task, story, texts, lang)


def _note(task: TaskResult, state: State) -> Text | None:
    """Why there is no verdict; of an archive that cannot be read the page says it once, above."""
    if state is State.MISSING:
        return report.MISSING_NOTE
    if state is State.UNJUDGED and task.verdict is Verdict.SKIPPED:
        return report.SKIPPED_NOTE
    return report.UNJUDGED_NOTE if state is State.UNJUDGED and task.tests else None


def _hint(task: TaskResult, story: Story, texts: TaskTexts | None, lang: str) -> Iterable[str]:
    """The question for the mistake that this looks like; else the task's first hint."""
    for each in story.named:
        like = report.BY_SCRIPT["like"].in_(lang)
        body = f"<b>{like}: {text(each.title.in_(lang))}</b><br>{text(each.hint.in_(lang))}"
        yield f'<p class="hint">{body}</p>'
    if texts and not story.named:
        title = f"{report.NEXT_HINT.in_(lang)}: {texts.question}"
        more = report.MORE_HINTS.in_(lang).format(task=task.id)
        yield (
            f'<div class="hint"><b>{text(title)}</b><p class="words">{text(texts.hint)}</p>'
            f"{paragraph(more)}</div>"
        )


def reason(message: str) -> str:
    """What a test says of a failure, without the comparison that pytest prints below it."""
    lines = message.splitlines()
    said = list(takewhile(lambda line: not line.startswith("assert "), lines))
    return "\n".join(said)


def _told(story: Story, lang: str) -> str:
    frame = f"{report.LEARNERS_CODE.in_(lang)} {story.frame}" if story.frame else ""
    lines = [
        reason(story.message),
        f"→ {story.request}" if story.request else "",
        f"← {story.answer}" if story.answer else "",
        *(f"SQL {statement}" for statement in story.statements),
        frame,
    ]
    return "\n".join(filter(None, lines))
