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


def asks_for(words: Sequence[str], path: str) -> bool:
    """Whether a command of the health check names the path outside a comment, or its Python does.

    What `echo` prints is no request.
    """
    if words[:1] and words[0] in {"CMD", "CMD-SHELL"}:
        return asks_for(words[1:], path)
    if "-c" in words[:-1] and not _program(words[0]).startswith("python"):
        return asks_for(words[[*words].index("-c") + 1 :], path)
    is_script = len(words) == 1 or OPERATORS & set(words)
    found = [each.words for each in commands(" ".join(words))] if is_script else [tuple(words)]
    return any(path in text for each in found if not _is_silent(each) for text in _texts(each))


def _texts(words: Sequence[str]) -> list[str]:
    """The words; of Python code, its strings alone."""
    if not _program(words[0]).startswith("python") or "-c" not in words[:-1]:
        return list(words)
    try:
        module = ast.parse(words[[*words].index("-c") + 1])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return list(words)
    constants = (node.value for node in ast.walk(module) if isinstance(node, ast.Constant))
    return [each for each in constants if isinstance(each, str)]


def _never_fails(script: str) -> bool:
    """Whether the exit code of the script is not that of a command that asks.

    Conditions and loops are not followed.
    """
    found = [each for each in commands(script) if each.words]
    if any(each.is_nested for each in found):
        return all(_is_silent(each.words) for each in found)
    return _possible_results(found) != {True, False}


def _possible_results(found: list[Command]) -> set[bool]:
    """Whether the script may succeed, and whether it may fail (bash manual, "Lists of Commands").

    Only what asks may do both. Of a pipe the last program's exit code counts.
    """
    final: set[bool] = set()
    now, joint, stops = {True}, ";", False
    for command in found:
        words = command.plain.words
        if command.operator in ("|", "|&"):
            continue
        is_list = joint in ("&&", "||")
        runs_after = {"&&": {True}, "||": {False}}.get(joint, {True} if stops else {True, False})
        before, kept = now & runs_after, now - runs_after
        results = _results(command, before) if before else set()
        is_end = words[:1] == ("exit",)
        final |= (results if is_end else set()) | (set() if is_list else kept)
        now = (kept if is_list else set()) | (set() if is_end else results)
        stops |= words[:1] == ("set",) and "e" in "".join(words[1:2])
        joint = command.operator
        if not now:
            break
    return final | now


def _results(command: Command, before: set[bool]) -> set[bool]:
    """What one command may give: True for exit code 0, False for any other."""
    words = command.plain.words
    if command.operator == "&":
        return {True}
    if words[:1] == ("exit",) and words[1:2] in ((), ("$?",)):
        return before
    if not _is_silent(words):
        return {True, False}
    fails = words[:1] == ("false",) or (words[:1] == ("exit",) and words[1] != "0")
    return {fails if command.words[0] == "!" else not fails}


def _is_silent(words: Sequence[str]) -> bool:
    """Whether one command asks nobody. What a test compares may come from one that does."""
    text = " ".join(words)
    if "$(" in text or "`" in text or "$?" in text:
        return False
    program = _program(words[0]) if words else ""
    if program.startswith("python") and "-c" in words[:-1]:
        return calls_nothing(words[[*words].index("-c") + 1])
    return program in {"", *SILENT} or bool(TELLS_OF_ITSELF & set(words))


def calls_nothing(code: str) -> bool:
    """Whether the Python code calls nothing that could ask."""
    try:
        module = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    called = (node.func for node in ast.walk(module) if isinstance(node, ast.Call))
    return all(isinstance(each, ast.Name) and each.id in SAYS_NOTHING for each in called)


def _program(word: str) -> str:
    return word.rpartition("/")[2]
