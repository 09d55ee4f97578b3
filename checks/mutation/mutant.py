"""A mutant: an answer with one small change."""

import difflib
import hashlib
from dataclasses import dataclass
from functools import cached_property

CONTEXT_LINES = 2


@dataclass(frozen=True)
class Edit:
    """The replacement of `text[start:end]`; `operator` says what kind of change it is."""

    start: int
    end: int
    replacement: str
    operator: str

    def apply(self, text: str) -> str:
        return text[: self.start] + self.replacement + text[self.end :]


@dataclass(frozen=True)
class Mutant:
    """One changed file of a task's answer; `line` is where the change begins, from 1."""

    task: str
    path: str
    operator: str
    line: int
    original: str
    text: str

    @property
    def id(self) -> str:
        digest = hashlib.sha256(self.text.encode()).hexdigest()[:8]
        return f"{self.task}/{self.path}:{self.line} {self.operator} {digest}"

    @cached_property
    def change(self) -> tuple[str, str]:
        """The changed lines before and after, without indentation: the same after a line move."""
        old, new = self.original.splitlines(), self.text.splitlines()
        while old and new and old[0] == new[0]:
            del old[0], new[0]
        while old and new and old[-1] == new[-1]:
            del old[-1], new[-1]
        return _stripped(old), _stripped(new)

    def diff(self) -> str:
        """A unified diff of the file in the solution."""
        lines = difflib.unified_diff(
            self.original.splitlines(),
            self.text.splitlines(),
            f"solution/{self.path}",
            f"mutant/{self.path}",
            n=CONTEXT_LINES,
            lineterm="",
        )
        return "\n".join(lines)


def _stripped(lines: list[str]) -> str:
    return "\n".join(line.strip() for line in lines if line.strip())
