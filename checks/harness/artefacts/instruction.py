"""One instruction of a Dockerfile."""

import json
import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from checks.harness.artefacts.shell_script import Command, commands


@dataclass(frozen=True)
class Step:
    """One instruction. `body` is the here-document behind it."""

    instruction: str
    value: str
    body: str = ""

    @property
    def flags(self) -> dict[str, str]:
        """`--from=build` as {"from": "build"}."""
        found = (word[2:].partition("=") for word in self.value.split() if word.startswith("--"))
        return {name: value for name, _, value in found}

    @property
    def rest(self) -> str:
        """The value behind the flags."""
        return re.sub(r"^(?:--\S+\s+)+", "", self.value.strip())

    @property
    def listed(self) -> list[str] | None:
        """The words of the exec form (a JSON list); None for the shell form."""
        try:
            found = json.loads(self.rest)
        except ValueError:
            return None
        return [str(word) for word in found] if isinstance(found, list) else None

    @property
    def words(self) -> list[str]:
        """The words of what HEALTHCHECK runs."""
        listed = Step("CMD", self.rest.removeprefix("CMD").strip()).listed
        return listed or self.rest.split()

    @property
    def commands(self) -> list[Command]:
        """What a RUN runs."""
        listed = self.listed
        return [Command(tuple(listed), "")] if listed else commands(self.body or self.rest)

    @property
    def paths(self) -> list[str]:
        """The sources of a COPY, and its target at the end."""
        return self.listed or self.rest.split() or [""]

    def takes(self, path: str) -> bool:
        """Whether it copies this file of the build context."""
        if self.instruction not in ("COPY", "ADD") or "from" in self.flags:
            return False
        return any(_covers(source, path) for source in self.paths[:-1])


def _covers(source: str, path: str) -> bool:
    """Whether COPY of `source` takes the file along."""
    wanted = posixpath.normpath(source.strip("/") or ".")
    if wanted == ".":
        return True
    parts = wanted.split("/")
    mine = path.split("/")[: len(parts)]
    return len(mine) == len(parts) and all(map(fnmatchcase, mine, parts))
