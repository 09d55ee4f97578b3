"""What is next: which task, what to open, at which line, and which commands to type."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from rich.text import Text

from checks.course.course import Course, Day, Task
from checks.messages.messages import translate
from checks.results.model import NO_FAILURE, Verdict

REGION_MARKER = "region task "


def next_task(
    course: Course, verdicts: Mapping[str, Verdict], at_hand: Task | None = None
) -> Task | None:
    """The first open task from `at_hand` on; None when nothing is open.

    First the rest of its day and what was left out before it there, then the later days, then the
    earlier ones. A task that this machine cannot run is not open. A bonus task is next only for a
    learner who has begun nothing else.
    """
    bonus = _first_open(course.bonus, verdicts) if _is_bonus_alone(course, verdicts) else None
    return bonus or _first_open(_in_order(course, at_hand), verdicts)


def _is_bonus_alone(course: Course, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether bonus tasks have been run, and no task of a day."""
    begun = [
        any(verdicts.get(task.key, Verdict.NOT_RUN) is not Verdict.NOT_RUN for task in tasks)
        for tasks in (course.bonus, course.required)
    ]
    return begun == [True, False]


def following_task(course: Course, verdicts: Mapping[str, Verdict], task: Task) -> Task | None:
    """The open task that comes after this one, whatever this one's verdict is."""
    return _first_open([other for other in _in_order(course, task) if other != task], verdicts)


def day_at_hand(
    course: Course, verdicts: Mapping[str, Verdict], at_hand: Task | None = None
) -> Day | None:
    """The day of the next task, else that of the task at hand; None stands for all days."""
    task = next_task(course, verdicts, at_hand) or at_hand
    return course.task_day(task) if task else None


def _in_order(course: Course, at_hand: Task | None) -> list[Task]:
    """The required tasks, beginning with the task at hand."""
    if at_hand is None:
        return list(course.required)
    today = course.task_day(at_hand)
    at = today.tasks.index(at_hand)
    days = [
        today.tasks[at:],
        today.tasks[:at],
        *(day.tasks for day in course.days if day.number > today.number),
        *(day.tasks for day in course.days if day.number < today.number),
    ]
    return [task for tasks in days for task in tasks if not task.is_bonus]


def _first_open(tasks: Iterable[Task], verdicts: Mapping[str, Verdict]) -> Task | None:
    return next((t for t in tasks if verdicts.get(t.key) not in NO_FAILURE), None)


def next_step(
    course: Course,
    verdicts: Mapping[str, Verdict],
    lang: str = "en",
    at_hand: Task | None = None,
) -> Text:
    """What to open, at which line, and which command to run; `at_hand` as in `next_task`."""
    task = next_task(course, verdicts, at_hand)
    if task is None:
        return _after_the_last(course, verdicts, lang)
    if not task.is_bonus and _is_bonus_alone(course, verdicts):
        return _offer("Every bonus task passes.", "The days begin with:", task, lang)
    folder = Path("days") / course.task_day(task).folder
    # A line that is too long for the terminal wraps before a path, never inside it.
    alternative = translate("or", lang)
    lines = {
        "read": f"checks read {task.id} {alternative} {folder / task.statement_in(lang)}",
        "edit": place_to_edit(course.root / folder, task, folder, lang),
        "check": f"checks run {task.id} {alternative} pytest {folder}",
        "stuck": f"checks hint {task.id}",
    }
    return Text.assemble(
        (translate("Next: ", lang), "bold"),
        f"{task.id} {task.title.in_(lang)} ({task.minutes} {translate('min', lang)})",
        *(f"\n{translate(label, lang):<6} {line}" for label, line in lines.items()),
    )


def _after_the_last(course: Course, verdicts: Mapping[str, Verdict], lang: str) -> Text:
    """Nothing is left to do; a bonus task that is open is an offer."""
    bonus = _first_open(course.bonus, verdicts)
    return _offer("Every task that is written passes.", "For extra points:", bonus, lang)


def _offer(sentence: str, offered: str, task: Task | None, lang: str) -> Text:
    """The sentence, and which task one might do now, if there is one."""
    text = Text(translate(sentence, lang))
    if task is not None:
        title = f"{task.id} {task.title.in_(lang)}"
        command = f"{translate('read', lang):<6} checks read {task.id}"
        text.append(f"\n{translate(offered, lang)} {title}\n{command}")
    return text


def place_to_edit(tree: Path, task: Task, shown_folder: Path, lang: str = "en") -> str:
    """The first file of the task, as `path:line` of its marker; a missing file is called new.

    A pattern is returned as it is.
    """
    if not task.edit:
        return str(shown_folder)
    name = task.edit[0]
    if "*" in name:
        return str(shown_folder / name)
    if not (tree / name).is_file():
        return f"{translate('new file:', lang)} {shown_folder / name}"
    lines = (tree / name).read_text(encoding="utf-8", errors="replace").splitlines()
    marker = f"{REGION_MARKER}{task.id}"
    marker_lines = [n for n, line in enumerate(lines, 1) if line.strip().endswith(marker)]
    if not marker_lines:
        return str(shown_folder / name)
    # The work begins at a region that holds more than imports.
    code_lines = [number for number in marker_lines if not _imports_only(lines[number:])]
    return f"{shown_folder / name}:{(code_lines or marker_lines)[0]}"


def _imports_only(lines: Sequence[str]) -> bool:
    """Whether a region, from its first line on, holds imports and nothing else."""
    region = takewhile(lambda line: line.strip() != "# endregion", lines)
    code = [line for line in region if line.strip()]
    keywords = ("import ", "from ")
    return (
        code[:1] != []
        and code[0].startswith(keywords)
        and all(line.startswith((*keywords, " ", ")")) for line in code)
    )
