"""The commands of a step's script that are certain to run, and whose failure ends the step.

The rules are those of the bash manual: "Lists of Commands", "Pipelines", and `-e` under
"The Set Builtin". What cannot be told by reading is not certain.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from checks.harness.artefacts.chains import Chain, chains
from checks.harness.artefacts.invocation import Invocation, invocation
from checks.harness.artefacts.shell_options import changed
from checks.harness.artefacts.shell_script import Command

HANDLED = {"EXIT", "SIGEXIT", "0", "ERR", "DEBUG", "RETURN"}
ENDING = re.compile(r"\b(exit|exec|return|kill|eval|source)\b|(^|[;&|]\s*)\.\s|^\s*[$`]")
READ_BY_SHELLS = {"SHELLOPTS", "BASHOPTS", "ZDOTDIR"}
VARIABLE = re.compile(r"\$\{?(\w+)\}?")
NONZERO = re.compile(r"0*[1-9]\d*")
# A handler that ends with the status which the script had: `rc=$?; docker compose down; exit $rc`.
KEPT_STATUS = re.compile(r"(\w+)=\$\?\s*;([^`]*);\s*exit\s+\$\{?\1\}?\s*;?")
# A file of the environment that only sets variables.
HARMLESS_SOURCE = re.compile(r"(.*/)?activate|\$\{?HOME\}?/.*/env|~/.*/env")


@dataclass
class Shell:
    """What the commands so far have changed in the shell that runs the script."""

    options: set[str]
    env: dict[str, Any]
    shadowed: set[str] = field(default_factory=set)

    def finds(self, command: Command) -> bool:
        """Whether the program is the one that is installed: no function, no alias, no other PATH.

        A function's or an alias's name counts where a command's name stands (bash manual,
        "Command Search and Execution"). A shell takes scripts, functions (`BASH_FUNC_ruff%%`) and
        options from variables ("Bash Startup Files", "Bash Variables").
        """
        words = [word for word in command.without_variables if word != "time"]
        path = invocation(command, self.env).env.get("PATH")
        return (
            words[:1] != []
            and words[0] not in self.shadowed
            and (path is None or re.search(r"\$(\{?PATH\b|\{\{)", str(path)) is not None)
            and not any(name.startswith("BASH_") or name in READ_BY_SHELLS for name in self.env)
        )

    def change(self, command: Command, started: Invocation) -> None:
        """Take over the variables, the options, and the names that stand for something else."""
        name, arguments = "".join(started.words[:1]), started.words[1:]
        if command.function:
            self.shadowed.add(command.function)
        elif name == "alias":
            self.shadowed |= {word.partition("=")[0] for word in arguments}
        elif name == "hash":
            self.shadowed |= set(arguments)
        elif command.is_nested:
            return
        elif name == "set":
            self.options = changed(self.options, started.words)
        elif name in ("export", "declare", "typeset", "readonly", ""):
            words = arguments or command.words
            self.env |= {n: v for n, sign, v in (word.partition("=") for word in words) if sign}


def verdicts(
    script: list[Command], options: set[str], env: Mapping[str, Any]
) -> Iterator[Invocation]:
    """The programs of a script that are certain to run, and whose failure ends it."""
    shell = Shell(options, dict(env))
    for chain in chains(script):
        for index, command in enumerate(chain.commands):
            started = invocation(command, shell.env)
            plain = invocation(command.plain, shell.env)
            ends = _ends(chain, index, plain)
            is_program = not ends or "exec" in command.words
            if is_program and chain.is_certain(index, shell.options) and shell.finds(command):
                yield started
            if ends:
                return
            shell.change(command, plain)


def _ends(chain: Chain, index: int, plain: Invocation) -> bool:
    """Whether what follows is not certain to run, or the script's status says nothing."""
    command = chain.commands[index]
    name, arguments = _named(plain), plain.words[1:]
    if "exec" in takewhile(_is_prefix, command.plain.without_variables):
        return not chain.is_in_pipe(index) and bool(plain.words)
    if name in ("exit", "logout"):
        fails = bool(arguments) and NONZERO.fullmatch(arguments[0]) is not None
        return not fails or (chain.is_alone() and not command.is_nested)
    if name == "return":
        return not command.is_nested
    return name in ("eval", "kill", "exec") or _hides_status(name, arguments)


def _is_prefix(word: str) -> bool:
    """Whether the word leaves the next one to be a command of the shell itself."""
    return word in ("exec", "command", "builtin") or word[:1] == "-"


def _hides_status(name: str, arguments: tuple[str, ...]) -> bool:
    """Whether a handler, an option or another file may end the script with any status."""
    if name == "trap":
        handler, *signals = [each for each in arguments if each != "--"] or [""]
        handled = HANDLED & {each.upper() for each in signals}
        text = re.sub(r"[\\'\"]", "", handler)
        kept = KEPT_STATUS.fullmatch(text.strip())
        if kept and not re.search(rf"\b{kept[1]}=", kept[2]):
            text = kept[2]
        return bool(handled and ENDING.search(text))
    if name in (".", "source"):
        return not HARMLESS_SOURCE.fullmatch("".join(arguments[:1]))
    if name == "shopt":
        return bool({"errexit", "pipefail", "noexec"} & set(arguments))
    return name == "set" and "noexec" in changed(set(), (name, *arguments))


def _named(plain: Invocation) -> str:
    """The program; a variable whose value is known stands for it."""
    name = "".join(plain.words[:1])
    variable = VARIABLE.fullmatch(name)
    return str(plain.env.get(variable[1], name)) if variable else name
