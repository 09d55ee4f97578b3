"""The events of `checks watch`: a saved file, a pressed key, the results of a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from checks.results.model import Results, TestResult
from checks.results.run_progress import Progress


@dataclass(frozen=True)
class FileSaved:
    """A file below days/ was written: its path from there, the day's folder first."""

    path: str


@dataclass(frozen=True)
class KeyPressed:
    """A key was pressed; the empty one is the end of the input."""

    char: str


@dataclass(frozen=True)
class FirstFailure:
    """A test of a run has not passed; the other tests are still running."""

    number: int
    test: TestResult


@dataclass(frozen=True)
class RunProgressed:
    """More tests of a run are judged, or one of them takes long."""

    number: int
    progress: Progress


@dataclass(frozen=True)
class Resized:
    """The terminal has another size."""


@dataclass(frozen=True)
class RunEnded:
    """Results of a run: first the task's, then those of the `others`, which passed before.

    `seconds` have passed since the save. `more` is set while the others are still running.
    `judged` are the contents at the start of the run, by task key.
    """

    number: int
    task: Results | None = None
    others: Results | None = None
    problem: str = ""
    seconds: float = 0.0
    more: bool = False
    judged: Mapping[str, str] | None = None


WatchEvent = FileSaved | KeyPressed | FirstFailure | RunProgressed | RunEnded | Resized
