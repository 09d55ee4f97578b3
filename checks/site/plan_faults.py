"""The pages "where the plan bites": one for each day, and `bites.md`, which leads to them.

Of each task a day's page has: what the statement says of the plan; mistakes as code, each with a
test that fails on it and the fix; what was measured; and every known mistake with its test.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from checks.course.course import Course, Day, Task, read_statement
from checks.diagnosis.signatures import Signature, load_signatures
from checks.results.catalogue import Case
from checks.site import fault_words, words
from checks.site.markdown import collapsed_block, fence, file_block, replace_links
from checks.site.measurements import measured
from checks.site.mistake_code import mistaken_files
from checks.site.pages import task_path
from checks.site.shown_mistakes import Shown, read_shown

PATH = "bites.md"


def day_path(day: Day) -> str:
    """Where a day's page stands in the site."""
    return f"day{day.number}/{PATH}"


def plan_faults_pages(course: Course, tree: str, lang: str) -> dict[str, str]:
    """All pages of a language by their paths.

    Raises CourseError for an invalid statement, list or patch.
    """
    shown = read_shown(course)
    pages = {PATH: _overview(course, shown, lang)}
    for day in course.days:
        pages[day_path(day)] = _day_page(course, tree, day, shown, lang)
    return pages


def _day_page(course: Course, tree: str, day: Day, shown: Mapping[str, Shown], lang: str) -> str:
    number, signatures = day.number, load_signatures()
    title = fault_words.DAY_TITLE.in_(lang).format(number=number)
    parts = [f"# {title} {{#bites}}", fault_words.DAY_INTRO.in_(lang).format(number=number)]
    for task in day.tasks:
        of_task = shown[task.id]
        parts += _task_section(course, course.root / tree, task, lang)
        parts += _code_section(course.root / tree / day.folder, of_task, signatures, lang)
        parts += (_measured(course.root, number, name, lang) for name in of_task.measured)
        parts.append(_table(of_task, signatures, lang))
    return "\n\n".join(parts) + "\n"


def _overview(course: Course, shown: Mapping[str, Shown], lang: str) -> str:
    """The days, their tasks, and how many mistakes are known and shown."""
    total = sum(len(each.mistakes) for each in shown.values())
    rows = [fault_words.DAYS_HEAD.in_(lang)]
    for day in course.days:
        name = words.DAY.in_(lang).format(number=day.number).replace(" ", "&nbsp;")
        link = f"[{name}]({day_path(day)})"
        tasks = ", ".join(
            f"[{task.id} {task.title.in_(lang)}]({day_path(day)}#{_anchor(task)})"
            for task in day.tasks
        )
        known = sum(len(shown[task.id].mistakes) for task in day.tasks)
        rows.append(f"| {link} | {tasks} | {known} |")
    intro = fault_words.INTRO.in_(lang).format(total=total)
    return (
        "\n\n".join([f"# {fault_words.TITLE.in_(lang)} {{#bites}}", intro, "\n".join(rows)]) + "\n"
    )


def _anchor(task: Task) -> str:
    return f"task-{task.id.replace('.', '-').lower()}"


def _task_section(course: Course, tree: Path, task: Task, lang: str) -> Iterator[str]:
    """The heading, with a link to the task, and what its statement says of the plan."""
    statement = tree / course.task_day(task).folder / task.statement_in(lang)
    text = read_statement(statement).sections["bites"]
    yield f"## {task.id} [{task.title.in_(lang)}]({task.key}.md) {{#{_anchor(task)}}}"
    yield replace_links(text.strip(), _targets(course))


def _code_section(
    folder: Path, shown: Shown, signatures: Mapping[str, Signature], lang: str
) -> Iterator[str]:
    """Each mistake that is shown: the code, the test that fails on it, the fix behind a click."""
    for case in shown.shown:
        yield f"**{case.title.in_(lang)}.** {case.hint.in_(lang)}"
        files = mistaken_files(case.patch, _read_paths(folder, case.patch))
        yield from (file_block(each.path, each.usual_code) for each in files if each.usual_code)
        signature = signatures.get(case.id, Signature({}))
        yield fault_words.TEST_FAILS.in_(lang).format(test=signature.shown.rpartition("::")[2])
        yield fence(signature.says, "text")
        fixes = (fence(each.fix, f'{{ .diff title="{each.path}" }}') for each in files)
        yield collapsed_block("success", fault_words.FIX.in_(lang), "\n\n".join(fixes))


def _read_paths(folder: Path, patch: str) -> dict[str, str]:
    """The texts of the solution's files that a patch names."""
    names = (line[6:].split()[0] for line in patch.splitlines() if line.startswith("--- a/"))
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def _measured(root: Path, day: int, name: str, lang: str) -> str:
    """What a section of the day's measurements printed, and its program behind a click."""
    code, output = measured(root, day, name)
    program = collapsed_block("abstract", fault_words.PROGRAM.in_(lang), fence(code, "python"))
    return f"{fault_words.MEASURED.in_(lang)}\n\n{fence(output, 'text')}\n\n{program}"


def _table(shown: Shown, signatures: Mapping[str, Signature], lang: str) -> str:
    rows = [fault_words.MISTAKES_HEAD.in_(lang)]
    rows += [
        f"| {_cell(case.title.in_(lang))} | {_failing_test(case, signatures)} |"
        for case in shown.mistakes
    ]
    title = fault_words.MISTAKES.in_(lang).format(count=len(shown.mistakes))
    return collapsed_block("bug", title, "\n".join(rows))


def _failing_test(case: Case, signatures: Mapping[str, Signature]) -> str:
    """The first test that fails on the mistake; a blocked test proves nothing."""
    return f"`{_cell(signatures.get(case.id, Signature({})).shown.rpartition('::')[2])}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _targets(course: Course) -> dict[str, str]:
    """Links between statements, as pages of the site, from a folder of a day."""
    return {
        name.rpartition("/")[2]: f"../{task_path(task)}"
        for task in course.tasks
        for name in (task.statement, task.statement_in("ru"))
    }
