"""Files with a fault, planted in a copy of a learner's tree for ruff and mypy to find.

A fault stands in a new file of each folder, and at the end of the files that are there: a setting
that excludes those by their names would leave nothing of the app to look at. Paths are the copy's:
`app/api/events.py`.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Self

from checks.harness.app.border import CommandResult
from checks.harness.app.learner_tree import Tree
from checks.harness.app.own_paths import own_paths
from checks.harness.app.scratch_copy import ScratchCopy
from checks.harness.suites.drawn_faults import Draw, FaultDraw, tolerated

# A package's own file often imports what it does not use, so it is often excepted.
PACKAGE_FILE = "__init__.py"


@dataclass(frozen=True)
class Place:
    """Where a fault stands: the file, and its first and last line."""

    path: str
    first: int
    last: int

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


@dataclass
class PlantedFiles:
    """The texts of a copy's files with their faults, before they are written."""

    tree: Tree
    texts: dict[str, str] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)

    def add(self, path: str, fault: str) -> Place:
        """Put a fault behind the file's text."""
        text = self.texts[path] if path in self.texts else self.tree.text(path)
        text = text.rstrip("\n") + "\n\n\n"
        first = text.count("\n") + 1
        self.texts[path] = text + fault
        return Place(path, first, first + fault.count("\n"))

    def add_new(self, folder: str, draw: FaultDraw, fault: str) -> Place:
        """Put the fault into a new file of the folder."""
        prefix = "test_" if folder == "tests" else ""
        path = f"{folder}/{prefix}{draw.name()}.py"
        while self.tree.exists(path) or path in self.texts:
            path = f"{folder}/{prefix}{draw.name()}.py"
        self.new.add(path)
        self.texts[path] = draw.docstring() + fault
        return Place(path, 1, self.texts[path].count("\n") + 1)

    def write(self, copy: ScratchCopy) -> None:
        for path, text in self.texts.items():
            copy.write(path, text)


@dataclass(frozen=True)
class Faults:
    """One kind of fault: a place in a new file of each folder, and one in each file there is."""

    in_folders: list[Place]
    in_files: list[Place]

    @classmethod
    def plant(
        cls, files: PlantedFiles, draw: FaultDraw, fault: Draw, folders: Iterable[str]
    ) -> Self:
        """Plant the fault in these folders."""
        in_folders = [files.add_new(folder, draw, fault("")) for folder in folders]
        own = [path for place in in_folders for path in own_files(files.tree, place.folder)]
        return cls(in_folders, [files.add(path, fault(files.tree.text(path))) for path in own])

    def missed(self, found: Collection[Place]) -> str:
        """Where it was not found: folders, or files beyond those that may be exceptions; `none`."""
        folders = [place.folder for place in self.in_folders if place not in found]
        paths = [place.path for place in self.in_files if place not in found]
        if not folders and len(paths) <= tolerated(self.in_files):
            return "none"
        return ", ".join((folders or paths)[:3])

    def found(self, lines: Collection[tuple[str, int]]) -> set[Place]:
        """The places in which one of the findings lies; each is a file and a line."""
        return {
            place
            for place in (*self.in_folders, *self.in_files)
            if any(path == place.path and place.first <= at <= place.last for path, at in lines)
        }


def app_folders(tree: Tree) -> list[str]:
    """Every folder of app/ that holds Python, sorted."""
    return sorted({path.rpartition("/")[0] for path, _ in tree.python()})


def own_files(tree: Tree, folder: str) -> list[str]:
    """The learner's own Python files of a folder, without the package's."""
    names = (path for path, _ in tree.python(f"{folder}/*.py"))
    return [path for path in names if not path.endswith(f"/{PACKAGE_FILE}")]


def ruff_findings(result: CommandResult, rules: Collection[str]) -> set[tuple[str, int]]:
    """The file and line at which `ruff check --output-format json` finds one of the rules broken.

    A finding of several lines lies on each of them.
    """
    return {
        (entry["filename"].rpartition("/tree/")[2], line)
        for entry in json.loads(result.stdout or "[]")
        if entry["code"] in rules
        for line in range(entry["location"]["row"], entry["end_location"]["row"] + 1)
    }


def first_lines(result: CommandResult) -> str:
    """What a command has printed, in one line of 300 characters at most."""
    printed = own_paths(result.stdout + result.stderr)
    lines = [line for line in printed.splitlines() if line.strip()]
    return " / ".join(lines[:3])[:300]
