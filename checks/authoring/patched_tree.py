"""A solution with one case of the catalogue applied: a known mistake or a valid alternative.

The trees of a proof are hard links to one copy of each solution: a copy of a hundred files each
time took a twentieth of the CPU time of a proof. Only what a patch changes is a file of its own.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from checks.errors import CourseError
from checks.results.catalogue import Case, apply
from checks.services.temporary_folders import make_folder, release, temporary_folder

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")

State = tuple[int, int, int]
"""Size, time of change in nanoseconds, and mode of a file."""


class SolutionCopies:
    """A copy of each solution that is asked for; `close` deletes them."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._states: dict[Path, dict[Path, State]] = {}
        self._lock = Lock()

    def copy_of(self, solution: Path) -> Path:
        """The copy, made at the first call. It is not to be written to."""
        with self._lock:
            self._folder = self._folder or make_folder("solutions")
            copy = self._folder / solution.name
            if copy not in self._states:
                shutil.copytree(solution, copy, ignore=LEFT_OUT)
                self._states[copy] = _states(copy)
            return copy

    def close(self) -> None:
        """Delete the copies.

        Raises CourseError if one of their files has changed: some run wrote to a file in place,
        and so into the trees of the other claims.
        """
        if self._folder is None:
            return
        folder, self._folder = self._folder, None
        written = [_written(copy, states) for copy, states in self._states.items()]
        shutil.rmtree(folder, ignore_errors=True)
        release(folder)
        if paths := sorted(path.relative_to(folder) for each in written for path in each):
            raise CourseError(
                f"a run has written to {paths[0]} in place, and the other claims of that day saw "
                "it: make that test replace the file, then verify again with --no-cache"
            )


def _states(copy: Path) -> dict[Path, State]:
    return {path: _state(path) for path in copy.rglob("*") if path.is_file()}


def _state(path: Path) -> State:
    status = path.lstat()
    return status.st_size, status.st_mtime_ns, status.st_mode


def _written(copy: Path, states: dict[Path, State]) -> list[Path]:
    """The files of the copy that are no longer what they were."""
    now = _states(copy)
    return [path for path in now.keys() | states.keys() if now.get(path) != states.get(path)]


@contextmanager
def patched(solution: Path, case: Case, copies: SolutionCopies) -> Iterator[Path]:
    """A tree of the solution with one case applied."""
    with temporary_folder("case") as scratch:
        tree = scratch / "tree"
        shutil.copytree(copies.copy_of(solution), tree, copy_function=os.link)
        apply(case, tree)  # git replaces a file and never writes into it
        yield tree
