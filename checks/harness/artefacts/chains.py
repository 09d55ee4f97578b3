"""Commands joined by `&&`, `||` or a pipe: which of them give a verdict.

The rules are those of the bash manual: "Lists of Commands", "Pipelines", and `-e` under
"The Set Builtin". What cannot be told by reading is not certain.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from checks.harness.artefacts.invocation import invocation
from checks.harness.artefacts.repository_files import relative_path
from checks.harness.artefacts.shell_script import Command

JOINING = ("&&", "||", "|", "|&")
# What finds something out, or turns a status round: what follows its `&&` may never run.
CONDITIONS = {
    *("test", "[", "[[", "false", "!", "grep", "command", "builtin", "type", "which", "hash"),
    *("cmp", "diff", "pgrep", "read", "let", "expr", "]", ")", "}", "fi", "done", "esac"),
}
# What does not fail, so that the command after `&&` runs although the script goes on.
CERTAIN = {"echo", "printf", ":", "true", "export", "set"}
INSTALLERS = {"pip", "uv", "poetry", "apt-get", "apt", "npm"}


@dataclass(frozen=True)
class Chain:
    """The commands up to `;`, `&` or the end of the line."""

    commands: list[Command]
    is_last: bool

    def is_certain(
        self, index: int, options: set[str], folders: Collection[str] = frozenset()
    ) -> bool:
        """Whether the command runs, or the script fails, and whether its failure ends it.

        `folders` are those of the repository: `cd` into one of them succeeds.
        """
        command = self.commands[index]
        if command.is_nested or not self._gives_verdict:
            return False
        if command.operator in ("|", "|&") and "pipefail" not in options:
            return False
        before = self._before[index]
        if before > self._first_condition:
            return False
        first_that_may_fail = next(
            (i for i, each in enumerate(self.commands) if not _succeeds(each, folders)),
            len(self.commands),
        )
        return self.is_last or (before == self._before[-1] and before <= first_that_may_fail)

    def is_alone(self) -> bool:
        """Whether its only command runs in the shell itself."""
        return len(self.commands) == 1 and self.commands[0].operator in ("", ";")

    def is_in_pipe(self, index: int) -> bool:
        """Whether a shell of its own runs the command."""
        around = self.commands[max(index - 1, 0) : index + 1]
        return any(each.operator in ("|", "|&") for each in around)

    @cached_property
    def _gives_verdict(self) -> bool:
        """Whether the shell waits for it, and no other command stands in for one that fails."""
        operators = [each.operator for each in self.commands]
        return operators[-1] in ("", ";") and "||" not in operators

    @cached_property
    def _before(self) -> list[int]:
        """For each command the number of those up to the `&&` before it.

        A downgrade and the upgrade after its `&&` count as one command: a round trip.
        """
        found = [0]
        for number, (command, following) in enumerate(pairwise(self.commands), start=1):
            is_new = command.operator == "&&" and not _is_round_trip(command, following)
            found.append(number if is_new else found[-1])
        return found

    @cached_property
    def _first_condition(self) -> int:
        found = (i for i, each in enumerate(self.commands) if first_word(each) in CONDITIONS)
        return next(found, len(self.commands))


def chains(script: list[Command]) -> Iterator[Chain]:
    """The chains of a script, in order."""
    current: list[Command] = []
    for number, command in enumerate(script, start=1):
        current.append(command)
        if command.operator not in JOINING or number == len(script):
            yield Chain(current, number == len(script))
            current = []


def first_word(command: Command) -> str:
    """The first word after variables."""
    return "".join(command.without_variables[:1])


def _is_round_trip(command: Command, following: Command) -> bool:
    words = [invocation(each, {}).words[:2] for each in (command, following)]
    return words == [("alembic", "downgrade"), ("alembic", "upgrade")]


def _succeeds(command: Command, folders: Collection[str]) -> bool:
    """Whether the command does not fail, or installs what the next one needs."""
    words = invocation(command, {}).words
    if words[:1] == ("cd",) and len(words) == 2:
        return relative_path(words[1]) in folders
    return not words or words[0] in CERTAIN or (words[0] in INSTALLERS and "install" in words)
