"""Whether a step of a workflow changes what the names of programs stand for in later commands.

Later steps read what a step writes to the files GITHUB_PATH and GITHUB_ENV (docs.github.com,
"Workflow commands"). A step may also write a file over a program.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from checks.harness.artefacts.invocation import invocation
from checks.harness.artefacts.repository_files import BIN, MODULES, TOOLS, RepositoryFiles
from checks.harness.artefacts.shell_script import Command
from checks.harness.artefacts.shell_state import READ_BY_PROGRAMS, READ_BY_SHELLS

FILES = re.compile(r"GITHUB_(PATH|ENV)\b")
# What an action's input may hold that sets a variable of later steps (`actions/github-script`).
SETS_LATER = re.compile(r"GITHUB_(PATH|ENV)\b|\b(addPath|exportVariable)\b")
# What a later step's shell reads before its script may be written there in many ways.
FOR_LATER_SHELLS = re.compile(r"\b(BASH_ENV|BASH_FUNC_|SHELLOPTS|BASHOPTS)")
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:=(.*)|$)")
ESCAPED_NEWLINE = re.compile(r"\\n|\n")
WRITING = {"cp", "mv", "ln", "install", "tee", "dd", "rsync", "touch", "sed", "git"}
WRITES_TO = {">", ">>", ">|", "&>", "&>>"}
FINDS_PROGRAM = re.compile(r"(which|command\s+-v|type\s+-[pP])\s+([\w.-]+)")
MOUNTS_PROGRAMS = re.compile(r":\S*bin\b|\b(PATH|PYTHONPATH|LD_PRELOAD)=|--entrypoint")
PYTHONS = re.compile(r"python[\d.]*")


def changes_programs(
    commands: list[Command], inputs: Mapping[str, Any], repository: RepositoryFiles
) -> bool:
    """Whether a later command may start another program than the one that was installed.

    `inputs` are what the step gives to its action.
    """
    if SETS_LATER.search(" ".join(map(str, inputs.values()))):
        return True
    return any(not _keeps_programs(command, commands, repository) for command in commands)


def container_changes_programs(container: object) -> bool:
    """Whether a job's container has variables or mounts that decide what a name stands for."""
    if not isinstance(container, dict):
        return False
    env = container.get("env")
    names = set(env) if isinstance(env, dict) else set()
    text = " ".join([str(container.get("options") or ""), str(container.get("volumes") or "")])
    decisive = {"PATH", "PYTHONPATH", *READ_BY_SHELLS, *READ_BY_PROGRAMS}
    return bool(names & decisive) or MOUNTS_PROGRAMS.search(text) is not None


def _keeps_programs(command: Command, commands: list[Command], repository: RepositoryFiles) -> bool:
    """Whether what it writes to the two files is known, and leads to no program of its own."""
    if not FILES.search(" ".join([*command.words, command.here_document or ""])):
        return True
    name = "".join(invocation(command.plain, {}).words[:1])
    if "GITHUB_PATH" in str(command) and "GITHUB_ENV" not in str(command):
        folders = list(_written(command, commands))
        return name in ("echo", "printf") and not any(
            repository.folder_may_hold_programs(each) for each in folders
        )
    files = set(command.plain.words[1:]) if name == "cat" and not command.here_document else set()
    is_known = name in ("echo", "printf", "cat", "}", "") and files <= (
        repository.names - repository.setters
    )
    return is_known and all(
        _sets_harmless(each, repository) for each in _written(command, commands)
    )


def _written(command: Command, commands: list[Command]) -> Iterator[str]:
    """The lines that the command writes; a group writes those of each `echo` in it."""
    if command.here_document is not None:
        yield from command.here_document.split("\n")
    words = invocation(command.plain, {}).words
    group = words[:1] in (("}",), ())
    for each in commands if group else [command]:
        program, *arguments = invocation(each.plain, {}).words or ("",)
        if program in ("echo", "printf"):
            lines = (line for word in arguments for line in ESCAPED_NEWLINE.split(word))
            yield from (line for line in lines if line and line[0] not in "-%")
        elif group and program not in ("", "{", "}"):
            yield "$"  # whatever it prints


def _sets_harmless(line: str, repository: RepositoryFiles) -> bool:
    """Whether a line of GITHUB_ENV sets a variable that decides nothing, or leads to no own file.

    A name that is a variable itself may be any.
    """
    assignment = ASSIGNMENT.fullmatch(line.strip())
    if not line.strip():
        return True
    if assignment is None:
        return False
    name, value = assignment[1], assignment[2] or ""
    if name == "PATH":
        return not repository.path_leads_elsewhere(value)
    if name == "PYTHONPATH":
        return not repository.shadows_modules(value.split(":"))
    return name not in READ_BY_SHELLS | READ_BY_PROGRAMS


def writes_over_program(command: Command) -> bool:
    """Whether a file that is called as a tool, or whose name is not known, becomes a program."""
    words = command.words
    targets = [after for before, after in pairwise(words) if before in WRITES_TO]
    name, *arguments = invocation(command.plain, {}).words or ("",)
    paths = [word for word in arguments if word[:1] != "-"]
    if name == "ln" and all(map(_is_python, paths)):
        return False  # `ln -s /usr/bin/python3 /usr/bin/python`
    targets += paths if name in WRITING else []
    return any(map(_is_program, targets))


def _is_python(path: str) -> bool:
    found = FINDS_PROGRAM.search(path)
    return PYTHONS.fullmatch(found[2] if found else posixpath.basename(path)) is not None


def _is_program(path: str) -> bool:
    if found := FINDS_PROGRAM.search(path):
        return found[2] in TOOLS
    folder, name = posixpath.split(path.rstrip("/"))
    module = name.removesuffix(".py")
    in_package = name in ("__init__.py", "__main__.py") and posixpath.basename(folder) in MODULES
    is_module = name.endswith(".py") and module in MODULES
    is_unknown = "$" in name and posixpath.basename(folder) in BIN
    return name in TOOLS or is_module or in_package or is_unknown
