"""The runbook of task 7.6's statement: its commands, in their order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from checks.errors import CourseError

EMAIL = "admin@example.com"
HEADING = "{#hint-7}"
BACKUP, WIPE, RESTORE = "scripts/backup.sh", "dropdb", "scripts/restore.sh"
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_ASSIGNMENT = re.compile(r"(export )?\w+=")
_PLACE = re.compile(r"(--email) …")


@dataclass(frozen=True)
class Runbook:
    """The lines that set variables, and the commands that use them."""

    settings: tuple[str, ...]
    commands: tuple[str, ...]

    def script(self, command: str) -> str:
        """What a shell runs for one command: a person has typed the settings before."""
        return "\n".join((*self.settings, command))

    @property
    def restore(self) -> Sequence[str]:
        """The commands from the backup to the end."""
        return self.commands[self.position(BACKUP) :]

    def position(self, word: str) -> int:
        """Which command has the word. Raises CourseError when none has."""
        for number, command in enumerate(self.commands):
            if word in command:
                return number
        raise CourseError(f"the runbook of task 7.6 does not say `{word}`: write that command")


def parse_runbook(statement: str) -> Runbook:
    """The commands below the statement's hint about the runbook.

    Raises CourseError when the hint or its block is not there, or a placeholder has no value.
    """
    _, found, rest = statement.partition(HEADING)
    block = _BLOCK.search(rest.partition("\n### ")[0].partition("\n## ")[0])
    if not found or block is None:
        raise CourseError(f"7.6's statement has no ```sh block below {HEADING}: write the runbook")
    lines = [_PLACE.sub(rf"\1 {EMAIL}", line) for line in block[1].splitlines() if line.strip()]
    if open_place := next((line for line in lines if "…" in line), None):
        raise CourseError(f"the runbook of task 7.6 leaves a value open: {open_place}")
    settings = tuple(line for line in lines if _ASSIGNMENT.match(line))
    runbook = Runbook(settings, tuple(line for line in lines if not _ASSIGNMENT.match(line)))
    for word in (BACKUP, WIPE, RESTORE):
        runbook.position(word)
    return runbook
