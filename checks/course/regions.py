"""Answer regions: the lines of a solution that the starter does not have.

    # region task 3.1
    #| starter line
    the answer
    # endregion

`#|` lines become the starter, the rest of a region is the answer, and the markers stay in both.
Everything here is a pure function of text; line endings are kept as they are found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from checks.course.region_lines import Line, LineKind, read_lines, starter_line
from checks.errors import CourseError

REGION_FILES = (
    *("*.py", "*.toml", "*.yml", "*.yaml", "*.ini", "*.cfg", "*.sh", "*.conf", "*.mako"),
    "*.graphql",
    *("*.env", ".env.*", "Dockerfile", "Dockerfile.*", "*.Dockerfile", "Makefile", "*.mk"),
    *(".gitignore", ".dockerignore", "requirements*.txt"),
)
"""Names of the files that may hold regions: the ones whose comments begin with `#`."""


@dataclass(frozen=True)
class Segment:
    """Neighbouring lines outside every region (`task` is None) or one whole region."""

    task: str | None
    lines: tuple[Line, ...]

    @property
    def answer(self) -> str:
        """The lines of the program: no marker, no starter line."""
        return "".join(line.text for line in self.lines if line.kind is LineKind.TEXT)

    @property
    def starter(self) -> str:
        """The starter's lines: plain text unchanged; of a region, the markers and `#|` lines."""
        if self.task is None:
            return self.answer
        return "".join(starter_line(line) for line in self.lines if line.kind is not LineKind.TEXT)


def may_hold_regions(path: str) -> bool:
    """Whether a file of a day, by its path in the day's folder, may hold regions.

    Exercises and the manifest never do: they are copied as they are.
    """
    pure = PurePosixPath(path)
    if pure.parts[:1] == ("exercises",) or path == "day.toml":
        return False
    return any(fnmatchcase(pure.name, kind) for kind in REGION_FILES)


def parse(text: str, path: str) -> tuple[Segment, ...]:
    """Cut a text at its regions; the segments' lines, joined, are the text again.

    Raises CourseError with `path` and line for a region that is open, nested or closed twice,
    for `#|` outside a region, and for a comment that is nearly a marker.
    """
    lines = tuple(read_lines(text, path))
    segments: list[list[Line]] = []
    for line in lines:
        begins = line.kind is LineKind.START or not segments or line.task is None
        joins = segments and line.task is None and segments[-1][0].task is None
        if begins and not joins:
            segments.append([line])
        else:
            segments[-1].append(line)
    return tuple(Segment(group[0].task, tuple(group)) for group in segments)


def check_tasks(segments: Iterable[Segment], path: str, day: int, days: Mapping[str, int]) -> None:
    """Only the day's own tasks are marked. `days` gives the day of each known task id.

    Raises CourseError with file and line for an unknown task and for one of another day.
    """
    for segment in segments:
        if segment.task is None or days.get(segment.task) == day:
            continue
        where = f"{path}:{segment.lines[0].number}"
        task_day = days.get(segment.task)
        if task_day is None:
            raise CourseError(f"{where}: there is no task {segment.task}; see day.toml for the ids")
        remedy = f"mark only day {day}'s tasks here"
        raise CourseError(f"{where}: task {segment.task} belongs to day {task_day}; {remedy}")


def starter(text: str, path: str = "the file") -> str | None:
    """The starter of a solution's file; None when the starter does not have the file.

    That is a file which is, apart from blank lines, one region without `#|` lines.
    """
    segments = parse(text, path)
    parts = [part for part in segments if part.task is not None or part.answer.strip()]
    is_one_region = len(parts) == 1 and parts[0].task is not None
    if is_one_region and all(line.kind is not LineKind.STARTER for line in parts[0].lines):
        return None
    return "".join(segment.starter for segment in segments)


def solution(text: str, path: str = "the file") -> str:
    """The finished program alone: answers stay, markers and `#|` lines go."""
    return "".join(segment.answer for segment in parse(text, path))


def tasks_in(text: str, path: str = "the file") -> tuple[str, ...]:
    """The tasks that have a region here, in the order of their first one."""
    return tuple(dict.fromkeys(part.task for part in parse(text, path) if part.task is not None))


def region_text(text: str, task_id: str, path: str = "the file") -> str:
    """The text of a task's regions, without markers; an empty line separates two regions.

    In a solution that is the answer, in a learner's file the learner's code. Raises CourseError
    when the task has no region here.
    """
    parts = [segment.answer for segment in parse(text, path) if segment.task == task_id]
    if not parts:
        raise CourseError(f"{path} has no region of task {task_id}; its markers may be gone")
    return "\n".join(parts)
