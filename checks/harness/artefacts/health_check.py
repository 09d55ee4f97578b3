"""Whether the command of a health check asks anybody anything, and can fail."""

import ast
from collections.abc import Sequence

from checks.harness.artefacts.instruction import SHELLS
from checks.harness.artefacts.shell_script import Command, commands

SILENT = frozenset(
    {":", "true", "false", "echo", "printf", "exit", "sleep", "test", "[", "set", "ls", "cat"}
    | {"pwd", "date", "hostname", "id", "uname", "whoami", "stat", "which", "type", "command"}
    | {"head", "tail", "tee", "touch", "export", "cd"}
)
"""Programs that say nothing of a service."""
TELLS_OF_ITSELF = frozenset({"--version", "--help", "-V"})
OPERATORS = frozenset({"||", "&&", "|", ";"})
SAYS_NOTHING = frozenset({"print", "str", "repr", "exit", "quit", "len"})


def asks_nobody(words: Sequence[str]) -> bool:
    """Whether a health check ends well whatever the service does; `words` may begin with CMD."""
    if words[:1] and words[0] in {"CMD", "CMD-SHELL"}:
        return asks_nobody(words[1:])
    if [_program(word) for word in words[:1]] == ["env"]:
        return asks_nobody([word for word in words[1:] if "=" not in word])
    if words[:1] and _program(words[0]) in SHELLS:
        return _never_fails(" ".join(word for word in words[1:] if not word.startswith("-")))
    if len(words) == 1 or OPERATORS & set(words) or any(word[-1:] == ";" for word in words):
        return _never_fails(" ".join(words))
    return _is_silent(words)


def _never_fails(script: str) -> bool:
    """Whether no command of the script asks, or its exit code is not that of one that does.

    Of commands in a row the last one's counts. Conditions and loops are not followed.
    """
    found = [each for each in commands(script) if each.words]
    if any(each.is_nested for each in found) or _stops_at_errors(found):
        return all(_is_silent(each.words) for each in found)
    start = max((i for i, e in enumerate(found[:-1], 1) if e.operator in ("", ";", "&")), default=0)
    last = found[start:]
    if all(_is_silent(each.words) for each in last):
        return True
    return last[-1].operator == "&" or _ends_well(last)


def _ends_well(chain: list[Command]) -> bool:
    """Whether the chain ends with `|| true`, or with a pipe into what does not fail."""
    if len(chain) < 2 or chain[-2].operator not in ("||", "|", "|&"):
        return False
    words = chain[-1].plain.words
    fails = words[:1] == ("false",) or (words[:1] == ("exit",) and words[1:2] not in ((), ("0",)))
    return _is_silent(words) and not fails


def _stops_at_errors(found: list[Command]) -> bool:
    return any(each.words[0] == "set" and "e" in "".join(each.words[1:2]) for each in found)


def _is_silent(words: Sequence[str]) -> bool:
    """Whether one command asks nobody. What a test compares may come from one that does."""
    text = " ".join(words)
    if "$(" in text or "`" in text or "$?" in text:
        return False
    program = _program(words[0]) if words else ""
    if program.startswith("python") and "-c" in words[:-1]:
        return _calls_nothing(words[[*words].index("-c") + 1])
    return program in {"", *SILENT} or bool(TELLS_OF_ITSELF & set(words))


def _calls_nothing(code: str) -> bool:
    """Whether the Python code calls nothing that could ask."""
    try:
        module = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    called = (node.func for node in ast.walk(module) if isinstance(node, ast.Call))
    return all(isinstance(each, ast.Name) and each.id in SAYS_NOTHING for each in called)


def _program(word: str) -> str:
    return word.rpartition("/")[2]
