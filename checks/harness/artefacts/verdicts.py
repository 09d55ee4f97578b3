"""The commands of a step's script that are certain to run, and whose failure ends the step.

The rules are those of the bash manual: "Lists of Commands", "Pipelines", and `-e` under
"The Set Builtin". What cannot be told by reading is not certain.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from checks.harness.artefacts.chains import Chain, chains
from checks.harness.artefacts.invocation import Invocation, invocation
from checks.harness.artefacts.repository_files import relative_path
from checks.harness.artefacts.shell_options import SHELLS, changed
from checks.harness.artefacts.shell_script import Command, commands, folded
from checks.harness.artefacts.shell_state import Shell

HANDLED = {"EXIT", "SIGEXIT", "0", "ERR", "DEBUG", "RETURN"}
ENDING = re.compile(r"\b(exit|exec|return|kill|eval|source)\b|(^|[;&|]\s*)\.\s|^\s*[$`]")
MAX_DEPTH = 3
# Options of a shell that reads another script, or none.
NO_SCRIPT = {"-c", "--help", "--version"}
VARIABLE = re.compile(r"\$\{?(\w+)\}?")
NONZERO = re.compile(r"0*[1-9]\d*")
# A handler that ends with the status which the script had: `rc=$?; docker compose down; exit $rc`.
KEPT_STATUS = re.compile(r"(\w+)=\$\?\s*;([^`]*);\s*exit\s+\$\{?\1\}?\s*;?")
# A file of the environment that only sets variables. (`scripts/activate` may define functions.)
HARMLESS_SOURCE = re.compile(r"(.*/)?(bin|Scripts)/activate|\$\{?HOME\}?/.*/env|~/.*/env")


def verdicts(script: list[Command], shell: Shell, depth: int = 0) -> Iterator[Invocation]:
    """The programs of a script that are certain to run, and whose failure ends it.

    Those of a subshell that is a command of its own are among them: it inherits `-e`, and its
    status ends the script (bash manual, "Command Execution Environment"). So are those that a
    shell reads from a here-document; without `-e` only its last command.
    """
    for chain in chains(folded(script)):
        folders = shell.reachable_folders
        for index, command in enumerate(chain.commands):
            if command.body:
                if chain.is_alone() and _decides(chain, shell):
                    yield from verdicts([*command.body], shell.copy(), depth)
                if any(_kills(each) for each in command.body):
                    return
                continue
            started = invocation(command, shell.env)
            plain = invocation(command.plain, shell.env)
            ends = _ends(chain, index, plain) or _sources_own_file(plain, shell)
            counts = chain.is_certain(index, shell.options, folders)
            is_program = not ends or "exec" in command.words
            if is_program and counts and _decides(chain, shell) and shell.finds(command, started):
                yield replace(started, is_elsewhere=not shell.is_in_project)
                yield from _read_from_here_document(command, plain, shell, depth)
            if ends:
                return
            shell.change(command, plain)


def _decides(chain: Chain, shell: Shell) -> bool:
    """Whether the chain's failure is the script's: `-e` ends it, or it is the last one."""
    return "errexit" in shell.options or chain.is_last


def _read_from_here_document(
    command: Command, plain: Invocation, shell: Shell, depth: int
) -> Iterator[Invocation]:
    """The programs of `bash -e <<EOF`."""
    name, options = "".join(plain.words[:1]), plain.words[1:]
    reads = name in SHELLS and all(word[:1] in "-+" for word in options)
    if reads and command.here_document is not None and depth < MAX_DEPTH:
        inner = shell.copy(changed(set(), plain.words))
        if "noexec" not in inner.options and not NO_SCRIPT & set(options):
            yield from verdicts(commands(command.here_document), inner, depth + 1)


def _sources_own_file(plain: Invocation, shell: Shell) -> bool:
    """Whether the shell reads a file of the repository, which may define functions."""
    name, arguments = "".join(plain.words[:1]), plain.words[1:]
    paths = {relative_path(each) for each in arguments[:1]}
    return name in (".", "source") and bool(paths & shell.repository.names)


def _kills(command: Command) -> bool:
    """Whether a command of a subshell may end the script around it."""
    return invocation(command.plain, {}).words[:1] == ("kill",)


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
