"""What an attack is: Python for the sandbox, and what the trusted side does beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from checks.course.course import Text
from checks.sandbox.learner_files import LearnerFolder


@dataclass(frozen=True)
class Attack:
    """The name of an attack and its Python, which prints `true` when it succeeds, else `false`."""

    name: Text
    source: str


@dataclass(frozen=True)
class PlantedFile:
    """Python that puts something in the place of a file, and an access of the trusted side to it.

    The source prints `true` as soon as it has begun, and goes on until it is killed. The attack
    succeeds when a file outside the folder changes, or when `act` takes what was planted for a
    file: then it returns True.
    """

    name: Text
    source: str
    act: Callable[[LearnerFolder], bool]


@dataclass(frozen=True)
class AttackOutcome:
    """Whether the sandbox blocked an attack; `reason` is empty where it did."""

    name: Text
    blocked: bool
    reason: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What an attack may aim at: folders of the checker, and its variables in the sandbox."""

    folder: Path
    variables: dict[str, str]

    @property
    def scratch(self) -> Path:
        """The folder that the attack may write to."""
        return self.folder / "scratch"

    @property
    def tree(self) -> Path:
        """The tree under test."""
        return self.folder / "tree"

    @property
    def room(self) -> Path:
        """A folder that is mounted inside the scratch folder."""
        return self.folder / "room"

    @property
    def sockets(self) -> Path:
        """The folder with the sockets of the checker's servers."""
        return self.folder / "sockets"

    @property
    def outside(self) -> Path:
        """A folder of the checker's that no sandbox sees."""
        return self.folder / "outside"


def attempt(body: str) -> str:
    """A program that prints `true` when the lines end without an error of the system."""
    failures = "OSError, ValueError, MemoryError, AssertionError"
    return (
        "import ctypes, os, socket\n"
        f"try:\n{indent(body, '    ')}\n"
        f"except ({failures}): print('false')\n"
        "else: print('true')\n"
    )
