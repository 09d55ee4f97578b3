"""One instruction of a Dockerfile."""

import json
import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import takewhile

from checks.harness.artefacts.shell_script import Command, commands

SHELLS = ("sh", "bash", "dash", "ash")
HERE_DOCUMENT = re.compile(r"(?<!\S)\d*<<-?([\"']?)[^\s<\"']+\1")


@dataclass(frozen=True)
class Instruction:
    """One instruction. `body` is its here-documents, `line` its first line."""

    name: str
    value: str
    body: str = ""
    line: int = 1

    @property
    def flags(self) -> dict[str, str]:
        """`--from=build` as {"from": "build"}. They stand before everything else."""
        words = takewhile(lambda word: word.startswith("--"), self.value.split())
        flags = (word[2:].partition("=") for word in words)
        return {name: value for name, _, value in flags}

    @property
    def arguments(self) -> str:
        """The value without the flags."""
        return re.sub(r"^(?:--\S+\s+)+", "", self.value.strip())

    @property
    def exec_form(self) -> list[str] | None:
        """The words of the exec form (a JSON list of strings); None for the shell form."""
        try:
            words = json.loads(self.arguments)
        except (ValueError, RecursionError):
            return None
        is_list = isinstance(words, list) and all(isinstance(word, str) for word in words)
        return words if is_list else None

    @property
    def words(self) -> list[str]:
        """The words of the command of a HEALTHCHECK."""
        exec_form = Instruction("CMD", self.arguments.removeprefix("CMD").strip()).exec_form
        return exec_form or self.arguments.split()

    @property
    def commands(self) -> list[Command]:
        """The commands of a RUN: a here-document is its script, unless a program reads it."""
        if words := self.exec_form:
            return [Command(tuple(words), "")]
        own = commands(HERE_DOCUMENT.sub("", self.arguments))
        is_script = not own or any(each.starts_with(shell) for each in own for shell in SHELLS)
        return [*own, *commands(self.body)] if is_script else own

    @property
    def paths(self) -> list[str]:
        """The sources of a COPY, and its target at the end."""
        return self.exec_form or self.arguments.split() or [""]

    def copies(self, path: str) -> bool:
        """Whether it copies this file of the build context."""
        if self.name not in ("COPY", "ADD") or "from" in self.flags:
            return False
        return any(_covers(source, path) for source in self.paths[:-1])


def _covers(source: str, path: str) -> bool:
    """Whether COPY of `source` includes the file."""
    pattern = posixpath.normpath(source.strip("/") or ".")
    if pattern == ".":
        return True
    patterns = pattern.split("/")
    candidate = path.split("/")[: len(patterns)]
    return len(candidate) == len(patterns) and all(map(fnmatchcase, candidate, patterns))
