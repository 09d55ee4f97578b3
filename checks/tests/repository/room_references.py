"""References of one room to another that no import shows: a module's name, or a path, as text."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_MODULE = r"\.([a-z_]+)(\.[a-z_]+)*(:[a-z_]+)?"
_PATH = re.compile(r"(?:checks/)?([a-z_]+)/[a-z_/]+\.[a-z]+")


def upward_references(
    package: Path, depths: Mapping[str, int], name: str = "checks"
) -> Iterator[str]:
    """Each text in a room that names a file of a room which is not below it.

    `depths` has a number for each room: 0 for the uppermost. A file on the ground is a room too.
    `name` is the package's, as an import has it.
    """
    module = re.compile(re.escape(name) + _MODULE)
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package)
        room = place.parts[0].removesuffix(".py")
        if room in depths:
            for line, named in _named_rooms(path, module, set(depths)):
                if named != room and depths[named] <= depths[room]:
                    yield f"{place.as_posix()}:{line} {named}"


def _named_rooms(path: Path, module: re.Pattern[str], rooms: set[str]) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                match = module.fullmatch(text) or _PATH.fullmatch(text)
                if match and match[1] in rooms:
                    yield node.lineno, match[1]
            case ast.BinOp(op=ast.Div(), left=left, right=ast.Constant(value=str(text))):
                if text in rooms and _is_the_package(left):
                    yield node.lineno, text


def _is_the_package(node: ast.expr) -> bool:
    """Whether an expression is the package's folder: `PACKAGE`, or a parent of `__file__`."""
    words = ast.unparse(node)
    return words.endswith("PACKAGE") or ("__file__" in words and "parent" in words)
