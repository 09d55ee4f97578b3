"""The table of a learner's attempts, and that of the snapshots."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from checks.course.course import Course
from checks.messages import debrief_and_history as texts
from checks.messages.messages import translate
from checks.results.model import Verdict
from checks.terminal.board import mark
from checks.workspace.attempts import Attempt
from checks.workspace.snapshot_store import Snapshot

SHOWN = 15  # with the lines around them a terminal of 24 lines holds them


def render_history(
    course: Course,
    attempts: Sequence[Attempt],
    snapshots: Sequence[Snapshot],
    lang: str,
    *,
    whole: bool = False,
) -> RenderableType:
    """Both tables, the newest line last; without `whole` the older attempts are only counted."""
    shown = attempts if whole else attempts[-SHOWN:]
    parts: list[RenderableType] = []
    if attempts:
        parts += [Text(texts.ATTEMPTS.in_(lang), style="bold"), _attempts(course, shown, lang)]
    if older := len(attempts) - len(shown):
        parts.append(Text(texts.OLDER.in_(lang).format(count=older), style="dim"))
    if snapshots:
        heading = Text(f"\n{texts.SNAPSHOTS.in_(lang)}", style="bold")
        parts += [heading, _snapshots(snapshots, lang)]
    return Group(*parts, Text(), Text(texts.LOCAL.in_(lang), style="dim"))


def local_time(at: str) -> str:
    """A timestamp (UTC, ISO 8601) on this machine's clock; as it is where it is none."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return at


def _table(*headings: str, cut: str = "") -> Table:
    """A table whose rows are one line each; where it is too wide, the column `cut` is cut."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=heading != cut)
    return table


def _attempts(course: Course, attempts: Sequence[Attempt], lang: str) -> Table:
    ids = {task.key: task.id for task in course.tasks}
    words = [translate(word, lang) for word in ("task", "verdict", "tests")]
    first_failure = texts.FIRST_FAILURE.in_(lang)
    table = _table(texts.WHEN.in_(lang), *words, first_failure, cut=first_failure)
    for each in attempts:
        label, colour = mark(Verdict(each.verdict))
        verdict = Text(translate(label, lang), style=colour)
        counted = f"{each.passed}/{each.total}"
        failure = Text(each.failure.removeprefix("test_"), no_wrap=True, overflow="ellipsis")
        table.add_row(local_time(each.at), ids.get(each.task, each.task), verdict, counted, failure)
    return table


def _snapshots(snapshots: Sequence[Snapshot], lang: str) -> Table:
    words = (texts.WHEN, texts.BEFORE, texts.FILES)
    table = _table("", *(word.in_(lang) for word in words), "", cut=texts.BEFORE.in_(lang))
    for each in snapshots:
        restored = texts.RESTORED.in_(lang) if each.restored else ""
        count = str(len(each.entries))
        table.add_row(each.id, local_time(each.at), Text(each.why), count, restored)
    return table
