"""Where the plan bites: what its snippets would do to you, and each known mistake with its test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.course.course import Course, Task, read_statement
from checks.results.catalogue import Case, Signature, cases, load_signatures
from checks.results.model import Verdict
from checks.site import words
from checks.site.markdown import fold, relink
from checks.site.pages import task_path

PATH = "bites.md"


@dataclass(frozen=True)
class Bite:
    """One task: what its statement says of the plan, and the mistakes that its tests catch."""

    task: Task
    text: str
    mistakes: Sequence[Case]


def bites_page(course: Course, tree: str, lang: str) -> str:
    """The page of a language. Raises CourseError for a statement or a patch that is off."""
    signatures = load_signatures()
    total = 0
    lines = []
    for day in course.days:
        title = words.DAY.in_(lang).format(number=day.number)
        lines.append(f"## {title}. {day.title.in_(lang)} {{#day-{day.number}}}")
        for task in day.tasks:
            statement = course.root / tree / day.folder / task.statement_in(lang)
            text = read_statement(statement).sections["bites"]
            bite = Bite(task, relink(text.strip(), _targets(course)), cases(task.id, "mistakes"))
            total += len(bite.mistakes)
            lines += _section(bite, signatures, lang)
    head = [
        f"# {words.BITES.in_(lang)} {{#bites}}",
        words.BITES_INTRO.in_(lang).format(total=total),
    ]
    return "\n\n".join([*head, *lines]) + "\n"


def _section(bite: Bite, signatures: Mapping[str, Signature], lang: str) -> Iterator[str]:
    task = bite.task
    anchor = f"task-{task.id.replace('.', '-').lower()}"
    yield f"### {task.id} [{task.title.in_(lang)}]({task_path(task)}) {{#{anchor}}}"
    yield bite.text
    rows = [words.MISTAKES_HEAD.in_(lang)]
    rows += [
        f"| {_cell(case.title.in_(lang))} | {_caught(case, signatures)} |" for case in bite.mistakes
    ]
    title = words.MISTAKES.in_(lang).format(count=len(bite.mistakes))
    yield fold("bug", title, "\n".join(rows))


def _caught(case: Case, signatures: Mapping[str, Signature]) -> str:
    """The first test that fails on it; the others may only be blocked behind it."""
    known = signatures.get(case.id, Signature({}))
    blocked = Verdict.BLOCKED.value
    failing = (name for name, how in known.tests.items() if how != blocked)
    return f"`{_cell(next(failing, '').rpartition('::')[2])}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _targets(course: Course) -> dict[str, str]:
    """Links between statements, as pages of the site."""
    return {
        name.rpartition("/")[2]: task_path(task)
        for task in course.tasks
        for name in (task.statement, task.statement_in("ru"))
    }
