"""What a day brings: the difference from yesterday's finished backend to today's, file by file."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Day, Task
from checks.course.regions import may_hold, parse
from checks.files import source_files
from checks.site import words
from checks.site.markdown import fence, fold, source

# The course's own files of a day; the backend is the rest.
COURSE = ("exercises/", "README", "day.toml")


@dataclass(frozen=True)
class Text:
    """A finished file without its markers, and the tasks whose answers stand in it."""

    text: str
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One file: its path in the day's folder, and both texts; None where it is not there."""

    path: str
    before: Text | None
    after: Text | None

    @property
    def diff(self) -> tuple[str, ...]:
        """The unified diff without the lines that name the file: the page's title does that."""
        before, after = (each.text.splitlines() if each else [] for each in self.sides)
        return tuple(difflib.unified_diff(before, after, lineterm=""))[2:]

    @property
    def sides(self) -> tuple[Text | None, Text | None]:
        """Yesterday's and today's."""
        return self.before, self.after

    def count(self, sign: str) -> int:
        """How many lines are new (`+`) or gone (`-`). A blank one, as a marker leaves, is none."""
        return sum(line.startswith(sign) and bool(line[1:].strip()) for line in self.diff)


def changes(before: Path, after: Path) -> tuple[Change, ...]:
    """The files that differ between two finished days, by path.

    Raises CourseError where the regions of a file are broken.
    """
    old, new = dict(_finished(before)), dict(_finished(after))
    every = sorted(old.keys() | new.keys())
    found = (Change(path, old.get(path), new.get(path)) for path in every)
    return tuple(each for each in found if each.count("+") + each.count("-"))


def changes_path(day: Day) -> str:
    """Where the page of a day's changes stands in the site."""
    return f"day{day.number}/changes.md"


def changes_page(day: Day, found: Sequence[Change], tasks: Mapping[str, Task], lang: str) -> str:
    """A day's changes: a table of the files, then each with its diff on a click."""
    title = words.CHANGES.in_(lang)
    before = day.number - 1
    lines = [
        f"# {title} {{#changes}}",
        words.CHANGES_INTRO.in_(lang).format(before=before, number=day.number),
        _table(found, tasks, lang),
        *(_folded(each, lang) for each in found),
    ]
    return "\n\n".join(lines) + "\n"


def _table(found: Sequence[Change], tasks: Mapping[str, Task], lang: str) -> str:
    rows = [words.CHANGES_HEAD.in_(lang)]
    for each in found:
        own = each.after.tasks if each.after else ()
        links = ", ".join(f"[{t.id}]({t.key}.md)" for t in tasks.values() if t.id in own)
        rows.append(f"| `{each.path}` | +{each.count('+')} | −{each.count('-')} | {links} |")
    return "\n".join(rows)


def _folded(change: Change, lang: str) -> str:
    if change.after is None:
        return fold("failure", f"{change.path}: {words.GONE.in_(lang)}", words.GONE_TEXT.in_(lang))
    if change.before is None:
        body = source(change.path, change.after.text)
        return fold("success", f"{change.path}: {words.NEW.in_(lang)}", body)
    return fold("abstract", change.path, fence("\n".join(change.diff), "diff"))


def _finished(folder: Path) -> Iterator[tuple[str, Text]]:
    for file in source_files(folder):
        path = file.relative_to(folder).as_posix()
        if path.startswith(COURSE):
            continue
        text = file.read_text(encoding="utf-8")
        if not may_hold(path):
            yield path, Text(text)
            continue
        segments = parse(text, path)
        own = dict.fromkeys(segment.task for segment in segments if segment.task)
        yield path, Text("".join(segment.answer for segment in segments), tuple(own))
