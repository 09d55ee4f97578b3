"""The page of the plan's checklist: each line with its task, its test and its file."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Course, Text
from checks.errors import CourseError
from checks.site import words
from checks.site.pages import task_path

PATH = "checklist.md"
SOURCE = "docs/checklist.toml"


@dataclass(frozen=True)
class ChecklistLine:
    """One promise of a production backend; `place` is a path in the last day's solution."""

    title: Text
    task: str
    test: str
    place: str


def read_checklist(root: Path) -> tuple[ChecklistLine, ...]:
    """The lines of docs/checklist.toml. Raises CourseError for an incomplete one."""
    try:
        data = tomllib.loads((root / SOURCE).read_text(encoding="utf-8"))
        return tuple(ChecklistLine(Text(**each.pop("title")), **each) for each in data["lines"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CourseError(
            f"{SOURCE} cannot be read: {error}; see the lines that are there"
        ) from None


def checklist_page(course: Course, tree: str, lang: str) -> str:
    """The page in one language. Raises CourseError for a test or a place that does not exist."""
    rows = [words.CHECKLIST_HEAD.in_(lang)]
    lines = read_checklist(course.root)
    rows += [_row(course, tree, line, lang) for line in lines]
    of_plan = [line for line in lines if not course.task(line.task).is_bonus]
    intro = words.CHECKLIST_INTRO.in_(lang).format(count=len(of_plan))
    title = f"# {words.CHECKLIST.in_(lang)} {{#checklist}}"
    return "\n\n".join([title, intro, "\n".join(rows)]) + "\n"


def _row(course: Course, tree: str, line: ChecklistLine, lang: str) -> str:
    task = course.task(line.task)
    folder = course.root / tree / course.task_day(task).folder
    if f"def {line.test}(" not in (folder / task.test).read_text(encoding="utf-8"):
        raise CourseError(f"{SOURCE}: {task.test} has no {line.test}; name a test that proves it")
    last_day = course.days[-1].folder
    if not (course.root / tree / last_day / line.place).exists():
        raise CourseError(f"{SOURCE}: {last_day} has no {line.place}; say where it stands")
    link = f"[{task.id} {task.title.in_(lang)}]({task_path(task)})"
    promise = line.test.removeprefix("test_").replace("_", " ")
    proof = f"[{promise}]({task_path(task)}#tests)"
    return f"| {line.title.in_(lang)} | {link} | {proof} | `{line.place}` |"
