"""Runs of `mypy` in a copy of a learner's tree: as the tree is, and with faults planted in it."""

import re
from dataclasses import dataclass
from typing import Self

from checks.harness.app.border import CommandResult
from checks.harness.app.learner_tree import Tree
from checks.harness.suites.drawn_faults import FaultDraw
from checks.harness.suites.planted_files import Faults, Place, PlantedFiles, app_folders
from checks.harness.suites.suite_runner import SuiteRunner

MESSAGE = re.compile(r"^(?P<path>[^:\n]+\.py):(?P<line>\d+):.* error: (?P<text>.*)", re.MULTILINE)
"""At the beginning of a line: a line may be a megabyte long, and is not tried from each letter."""
ORIGINALS = "originals"
# The new files go, and the learner's own come back.
RESTORE = 'rm -f "$@" && cp -R ../originals/. .'


@dataclass(frozen=True)
class MypyRuns:
    """`untyped` are functions without types, `bugs` are calls of what may be None.

    One further file imports `library`, which does not exist. `clean` is the run without any fault.
    """

    untyped: Faults
    bugs: Faults
    library: str
    planted: CommandResult
    clean: CommandResult

    @classmethod
    def run(cls, suite_runner: SuiteRunner, tree: Tree) -> Self:
        """Run mypy twice in one copy; the second run has the cache of the first."""
        copy, draw, files = suite_runner.copy(mypy=True), FaultDraw.new(), PlantedFiles(tree)
        folders, library = app_folders(tree), f"{draw.name()}_client"
        untyped = Faults.plant(files, draw, draw.untyped, folders)
        bugs = Faults.plant(files, draw, draw.possible_none, [*folders, "tests"])
        missing = f'import {library}\n\n__all__ = ["{library}"]\n'
        files.add_new(draw.rng.choice(folders), draw, missing)
        files.write(copy)
        for path in files.texts.keys() - files.new:
            copy.write(f"../{ORIGINALS}/{path}", tree.text(path))
        planted = copy.run("mypy", "--no-error-summary", "--no-pretty")
        copy.run("sh", "-c", RESTORE, "sh", *sorted(files.new))
        return cls(untyped, bugs, library, planted, copy.run("mypy"))

    @property
    def reports_library(self) -> bool:
        """Whether an error names the library."""
        return any(self.library in each["text"] for each in MESSAGE.finditer(self.planted.stdout))

    def missed(self, faults: Faults) -> str:
        """Where mypy says nothing about a fault; `none` if there is no such place."""
        return faults.missed(self._found(faults))

    def _found(self, faults: Faults) -> set[Place]:
        messages = MESSAGE.finditer(self.planted.stdout)
        return faults.found({(each["path"], int(each["line"])) for each in messages})
