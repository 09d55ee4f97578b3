"""What the commands of a script have changed in the shell that runs it: options, names, variables.

The rules are those of the bash manual: "Command Search and Execution", "Bash Startup Files" and
"Bash Variables".
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Self

from checks.harness.artefacts.invocation import Invocation
from checks.harness.artefacts.repository_files import NO_FILES, RepositoryFiles, relative_path
from checks.harness.artefacts.shell_options import changed
from checks.harness.artefacts.shell_script import Command

READ_BY_SHELLS = {"SHELLOPTS", "BASHOPTS", "ZDOTDIR"}
# What the dynamic linker and Python read before the first line of a program.
READ_BY_PROGRAMS = {"LD_PRELOAD", "LD_AUDIT", "PYTHONHOME", "PYTHONUSERBASE"}
SETTERS = ("export", "declare", "typeset", "readonly", "local", "")
# Variables that decide which program a later command starts, wherever they are set.
SEARCHED = {"PATH", "PYTHONPATH", *READ_BY_SHELLS, *READ_BY_PROGRAMS}
# The project, and what leads back there after `cd app`.
PROJECT_FOLDERS = {"", "app", "..", "-"}
# What may name PATH and leaves it as it is.
NAMING = {"echo", "printf", "printenv", "export"}
BASH_TABLES = re.compile(r"BASH_(CMDS|ALIASES)\b")


@dataclass
class Shell:
    """The state after the commands so far.

    `folders` are the working directories that a command may have; they begin with the step's.
    `is_unknown` says that any name may stand for anything.
    """

    options: set[str]
    env: dict[str, Any]
    repository: RepositoryFiles = NO_FILES
    folders: frozenset[str] = frozenset({""})
    shadowed: set[str] = field(default_factory=set)
    is_unknown: bool = False

    def copy(self, options: set[str] | None = None) -> Self:
        """The state with which a subshell begins, or a shell with options of its own."""
        own = self.options if options is None else options
        return replace(self, options=own, env=dict(self.env), shadowed=set(self.shadowed))

    @property
    def reachable_folders(self) -> frozenset[str]:
        """The folders of the repository as `cd` names them; none once a `cd` was seen."""
        if len(self.folders) != 1:
            return frozenset()
        (folder,) = self.folders
        start = f"{folder}/" if folder else ""
        return frozenset(
            each.removeprefix(start) for each in self.repository.folders if each.startswith(start)
        )

    @property
    def is_in_project(self) -> bool:
        """Whether a tool that is started here finds the project, not a folder beside it."""
        return all(relative_path(each) in PROJECT_FOLDERS for each in self.folders)

    def finds(self, command: Command, started: Invocation) -> bool:
        """Whether the program is the one that is installed.

        It is no function and no alias, found by no other PATH, lies at no path of the repository,
        and Python finds no other module in its place.
        """
        words = [word for word in command.without_variables if word != "time"]
        if not words or words[0] in self.shadowed or self.is_unknown:
            return False
        env, names = started.env, READ_BY_SHELLS | READ_BY_PROGRAMS
        if any(name.startswith("BASH_") or name in names for name in env):
            return False
        leads_elsewhere = "PATH" in env and self.repository.path_leads_elsewhere(str(env["PATH"]))
        is_own_file = bool(started.folder) and self.repository.folder_may_hold_programs(
            started.folder
        )
        searched = [each for each in str(env.get("PYTHONPATH") or "").split(":") if each]
        searched += self.folders if started.is_module else ()
        return not (leads_elsewhere or is_own_file or self.repository.shadows_modules(searched))

    def change(self, command: Command, started: Invocation) -> None:
        """Take over the variables, the options, and the names that stand for something else."""
        name, arguments = "".join(started.words[:1]), started.words[1:]
        self.is_unknown |= any(map(BASH_TABLES.match, command.words))
        self.is_unknown |= bool({"PATH", "PYTHONPATH"} & set(command.words)) and name not in NAMING
        if command.function:
            self.shadowed.add(command.function)
        elif name == "alias":
            self.shadowed |= {word.partition("=")[0] for word in arguments}
        elif name == "hash":
            self.shadowed |= set(arguments)
        elif name in ("cd", "pushd"):
            self.folders |= set(arguments[:1])
        elif name == "set" and not command.is_nested:
            self.options = changed(self.options, started.words)
        elif name in SETTERS:
            self._assign(command, arguments or command.plain.words)

    def _assign(self, command: Command, words: tuple[str, ...]) -> None:
        pairs = {n: v for n, sign, v in (word.partition("=") for word in words) if sign}
        if command.is_nested:  # whether it runs is not known
            self.is_unknown |= bool(SEARCHED & set(pairs))
        else:
            self.env |= pairs
