"""What stands at the bottom of `checks watch`: the tasks of the day, and the keys."""

from rich.text import Text

from checks.course.course import Course, Task
from checks.messages.messages import translate
from checks.results.model import Verdict
from checks.terminal.board import mark
from checks.terminal.fitting import joined
from checks.workspace import progress

OTHER_KEYS = {"p": "previous", "r": "run again", "b": "board", "q": "quit"}
KEYS = {"n": "next task", "h": "hint", **OTHER_KEYS}
KEYS_OF_A_PASS = {"n": "next task", "c": "commit", "d": "debrief", **OTHER_KEYS}


def bar_and_keys(course: Course, task: Task, lang: str, width: int) -> list[Text]:
    """The day's tasks, each with the mark of its verdict, the current one in brackets; the keys.

    No line is longer than `width`, and no task and no key is broken.
    """
    known = progress.verdicts(course)
    marks: list[Text] = []
    for each in course.task_day(task).tasks:
        label, colour = mark(known.get(each.key, Verdict.NOT_RUN))
        style = f"{colour} reverse" if each == task else colour
        name = f"{each.id} {label[0]}"
        marks.append(Text(f"[{name}]" if each == task else name, style=style))
    keys = KEYS_OF_A_PASS if known.get(task.key) is Verdict.PASS else KEYS
    words = [Text(f"{key} {translate(label, lang)}", style="dim") for key, label in keys.items()]
    return [*joined(marks, width), *joined(words, width)]
