"""The rooms of a package as data: the layers of the contract, files counted, imports by grimp."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import grimp

from checks.errors import CourseError

PACKAGE = "checks"
Edge = tuple[str, str]


@dataclass(frozen=True)
class Room:
    """A folder, or a file that stands beside the folders; `inner` are the layers of a contract."""

    name: str
    files: int
    inner: tuple[tuple["Room", ...], ...] = ()


@dataclass(frozen=True)
class RoomGraph:
    """The layers from the top down, and which room imports which."""

    layers: tuple[tuple[Room, ...], ...]
    imports: frozenset[Edge]

    @property
    def rooms(self) -> tuple[Room, ...]:
        return tuple(room for layer in self.layers for room in layer)

    @property
    def direct(self) -> frozenset[Edge]:
        """The imports that do not follow from others: the transitive reduction of `imports`."""
        below = {room.name: self._reachable(room.name) for room in self.rooms}
        return frozenset(
            (importer, imported)
            for importer, imported in self.imports
            if not any(
                imported in below[between]
                for other, between in self.imports
                if other == importer and between != imported
            )
        )

    def _reachable(self, name: str) -> frozenset[str]:
        below = {imported for importer, imported in self.imports if importer == name}
        return frozenset(below).union(*(self._reachable(room) for room in below))


def read_rooms(root: Path) -> RoomGraph:
    """The rooms of `checks/`. Raises CourseError when an import runs upwards."""
    layers = _layers(root, PACKAGE)
    order = {room.name: depth for depth, layer in enumerate(layers) for room in layer}
    imports = _imports(order)
    upward = sorted(edge for edge in imports if order[edge[0]] >= order[edge[1]])
    if upward:
        importer, imported = upward[0]
        raise CourseError(f"{importer} imports {imported}, which is not below it: `lint-imports`")
    return RoomGraph(layers, imports)


def _layers(root: Path, container: str) -> tuple[tuple[Room, ...], ...]:
    """The layers of the contract on a package; () for a package that has no contract."""
    return tuple(
        tuple(_room(root, f"{container}.{name.strip()}") for name in layer.split("|"))
        for layer in _contracts(root).get(container, ())
    )


def _contracts(root: Path) -> Mapping[str, Sequence[str]]:
    """The lines of each `layers` contract in pyproject.toml, by the package that it is about."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        contract["containers"][0]: contract["layers"]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    }


def _room(root: Path, module: str) -> Room:
    folder = root.joinpath(*module.split("."))
    name = folder.name if folder.is_dir() else f"{folder.name}.py"
    files = [path for path in folder.rglob("*.py") if path.name != "__init__.py"]
    return Room(name, len(files) if folder.is_dir() else 1, _layers(root, module))


def _imports(rooms: Mapping[str, int]) -> frozenset[Edge]:
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    pairs = (
        (_room_of(importer), _room_of(imported))
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    )
    known = {name.removesuffix(".py"): name for name in rooms}
    return frozenset(
        (known[importer], known[imported])
        for importer, imported in pairs
        if importer in known and imported in known and importer != imported
    )


def _room_of(module: str) -> str:
    return f"{module}.".split(".")[1]
