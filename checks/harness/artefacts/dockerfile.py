"""A Dockerfile as its stages, and what of the build context gets into the image."""

import io
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dockerfile_parse import DockerfileParser

from checks.harness.artefacts.instruction import Step
from checks.harness.artefacts.interpolation import Filling
from checks.harness.artefacts.shell_script import Command

SHELLS = ("sh", "bash", "dash", "ash")
HERE = re.compile(r"<<-?\s*([\"']?)(\w+)\1")


@dataclass
class Stage:
    """From one FROM to the next."""

    base: str
    name: str
    steps: list[Step] = field(default_factory=list)

    def last(self, instruction: str) -> Step | None:
        """The one that counts: of most instructions only the last does."""
        return next((s for s in reversed(self.steps) if s.instruction == instruction), None)

    def all(self, *instructions: str) -> list[Step]:
        return [step for step in self.steps if step.instruction in instructions]


class Image:
    """What a Dockerfile describes."""

    def __init__(self, text: str) -> None:
        """Fails the test when there is no stage, or an instruction before the first."""
        self.stages: list[Stage] = []
        arguments: dict[str, str] = {}
        for step in _steps(text):
            if step.instruction == "FROM":
                self.stages.append(_stage(step, arguments))
            elif self.stages:
                self.stages[-1].steps.append(step)
            elif step.instruction == "ARG":
                name, _, value = step.value.partition("=")
                arguments[name.strip()] = value.strip().strip("\"'")
        assert self.stages, "the Dockerfile has a FROM"

    @property
    def chain(self) -> list[Stage]:
        """The last stage, and the stages that it and they are made FROM; the nearest first."""
        found = [self.stages[-1]]
        while (below := self.stage(found[-1].base)) and below not in found:
            found.append(below)
        return found

    def stage(self, name: str) -> Stage | None:
        """A stage by its name or number; None for an image from elsewhere."""
        if name.isdecimal() and int(name) < len(self.stages):
            return self.stages[int(name)]
        return next((stage for stage in self.stages if stage.name == name and name), None)

    def last(self, instruction: str) -> Step | None:
        """The instruction as the finished image has it: a stage inherits from the one below."""
        return next((step for stage in self.chain if (step := stage.last(instruction))), None)

    @property
    def bases(self) -> list[str]:
        """The images from elsewhere."""
        return [stage.base for stage in self.stages if not self.stage(stage.base)]

    @property
    def start(self) -> list[str] | None:
        """The words that the container starts with; None when a shell is put before them."""
        entry, command = self.last("ENTRYPOINT"), self.last("CMD")
        if entry and entry.listed is None:
            return None
        words = entry.listed or [] if entry else []
        if command and command.listed is None:
            return None
        return [*words, *(command.listed or [])] if command else words

    @property
    def process(self) -> list[str] | None:
        """The words of process 1; None when a shell is. `sh -c "exec …"` gives its place away."""
        start = self.start
        if start and start[0].rsplit("/", 1)[-1] in SHELLS and start[1:2] == ["-c"]:
            script = " ".join(start[2:3])
            return script.removeprefix("exec ").split() if script.startswith("exec ") else None
        return start

    @property
    def installs(self) -> list[tuple[Stage, int, Command]]:
        """Every command that installs Python packages, with its stage and its step there."""
        return [
            (stage, place, command)
            for stage in self.stages
            for place, step in enumerate(stage.steps)
            if step.instruction == "RUN"
            for command in step.commands
            if {"install", "sync"} & set(command.words)
            and not {"apt", "apt-get"} & set(command.words)
        ]

    def runs(self, word: str) -> bool:
        """Whether a RUN of the finished image has this word, as in `apt-get install curl`."""
        steps = (step for stage in self.chain for step in stage.all("RUN"))
        return any(word in command.words for step in steps for command in step.commands)

    def content(self, context: Iterable[str]) -> set[str]:
        """The files of the build context that are in the finished image."""
        copies = [step for stage in self.chain for step, _ in self._copies(stage, set())]
        return {path for path in context if any(step.takes(path) for step in copies)}

    def _copies(self, stage: Stage, seen: set[int]) -> Iterator[tuple[Step, str]]:
        """What a stage copies from the context, itself or by way of another; and to where."""
        place = "/"
        for step in stage.steps:
            if step.instruction == "WORKDIR":
                place = posixpath.join(place, step.value.strip())
            elif step.instruction in ("COPY", "ADD"):
                *sources, target = step.paths
                other = self.stage(step.flags.get("from", ""))
                if other is None:
                    yield step, posixpath.join(place, target)
                elif id(other) not in seen:
                    made = self._copies(other, {*seen, id(stage)})
                    yield from (each for each in made if _meet(each[1], sources))


def _steps(text: str) -> Iterator[Step]:
    """The instructions, each with its here-document, which the parser would take for more."""
    bodies: list[str] = []
    for found in DockerfileParser(fileobj=io.BytesIO(_without_bodies(text, bodies))).structure:
        if found["instruction"] != "COMMENT":
            body = bodies.pop(0) if HERE.search(found["value"]) and bodies else ""
            yield Step(found["instruction"].upper(), found["value"], body)


def _without_bodies(text: str, bodies: list[str]) -> bytes:
    kept, ends = [], ""
    body: list[str] = []
    for line in text.splitlines():
        if ends and line.strip() == ends:
            bodies.append("\n".join(body))
            ends, body = "", []
        elif ends:
            body.append(line)
        else:
            kept.append(line)
            found = None if line.lstrip().startswith("#") else HERE.search(line)
            ends = found[2] if found else ""
    return "\n".join(kept).encode()


def _stage(step: Step, arguments: dict[str, str]) -> Stage:
    words = Filling(arguments).fill(step.rest).split()
    name = words[2] if len(words) > 2 and words[1].upper() == "AS" else ""
    return Stage(words[0] if words else "", name)


def _meet(target: str, sources: Sequence[str]) -> bool:
    """Whether something that lies at `target` is part of what is taken from `sources`."""
    mine = posixpath.normpath(target)
    theirs = [posixpath.normpath(posixpath.join("/", source)) for source in sources]
    return any(
        f"{mine}/".startswith(f"{each.rstrip('/')}/") or f"{each}/".startswith(f"{mine}/")
        for each in theirs
    )
