"""A Dockerfile as stages, and the files of the build context that are in the image."""

import io
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dockerfile_parse import DockerfileParser

from checks.harness.artefacts.docker_here_documents import here_documents, without_bodies
from checks.harness.artefacts.instruction import SHELLS, Instruction
from checks.harness.artefacts.interpolation import Interpolation
from checks.harness.artefacts.shell_script import Command

SCRIPT_SUFFIXES = (".sh", ".bash", ".py")
BUSYBOX = ("alpine", "busybox")


@dataclass
class Stage:
    """From one FROM to the next."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def last(self, name: str) -> Instruction | None:
        """The last instruction of that name: of most instructions only the last one counts."""
        return next((each for each in reversed(self.instructions) if each.name == name), None)

    def all(self, *names: str) -> list[Instruction]:
        return [each for each in self.instructions if each.name in names]


class Dockerfile:
    """The stages of a Dockerfile, and the image that they describe."""

    def __init__(self, text: str) -> None:
        """Fails the test when there is no stage, or an instruction before the first."""
        self.stages: list[Stage] = []
        arguments: dict[str, str] = {}
        for instruction in _instructions(text):
            if instruction.name == "FROM":
                self.stages.append(_stage(instruction, arguments))
            elif self.stages:
                self.stages[-1].instructions.append(instruction)
            elif instruction.name == "ARG":
                name, _, value = instruction.value.partition("=")
                arguments[name.strip()] = value.strip().strip("\"'")
        assert self.stages, "the Dockerfile has a FROM"

    @property
    def chain(self) -> list[Stage]:
        """The last stage and the stages that it is built FROM, the nearest first."""
        chain = [self.stages[-1]]
        while (base := self.stage(chain[-1].base)) and base not in chain:
            chain.append(base)
        return chain

    def stage(self, name: str) -> Stage | None:
        """A stage by its name or number; None for another image."""
        if name.isdecimal() and int(name) < len(self.stages):
            return self.stages[int(name)]
        return next((stage for stage in self.stages if stage.name == name and name), None)

    def last(self, name: str) -> Instruction | None:
        """The instruction that the final image has: a stage inherits those of its base stage."""
        return next((last for stage in self.chain if (last := stage.last(name))), None)

    @property
    def bases(self) -> list[str]:
        """The base images that are no stage of this file."""
        return [stage.base for stage in self.stages if not self.stage(stage.base)]

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
        ]

    def installs(self, condition: Callable[[Command], bool]) -> list[str]:
        """The text of each install command of which the condition holds."""
        return [str(command) for _, _, command in self.install_commands if condition(command)]

    def installs_after_copy(self, path: str) -> list[str]:
        """The text of each install command whose stage copies this file of the context before."""
        return [
            str(command)
            for stage, index, command in self.install_commands
            if any(instruction.copies(path) for instruction in stage.instructions[:index])
        ]

    def has_program(self, name: str) -> bool:
        """Whether a RUN of the final image names it, or its base brings it: Alpine has wget."""
        is_of_busybox = name == "wget" and any(word in self.chain[-1].base for word in BUSYBOX)
        return is_of_busybox or self.runs(name)

    @property
    def start_scripts(self) -> list[str]:
        """The files of the build context that the container starts with, such as an entrypoint."""
        words = self.start_command or []
        candidates = (self._source_of(word) for word in words if not word.startswith("-"))
        return [source for source in candidates if source and source.endswith(SCRIPT_SUFFIXES)]

    def _source_of(self, path: str) -> str:
        """The file of the build context that is at this path of the image; "" for none."""
        folder, source = "/", ""
        for instruction in (each for stage in self.chain[::-1] for each in stage.instructions):
            if instruction.name == "WORKDIR":
                folder = posixpath.join(folder, instruction.value.strip())
            elif instruction.name in ("COPY", "ADD") and "from" not in instruction.flags:
                source = _copied_as(posixpath.join(folder, path), folder, instruction) or source
        return source

    def runs(self, word: str) -> bool:
        """Whether a RUN of the final image has this word, as in `apt-get install curl`."""
        instructions = (each for stage in self.chain for each in stage.all("RUN"))
        return any(word in command.words for each in instructions for command in each.commands)

    def content(self, context: Iterable[str]) -> set[str]:
        """The files of the build context that are in the final image."""
        copies = [copy for stage in self.chain for copy, _ in self._copies(stage, set())]
        return {path for path in context if any(copy.copies(path) for copy in copies)}

    def _copies(self, stage: Stage, visited: set[int]) -> Iterator[tuple[Instruction, str]]:
        """The COPYs from the context and their targets; also those of stages it copies from."""
        folder = "/"
        for instruction in stage.instructions:
            if instruction.name == "WORKDIR":
                folder = posixpath.join(folder, instruction.value.strip())
            elif instruction.name in ("COPY", "ADD"):
                *sources, target = instruction.paths
                other = self.stage(instruction.flags.get("from", ""))
                if other is None:
                    yield instruction, posixpath.join(folder, target)
                elif id(other) not in visited:
                    copies = self._copies(other, {*visited, id(stage)})
                    yield from (each for each in copies if _overlap(each[1], sources))


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


def _instructions(text: str) -> Iterator[Instruction]:
    """The instructions with their here-documents, whose lines the parser takes for instructions."""
    kept, bodies = without_bodies(text)
    for parsed in DockerfileParser(fileobj=io.BytesIO(kept.encode())).structure:
        name, value = parsed["instruction"], parsed["value"]
        if name != "COMMENT":
            count = len(here_documents(name, value))
            body, bodies = "\n".join(bodies[:count]), bodies[count:]
            yield Instruction(name.upper(), value, body)


def _stage(instruction: Instruction, arguments: dict[str, str]) -> Stage:
    words = Interpolation(arguments).substitute(instruction.arguments).split()
    name = words[2] if len(words) > 2 and words[1].upper() == "AS" else ""
    return Stage(words[0] if words else "", name)


def _overlap(target: str, sources: Sequence[str]) -> bool:
    """Whether a file at `target` is in one of the `sources`, or the other way round."""
    path = posixpath.normpath(target)
    source_paths = [posixpath.normpath(posixpath.join("/", source)) for source in sources]
    return any(
        f"{path}/".startswith(f"{each.rstrip('/')}/") or f"{each}/".startswith(f"{path}/")
        for each in source_paths
    )
