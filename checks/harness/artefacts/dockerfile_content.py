"""The files of the build context that get into an image, by way of other stages, too.

https://docs.docker.com/reference/dockerfile/#copy---from
"""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from checks.harness.artefacts.instruction import Instruction

MAX_PLACES = 100_000
Place = tuple[Instruction, str]
"""A COPY from the context, and where its files are."""


@dataclass
class Stage:
    """From one FROM to the next. `parent` is the stage that it is built FROM."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)
    parent: "Stage | None" = None

    def last(self, name: str) -> Instruction | None:
        """The last instruction of that name: of most instructions only the last one counts."""
        return next((each for each in reversed(self.instructions) if each.name == name), None)

    def all(self, *names: str) -> list[Instruction]:
        return [each for each in self.instructions if each.name in names]


class Content:
    """The COPYs whose files are in the last stage. Each stage is read once: it names earlier ones.

    Raises SyntaxError when there are too many places.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages: dict[str, Stage] = {}
        self._places: dict[int, dict[Place, None]] = {}
        self._folders: dict[int, str] = {}
        self._total = 0
        for number, stage in enumerate(stages):
            self._read(stage)
            self._stages |= {str(number): stage} | ({stage.name: stage} if stage.name else {})
        self.copies = list(dict.fromkeys(copy for copy, _ in self._places[id(stages[-1])]))

    def _read(self, stage: Stage) -> None:
        places = self._places.get(id(stage.parent), {})
        folder = self._folders.get(id(stage.parent), "/")
        if stage.all("COPY", "ADD"):  # any other stage shares the places of its base
            places = dict(places)
            self._total += len(places)
        for instruction in stage.instructions:
            if instruction.name == "WORKDIR":
                folder = posixpath.join(folder, instruction.value.strip())
            elif instruction.name in ("COPY", "ADD"):
                for place in self._added(instruction, folder):
                    places[place] = None
                    self._count(instruction)
        self._places[id(stage)], self._folders[id(stage)] = places, folder

    def _added(self, instruction: Instruction, folder: str) -> Iterator[Place]:
        *sources, target = instruction.paths
        target = posixpath.normpath(posixpath.join(folder, target))
        if "from" not in instruction.flags:
            yield instruction, target
            return
        name = instruction.flags["from"].lower()
        other = self._stages.get((name.lstrip("0") or "0") if name.isdecimal() else name)
        found = list(self._places[id(other)]) if other else []
        for source in (posixpath.normpath(posixpath.join("/", each)) for each in sources):
            for copy, path in found:
                self._count(instruction)
                if _is_below(path, source):
                    yield (
                        copy,
                        posixpath.normpath(posixpath.join(target, path[len(source) :].strip("/"))),
                    )
                elif _is_below(source, path):
                    yield copy, target

    def _count(self, instruction: Instruction) -> None:
        self._total += 1
        if self._total > MAX_PLACES:
            reason = f"its stages copy from {MAX_PLACES:,} places or more"
            raise SyntaxError(reason, (None, instruction.line, None, None))


def _is_below(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{folder.rstrip('/')}/")
