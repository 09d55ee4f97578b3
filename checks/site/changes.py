"""The page of a day's changes: the diff between two finished backends, file by file."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Day, Task
from checks.course.regions import may_hold_regions, parse
from checks.files import source_files
from checks.site import words
from checks.site.markdown import collapsed_block, fence, file_block

# The course's own files of a day; all others are the backend.
COURSE_FILES = ("exercises/", "README", "day.toml")


@dataclass(frozen=True)
class FinishedFile:
    """A finished file without its markers, and the tasks whose answers stand in it."""

    text: str
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileChange:
    """One file: its path in the day's folder, and both versions; None where it does not exist."""

    path: str
    before: FinishedFile | None
    after: FinishedFile | None

    @property
    def diff(self) -> tuple[str, ...]:
        """The unified diff without the lines that name the file: the page's title does that."""
        before, after = (side.text.splitlines() if side else [] for side in self.sides)
        return tuple(difflib.unified_diff(before, after, lineterm=""))[2:]

    @property
    def sides(self) -> tuple[FinishedFile | None, FinishedFile | None]:
        """Yesterday's and today's."""
        return self.before, self.after

    def count(self, sign: str) -> int:
        """The number of lines that are new (`+`) or gone (`-`), without blank ones."""
        return sum(line.startswith(sign) and bool(line[1:].strip()) for line in self.diff)


def file_changes(before: Path, after: Path) -> tuple[FileChange, ...]:
    """The files that differ between two finished days, by path.

    Raises CourseError where the regions of a file are broken.
    """
    before_files, after_files = dict(_finished_files(before)), dict(_finished_files(after))
    paths = sorted(before_files.keys() | after_files.keys())
    changes = (FileChange(path, before_files.get(path), after_files.get(path)) for path in paths)
    return tuple(change for change in changes if change.count("+") + change.count("-"))


def changes_path(day: Day) -> str:
    """Where the page of a day's changes stands in the site."""
    return f"day{day.number}/changes.md"


def changes_page(
    day: Day, changes: Sequence[FileChange], tasks: Mapping[str, Task], lang: str
) -> str:
    """A day's changes: a table of the files, then the collapsed diff of each."""
    title = words.CHANGES_TITLE.in_(lang).format(number=day.number)
    before = day.number - 1
    lines = [
        f"# {title} {{#changes}}",
        words.CHANGES_INTRO.in_(lang).format(before=before, number=day.number),
        _table(changes, tasks, lang),
        *(_collapsed_diff(change, lang) for change in changes),
    ]
    return "\n\n".join(lines) + "\n"


def _table(changes: Sequence[FileChange], tasks: Mapping[str, Task], lang: str) -> str:
    rows = [words.CHANGES_HEAD.in_(lang)]
    for change in changes:
        own = change.after.tasks if change.after else ()
        links = ", ".join(f"[{t.id}]({t.key}.md)" for t in tasks.values() if t.id in own)
        rows.append(f"| `{change.path}` | +{change.count('+')} | −{change.count('-')} | {links} |")
    return "\n".join(rows)


def _collapsed_diff(change: FileChange, lang: str) -> str:
    if change.after is None:
        return collapsed_block(
            "failure", f"{change.path}: {words.GONE.in_(lang)}", words.GONE_TEXT.in_(lang)
        )
    if change.before is None:
        body = file_block(change.path, change.after.text)
        return collapsed_block("success", f"{change.path}: {words.NEW.in_(lang)}", body)
    return collapsed_block("abstract", change.path, fence("\n".join(change.diff), "diff"))


def _finished_files(folder: Path) -> Iterator[tuple[str, FinishedFile]]:
    for file in source_files(folder):
        path = file.relative_to(folder).as_posix()
        if path.startswith(COURSE_FILES):
            continue
        text = file.read_text(encoding="utf-8")
        if not may_hold_regions(path):
            yield path, FinishedFile(text)
            continue
        segments = parse(text, path)
        tasks = dict.fromkeys(segment.task for segment in segments if segment.task)
        yield path, FinishedFile("".join(segment.answer for segment in segments), tuple(tasks))
