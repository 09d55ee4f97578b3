"""Mutants that change nothing that was promised: `checks/catalogue/<task>/equivalent.toml`.

    [[equivalent]]
    file = "app/services/auth_service.py"
    was = "if family is None:"
    now = "if False:"
    reason = "A token without a family is refused one line above."

`was` and `now` are the changed lines without indentation, so an entry outlives a move of its lines.
Without `now` an entry stands for every change of its lines: nothing in them was promised.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from checks.course.strict_toml import Table, read_table
from checks.errors import CourseError
from checks.mutation.mutant import Mutant
from checks.results.catalogue import CATALOGUE

FILE_NAME = "equivalent.toml"


@dataclass(frozen=True)
class Equivalent:
    """One entry: `fits` each mutant of the file with the same change."""

    file: str
    was: str
    now: str | None
    reason: str

    def fits(self, mutant: Mutant) -> bool:
        was, now = mutant.change
        return (self.file, self.was) == (mutant.path, was) and self.now in {None, now}

    def __str__(self) -> str:
        now = "anything" if self.now is None else repr(_first_line(self.now))
        return f"{self.file}: {_first_line(self.was)!r} → {now}"


def load_equivalents(task: str, folder: Path = CATALOGUE) -> list[Equivalent]:
    """The entries of a task. Raises CourseError, with the file, for one that is not whole."""
    path = folder / task / FILE_NAME
    if not path.is_file():
        return []
    name = f"checks/catalogue/{task}/{FILE_NAME}"
    table = read_table(path, name)
    table.allow_only("equivalent")
    entries = table.get("equivalent")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CourseError(f"{name}: write each entry as an [[equivalent]] table")
    return [_entry(Table(entry, name)) for entry in entries]


def _entry(table: Table) -> Equivalent:
    table.allow_only("file", "was", "now", "reason")
    was = _lines(table, "was")
    now = _lines(table, "now") if "now" in table.data else None
    return Equivalent(table.text("file"), was, now, table.text("reason"))


def _lines(table: Table, key: str) -> str:
    """Changed lines; empty for lines that are gone."""
    value = table.get(key)
    table.require(isinstance(value, str), key, "the changed lines as a text")
    return "\n".join(line.strip() for line in str(value).splitlines() if line.strip())


def without_mutant(entries: Iterable[Equivalent], mutants: Iterable[Mutant]) -> list[Equivalent]:
    """The entries that fit no mutant any more."""
    changed = list(mutants)
    return [entry for entry in entries if not any(map(entry.fits, changed))]


def _first_line(lines: str) -> str:
    first, _, more = lines.partition("\n")
    return f"{first} …" if more else first
