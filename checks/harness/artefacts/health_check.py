"""Whether the command of a health check asks anybody anything."""

from collections.abc import Sequence

from checks.harness.artefacts.instruction import SHELLS
from checks.harness.artefacts.shell_script import commands

SILENT = frozenset({":", "true", "echo", "printf", "exit", "sleep"})
"""Programs that end well whatever the service does."""


def asks_nobody(words: Sequence[str]) -> bool:
    """Whether each command of a health check ends well by itself; `words` may begin with CMD."""
    if words[:1] and words[0] in {"CMD", "CMD-SHELL"}:
        return asks_nobody(words[1:])
    if [_program(word) for word in words[:1]] == ["env"]:
        return asks_nobody([word for word in words[1:] if "=" not in word])
    if words[:1] and _program(words[0]) in SHELLS:
        words = [word for word in words[1:] if not word.startswith("-")]
    programs = [_program(each.words[0]) for each in commands(" ".join(words)) if each.words]
    return all(program in SILENT for program in programs)


def _program(word: str) -> str:
    return word.rpartition("/")[2]
