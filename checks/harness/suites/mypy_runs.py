"""Runs of `mypy` in a copy of a learner's tree: as the tree is, and with faults planted in it."""

from dataclasses import dataclass
from typing import Self

from checks.harness.app.border import CommandResult
from checks.harness.app.learner_tree import Tree
from checks.harness.suites.planted_files import DOCSTRING, app_folders, missed_files, plant
from checks.harness.suites.suite_runner import SuiteRunner

UNTYPED = 'def double(number):\n    """Twice."""\n    return number * 2\n'
BUG = (
    "import re\n\n\n"
    'def first_word(text: str) -> str:\n    """The first one."""\n'
    '    return re.match("[a-z]+", text).group()\n'
)
LIBRARY = "app/core/planted_library.py"
MISSING_LIBRARY = 'import eventura_core\n\n__all__ = ["eventura_core"]\n'


@dataclass(frozen=True)
class MypyRuns:
    """`untyped` and `bugs` are the paths of files with a function without types, and with a bug.

    One further file, `LIBRARY`, imports a library that does not exist. `clean` is the run without
    any of them.
    """

    untyped: list[str]
    bugs: list[str]
    planted: CommandResult
    clean: CommandResult

    @classmethod
    def run(cls, suite_runner: SuiteRunner, tree: Tree) -> Self:
        """Run mypy twice in one copy; the second run has the cache of the first."""
        copy = suite_runner.copy()
        untyped = plant(copy, app_folders(tree), UNTYPED, "planted_untyped")
        bugs = plant(copy, [*app_folders(tree), "tests"], BUG, "planted_bug")
        copy.write(LIBRARY, DOCSTRING + MISSING_LIBRARY)
        planted = copy.run("mypy", "--no-error-summary", "--no-pretty")
        copy.run("rm", *untyped, *bugs, LIBRARY)
        return cls(untyped, bugs, planted, copy.run("mypy"))

    def messages_about(self, path: str) -> str:
        """The planted run's lines about one file, in one line; "" when there is none."""
        lines = self.planted.stdout.splitlines()
        return " / ".join(line for line in lines if line.startswith(f"{path}:"))

    def missed_files(self, paths: list[str]) -> str:
        """The first three of the files about which mypy says nothing; `none` if there is none."""
        return missed_files(paths, {path for path in paths if self.messages_about(path)})
