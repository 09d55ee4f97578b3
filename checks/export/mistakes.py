"""The misconceptions of a cohort: which known mistakes its failures look like, and whose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from checks.diagnosis.diagnose import Diagnosis
from checks.export.graded import GradedRow
from checks.export.stories import Story


@dataclass(frozen=True)
class Mistake:
    """A known mistake, and the numbers of the rows in which a failure looks like it."""

    diagnosis: Diagnosis
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Mistakes:
    """The mistakes, the most frequent first; how many failures there are, and how many named."""

    known: tuple[Mistake, ...]
    failed: int
    named: int


def failures(
    rows: Sequence[GradedRow], stories: Sequence[Mapping[str, Story]]
) -> Iterable[tuple[int, Story]]:
    """The stories by the number of their row; a failure of the checker is nobody's mistake."""
    for number, (row, told) in enumerate(zip(rows, stories, strict=True)):
        yield from ((number, each) for task, each in told.items() if task not in row.unjudged)


def count_mistakes(stories: Iterable[tuple[int, Story]]) -> Mistakes:
    """The mistakes in the stories of rows, given by the row's number."""
    rows: dict[str, list[int]] = {}
    diagnoses: dict[str, Diagnosis] = {}
    failed = named = 0
    for number, story in stories:
        failed += 1
        named += bool(story.named)
        for diagnosis in story.named:
            diagnoses[diagnosis.id] = diagnosis
            rows.setdefault(diagnosis.id, []).append(number)
    return Mistakes(tuple(_sorted(diagnoses, rows)), failed, named)


def _sorted(diagnoses: Mapping[str, Diagnosis], rows: Mapping[str, list[int]]) -> Iterable[Mistake]:
    order = sorted(rows, key=lambda name: (-len(rows[name]), name))
    return (Mistake(diagnoses[name], tuple(rows[name])) for name in order)
