"""The pages that are made from the course: pure functions from its data to Markdown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checks.course.course import DAYS, Course, Day, Hint, Task
from checks.errors import CourseError
from checks.messages.durations import duration
from checks.site import words
from checks.site.answer_sections import answer_sections
from checks.site.answers import Answer
from checks.site.markdown import (
    collapsed_block,
    fence,
    file_block,
    lines_outside_code,
    pin_heading_ids,
    replace_links,
)
from checks.site.words import BONUS_POINTS, POINTS

DAYS_PLACEHOLDER = "<!-- days -->"
ADDRESS_PLACEHOLDER = "CLONE-ADDRESS"


@dataclass(frozen=True)
class TaskSource:
    """The files of a task, read: its statement in one language, its tests, its answers."""

    statement: str
    hints: Sequence[Hint]
    tests: str
    answers: Sequence[Answer]


def chapter_path(day: Day) -> str:
    """Where a day's chapter stands in the site."""
    return f"day{day.number}/index.md"


def task_path(task: Task) -> str:
    """Where a task's page stands. It is named by the key, which never changes."""
    return f"day{task.day}/{task.key}.md"


def days_table(course: Course, lang: str) -> str:
    """The seven days; those that are written link to their chapters."""
    written = {day.number: day for day in course.days}
    rows = [words.DAYS_HEAD.in_(lang)]
    for planned in DAYS:
        title, day = planned.title.in_(lang), written.get(planned.number)
        if day is None:
            rows.append(f"| {planned.number} | {title} | {words.NOT_WRITTEN.in_(lang)} | | |")
            continue
        link = f"[{title}]({chapter_path(day)})"
        rows.append(_days_row(str(planned.number), link, day.required, lang))
    for day in course.days:
        if day.bonus:
            link = f"[{words.BONUS.in_(lang)}]({chapter_path(day)}#bonus)"
            rows.append(_days_row("B", link, day.bonus, lang, sign="+"))
    return "\n".join(rows)


def _days_row(name: str, link: str, tasks: Sequence[Task], lang: str, sign: str = "") -> str:
    points = sum(task.points for task in tasks)
    minutes = duration(sum(task.minutes for task in tasks), lang)
    return f"| {name} | {link} | {len(tasks)} | {sign}{points} | {minutes} |"


def fill_placeholders(page: str, course: Course, lang: str) -> str:
    """The page with the table of days, and the address to clone, in place of their placeholders."""
    page = page.replace(ADDRESS_PLACEHOLDER, words.CLONE_ADDRESS)
    return page.replace(DAYS_PLACEHOLDER, days_table(course, lang))


def chapter(day: Day, readme: str, english: str, lang: str) -> str:
    """A day's chapter: its morning page, then its tasks.

    `english` gives the headings' ids. Raises CourseError when the headings do not match.
    """
    suffix = ".ru.md" if lang == "ru" else ".md"
    targets = {task.statement_in(lang): f"{task.key}.md" for task in day.tasks}
    targets |= {task.statement: f"{task.key}.md" for task in day.tasks}
    titled = _with_title_id(readme, f"day-{day.number}", f"{day.folder}/README{suffix}")
    body = replace_links(pin_heading_ids(titled, english, f"{day.folder}/README{suffix}"), targets)
    parts = [body.rstrip(), f"## {words.TASKS.in_(lang)} {{#tasks}}", _tasks(day.required, lang)]
    if day.bonus:
        heading = f"## {words.BONUS.in_(lang)} {{#bonus}}"
        parts += [heading, words.BONUS_INTRO.in_(lang), _tasks(day.bonus, lang)]
    return "\n\n".join(parts) + "\n"


def _tasks(tasks: Sequence[Task], lang: str) -> str:
    """A table of tasks with their points and minutes."""
    rows = [words.TASKS_HEAD.in_(lang)]
    for task in tasks:
        link = f"[{task.title.in_(lang)}]({task.key}.md)"
        rows.append(f"| {task.id} | {link} | {task.points} | {duration(task.minutes, lang)} |")
    return "\n".join(rows)


def task_page(task: Task, task_source: TaskSource, lang: str, others: Mapping[str, Task]) -> str:
    """A task's page: the statement with folded hints, then answer, diff and tests, collapsed.

    `others` are the course's tasks by id. Raises CourseError for a statement without a title.
    """
    targets = {_file_name(t.statement_in(lang)): _relative_path(t, task) for t in others.values()}
    targets |= {_file_name(t.statement): _relative_path(t, task) for t in others.values()}
    text = replace_links(
        _with_title_id(task_source.statement, "task", task.statement_in(lang)), targets
    )
    title, _, rest = text.partition("\n")
    parts = [
        title,
        task_facts(task, lang, others),
        collapse_hints(rest, task_source.hints).strip(),
        f"## {words.ANSWER.in_(lang)} {{#answer {words.NOT_SEARCHED}}}",
        answer_sections(task_source.answers, lang),
        f"## {words.TESTS.in_(lang)} {{#tests {words.NOT_SEARCHED}}}",
        collapsed_block(
            "example", words.SHOW_TESTS.in_(lang), file_block(task.test, task_source.tests)
        ),
    ]
    return "\n\n".join(parts)


def task_facts(task: Task, lang: str, others: Mapping[str, Task]) -> str:
    """Points, time, the tasks before it; the files to edit; the command to run."""
    points = (BONUS_POINTS if task.is_bonus else POINTS).of(task.points, lang)
    facts = [points, duration(task.minutes, lang)]
    required_tasks = [others[id_] for id_ in task.builds_on if id_ in others]
    if required_tasks:
        links = ", ".join(
            f"[{t.id} {t.title.in_(lang)}]({_relative_path(t, task)})" for t in required_tasks
        )
        facts.append(f"{words.BUILDS_ON.in_(lang)} {links}")
    edit = ", ".join(f"`{path}`" for path in task.edit)
    return (
        f"{' · '.join(facts)}\n{{ .task-facts }}\n\n"
        f"{words.EDIT.in_(lang)}: {edit}\n\n{words.CHECK.in_(lang)}:\n\n"
        + fence(f"checks run {task.id}", "sh")
    )


def collapse_hints(text: str, hints: Sequence[Hint]) -> str:
    """The statement with each hint folded under its question."""
    lines = text.splitlines()
    sections = [n for n, line in lines_outside_code(text) if re.match(r"## ", line)]
    start = next((n for n in sections if "{#hints}" in lines[n].replace(" ", "")), None)
    if start is None:
        return text
    end = next((n for n in sections if n > start), len(lines))
    first = next((n for n in range(start, end) if lines[n].startswith("### ")), end)
    collapsed = "\n".join(collapsed_block("question", hint.question, hint.text) for hint in hints)
    return "\n".join([*lines[:first], collapsed, *lines[end:]])


def page_title(text: str) -> str:
    """What stands in the page's first line, without its id."""
    return text.partition("\n")[0].removeprefix("# ").partition(" {#")[0]


def _with_title_id(text: str, anchor: str, name: str) -> str:
    """The text with an id on its title, the same in both languages."""
    title, newline, rest = text.lstrip("\ufeff\n").partition("\n")
    if not title.startswith("# "):
        raise CourseError(f"{name} must begin with its title, one `# Title` line")
    pinned = title if "{#" in title else f"{title.rstrip()} {{#{anchor}}}"
    return pinned + newline + rest


def _file_name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _relative_path(other: Task, task: Task) -> str:
    return f"{other.key}.md" if other.day == task.day else f"../{task_path(other)}"
