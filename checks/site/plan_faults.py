"""The page `bites.md`: the faults of the plan's snippets, and each known mistake with its test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.course.course import Course, Task, read_statement
from checks.diagnosis.signatures import Signature, load_signatures
from checks.results.catalogue import Case, cases
from checks.results.model import Verdict
from checks.site import words
from checks.site.markdown import collapsed_block, replace_links
from checks.site.pages import task_path

PATH = "bites.md"


@dataclass(frozen=True)
class TaskFaults:
    """One task: its statement's section on the plan, and the mistakes that its tests catch."""

    task: Task
    text: str
    mistakes: Sequence[Case]


def plan_faults_page(course: Course, tree: str, lang: str) -> str:
    """The page in one language. Raises CourseError for an invalid statement or patch."""
    signatures = load_signatures()
    total = 0
    lines = []
    for day in course.days:
        title = words.DAY.in_(lang).format(number=day.number)
        lines.append(f"## {title}. {day.title.in_(lang)} {{#day-{day.number}}}")
        for task in day.tasks:
            statement = course.root / tree / day.folder / task.statement_in(lang)
            text = read_statement(statement).sections["bites"]
            faults = TaskFaults(
                task, replace_links(text.strip(), _targets(course)), cases(task.id, "mistakes")
            )
            total += len(faults.mistakes)
            lines += _task_section(faults, signatures, lang)
    header = [
        f"# {words.BITES.in_(lang)} {{#bites}}",
        words.BITES_INTRO.in_(lang).format(total=total),
    ]
    return "\n\n".join([*header, *lines]) + "\n"


def _task_section(
    faults: TaskFaults, signatures: Mapping[str, Signature], lang: str
) -> Iterator[str]:
    task = faults.task
    anchor = f"task-{task.id.replace('.', '-').lower()}"
    yield f"### {task.id} [{task.title.in_(lang)}]({task_path(task)}) {{#{anchor}}}"
    yield faults.text
    rows = [words.MISTAKES_HEAD.in_(lang)]
    rows += [
        f"| {_cell(case.title.in_(lang))} | {_failing_test(case, signatures)} |"
        for case in faults.mistakes
    ]
    title = words.MISTAKES.in_(lang).format(count=len(faults.mistakes))
    yield collapsed_block("bug", title, "\n".join(rows))


def _failing_test(case: Case, signatures: Mapping[str, Signature]) -> str:
    """The first test that fails on the mistake; a blocked test proves nothing."""
    signature = signatures.get(case.id, Signature({}))
    blocked = Verdict.BLOCKED.value
    failing_tests = (name for name, verdict in signature.tests.items() if verdict != blocked)
    return f"`{_cell(next(failing_tests, '').rpartition('::')[2])}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _targets(course: Course) -> dict[str, str]:
    """Links between statements, as pages of the site."""
    return {
        name.rpartition("/")[2]: task_path(task)
        for task in course.tasks
        for name in (task.statement, task.statement_in("ru"))
    }
