"""Which tasks of day N hold in day N+1: what the earlier day's tests said of it after a carry.

In `.checks/holding.json`, by the later day's folder.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from checks.course.course import Course, Day
from checks.files import read_file, write_file
from checks.results.model import NO_FAILURE, Results, Verdict
from checks.workspace.judged_content import judged_contents

PATH = Path(".checks/holding.json")


@dataclass(frozen=True)
class Holding:
    """The tasks of `day` that hold in `into` and those that do not; `content` is what was run."""

    day: str
    into: str
    holds: tuple[str, ...]
    fails: tuple[str, ...]
    content: str
    seconds: int
    is_current: bool = True


def save_holding(
    course: Course, day: Day, into: Day, results: Results, content: str, seconds: float
) -> None:
    """Keep what a run of the whole day said; one that broke says nothing.

    A task of which nothing could run neither holds nor fails.
    """
    tasks = results.tasks
    if all(task.verdict is Verdict.SKIPPED for task in tasks) or any(
        task.verdict is Verdict.INFRA_ERROR for task in tasks
    ):
        return
    holds = tuple(task.id for task in tasks if task.verdict is Verdict.PASS)
    fails = tuple(task.id for task in tasks if task.verdict not in NO_FAILURE)
    holding = Holding(day.folder, into.folder, holds, fails, content, round(seconds))
    known = {**_read(course.root), into.folder: asdict(holding)}
    write_file(course.root / PATH, (json.dumps(known, indent=1) + "\n").encode())


def holding_in(course: Course, into: Day) -> Holding | None:
    """What was said last of a day; not current when its files have changed since."""
    try:
        stored = _holding(_read(course.root)[into.folder])
    except (KeyError, TypeError, ValueError):
        return None
    return replace(stored, is_current=stored.content == content_of(course, into))


def _holding(stored: Mapping[str, Any]) -> Holding:
    holds, fails = (tuple(map(str, stored[name])) for name in ("holds", "fails"))
    day, into, content = (str(stored[name]) for name in ("day", "into", "content"))
    return Holding(day, into, holds, fails, content, int(stored["seconds"]))


def content_of(course: Course, day: Day) -> str:
    """The hash of the learner's files of a day."""
    contents = judged_contents(course, day.tasks)
    return hashlib.sha256("".join(sorted(contents.values())).encode()).hexdigest()[:32]


def _read(root: Path) -> Mapping[str, Any]:
    file = read_file(root / PATH)
    try:
        stored = json.loads(file.data) if file else {}
    except ValueError:
        return {}
    return stored if isinstance(stored, dict) else {}
