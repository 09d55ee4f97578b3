"""A Dockerfile as stages, and the files of the build context that are in the image."""

import posixpath
from collections.abc import Callable, Iterable
from functools import cached_property

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse
from checks.harness.artefacts.dockerfile_content import Content, Stage
from checks.harness.artefacts.dockerfile_lines import instructions
from checks.harness.artefacts.dockerfile_variables import Variables, substitute
from checks.harness.artefacts.instruction import Instruction
from checks.harness.artefacts.invocation import invocation
from checks.harness.artefacts.package_install import installs_from_file, is_unlocked
from checks.harness.artefacts.reached_commands import reached_commands, used_stages
from checks.harness.artefacts.shell_script import Command

SHELLS = ("sh", "bash", "dash", "ash")
SHELL_SUFFIXES = (".sh", ".bash")
SCRIPT_SUFFIXES = (*SHELL_SUFFIXES, ".py")


class Dockerfile:
    """The stages of a Dockerfile, and the image that they describe."""

    def __init__(self, text: str) -> None:
        """Fails the test when there is no stage. Raises SyntaxError."""
        self.stages: list[Stage] = []
        self.arguments = Variables()
        """The ARGs before the first stage."""
        named: dict[str, Stage] = {}
        for instruction in instructions(text):
            if instruction.name == "FROM":
                stage = self._stage(instruction, named)
                self.stages.append(stage)
                stage.instructions += _triggers(stage.parent)
                named[stage.name] = stage  # of two with one name, Docker takes the later
            elif self.stages:
                self.stages[-1].instructions.append(instruction)
            else:
                self.arguments.read(instruction)
        assert self.stages, "the Dockerfile has a FROM"

    def _stage(self, instruction: Instruction, named: dict[str, Stage]) -> Stage:
        words = instruction.arguments.split()
        name = words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else ""
        try:
            base = substitute(words[0] if words else "", self.arguments.values, unknown="")
        except ValueError as error:
            raise SyntaxError(f"FROM: {error}", (None, instruction.line, None, None)) from None
        return Stage(base, name, parent=named.get(base.lower()) if base else None)

    @cached_property
    def chain(self) -> list[Stage]:
        """The last stage and the stages that it is built FROM, the nearest first."""
        chain = [self.stages[-1]]
        while parent := chain[-1].parent:
            chain.append(parent)
        return chain

    def last(self, name: str) -> Instruction | None:
        """The instruction that the final image has: a stage inherits those of its base stage."""
        return next((last for stage in self.chain if (last := stage.last(name))), None)

    @property
    def bases(self) -> list[str]:
        """The base images that are no stage of this file."""
        return [stage.base for stage in self.stages if not stage.parent]

    @property
    def start_command(self) -> list[str] | None:
        """The words that the container starts with; None in shell form, which starts a shell."""
        entry, command = self.last("ENTRYPOINT"), self.last("CMD")
        if entry and entry.exec_form is None:
            return None
        words = entry.exec_form or [] if entry else []
        if command and command.exec_form is None:
            return None
        return [*words, *(command.exec_form or [])] if command else words

    @property
    def process(self) -> list[str] | None:
        """The words of process 1; None when it is a shell. `sh -c "exec …"` replaces the shell."""
        words = self.start_command
        if words and words[0].rsplit("/", 1)[-1] in SHELLS and words[1:2] == ["-c"]:
            script = " ".join(words[2:3])
            return script.removeprefix("exec ").split() if script.startswith("exec ") else None
        return words

    @property
    def install_commands(self) -> list[tuple[Stage, int, Command]]:
        """The commands that install Python packages, with their stage and instruction's index."""
        return [
            (stage, index, command)
            for stage in self.stages
            for index, instruction in enumerate(stage.instructions)
            if instruction.name == "RUN"
            for command in instruction.commands
            if {"install", "sync"} & set(command.words)
            and not {"apt", "apt-get"} & set(command.words)
            and invocation(command.plain, {}).words[:1] != ("echo",)
        ]

    @property
    def installs_from_lock(self) -> bool:
        """Whether a stage that the final image uses is certain to install from a locked file."""
        return any(
            installs_from_file(invocation(command.plain, {})) and not is_unlocked(command)
            for stage in used_stages(self.stages)
            for instruction in stage.all("RUN")
            for command in reached_commands(instruction.commands)
        )

    def installs(self, condition: Callable[[Command], bool]) -> list[str]:
        """The text of each install command of which the condition holds."""
        return [str(command) for _, _, command in self.install_commands if condition(command)]

    def installs_after_copy(self, path: str) -> list[str]:
        """The text of each install command whose stage copies this file of the context before."""
        first = {id(stage): _first_copy(stage, path) for stage in self.stages}
        return [
            str(command)
            for stage, index, command in self.install_commands
            if first[id(stage)] < index
        ]

    @property
    def start_scripts(self) -> list[str]:
        """The files of the build context that the container starts with, such as an entrypoint."""
        words = self.start_command or []
        candidates = (self.source_of(word) for word in words if not word.startswith("-"))
        return [source for source in candidates if source and source.endswith(SCRIPT_SUFFIXES)]

    def source_of(self, path: str) -> str:
        """The file of the build context that is at this path of the image; "" for none."""
        folder, source = "/", ""
        for instruction in (each for stage in self.chain[::-1] for each in stage.instructions):
            if instruction.name == "WORKDIR":
                folder = posixpath.join(folder, instruction.value.strip())
            elif instruction.name in ("COPY", "ADD") and "from" not in instruction.flags:
                source = _copied_as(posixpath.join(folder, path), folder, instruction) or source
        return source

    def script_at(self, path: str, tree: Tree) -> str | None:
        """The text of the shell script at a path of the image; None for what cannot be read."""
        source = self.source_of(path)
        is_script = source.endswith(SHELL_SUFFIXES)
        return tree.text(source) if is_script and tree.exists(source) else None

    def content(self, context: Iterable[str]) -> set[str]:
        """The files of the build context that are in the final image."""
        copies = parse("Dockerfile", "a Dockerfile", b"", lambda: Content(self.stages).copies)
        return {path for path in context if any(copy.copies(path) for copy in copies)}


def _triggers(parent: Stage | None) -> list[Instruction]:
    """What the ONBUILD instructions of the stage do where another is built FROM it.

    They run behind its FROM, and are not handed on (docs.docker.com/reference/dockerfile/#onbuild).
    """
    found = []
    for each in parent.instructions if parent else []:
        name, _, value = each.value.strip().partition(" ")
        if each.name == "ONBUILD":
            found.append(Instruction(name.upper(), value.strip(), each.body, each.line))
    return found


def _first_copy(stage: Stage, path: str) -> int:
    """The index of the first instruction that copies the file; behind the last when none does."""
    copies = (i for i, each in enumerate(stage.instructions) if each.copies(path))
    return next(copies, len(stage.instructions))


def _copied_as(path: str, folder: str, instruction: Instruction) -> str:
    """The source of the file that the COPY puts at `path`; "" when it puts none there."""
    *sources, target = instruction.paths
    place = posixpath.normpath(posixpath.join(folder, target))
    for source in map(posixpath.normpath, sources):
        if path in (place, posixpath.join(place, posixpath.basename(source))):
            return source
        if path.startswith(f"{place}/"):
            return posixpath.normpath(posixpath.join(source, posixpath.relpath(path, place)))
    return ""
