"""Who imports whom in the learner's tree: read from the source, never by importing it."""

import ast
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

LOADERS = frozenset({"__import__", "import_module"})


@dataclass(frozen=True)
class Import:
    """One name that a file asks for, whatever the form of the import."""

    path: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.name}"


class ImportGraph:
    """The imports of every file of a tree, by its module."""

    def __init__(self, files: Iterable[tuple[str, ast.Module]]) -> None:
        self.imports = {module_of(path): list(imports_of(path, tree)) for path, tree in files}

    def ways(
        self, layers: Collection[str], package: str, closed: Collection[str] = ()
    ) -> list[str]:
        """How modules of `layers` come to `package`, one sentence for each line that asks for it.

        A way may lead through other modules of the tree. It does not lead through a layer, which
        has ways of its own, nor through what is `closed`.
        """
        found: dict[tuple[str, int], str] = {}
        for module in sorted(self.imports):
            for each in self.imports[module] if within(module, layers) else ():
                way = self._way(each, package, [*layers, *closed])
                if way:
                    found.setdefault((way[-1].path, way[-1].line), ", ".join(map(str, way)))
        return list(found.values())

    def _way(self, first: Import, package: str, closed: Collection[str]) -> tuple[Import, ...]:
        """The shortest way, or none."""
        ways: deque[tuple[Import, ...]] = deque([(first,)])
        seen: set[str] = set()
        while ways:
            way = ways.popleft()
            if within(way[-1].name, [package]):
                return way
            for module in self._run_by(way[-1].name):
                if module not in seen and not within(module, closed):
                    seen.add(module)
                    ways.extend((*way, each) for each in self.imports[module])
        return ()

    def _run_by(self, name: str) -> Iterator[str]:
        """The modules that run when it is imported: importing a.b runs a/__init__.py as well."""
        parts = name.split(".")
        above = (".".join(parts[:end]) for end in range(1, len(parts) + 1))
        return (module for module in above if module in self.imports)


def within(name: str, packages: Iterable[str]) -> bool:
    """Whether it is one of the packages or stands in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def module_of(path: str) -> str:
    """`app/crud/__init__.py` is app.crud."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports_of(path: str, tree: ast.Module) -> Iterator[Import]:
    """Every import at any place of the file; one `from` names the module and each thing in it."""
    loaders = LOADERS | set(_aliases(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr):
            for name in _names(path, node, loaders):
                yield Import(path, node.lineno, name)


def _aliases(tree: ast.Module) -> Iterator[str]:
    """What else the file calls the functions that import: `load = importlib.import_module`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (a.asname for a in node.names if a.asname and a.name in LOADERS)
        elif isinstance(node, ast.Assign) and _last(node.value) in LOADERS:
            yield from map(_last, node.targets)


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rsplit(".", 1)[-1]


def _names(path: str, node: ast.AST, loaders: Collection[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _from(node.module or "", node.level, path)
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and _last(node.func) in loaders:
        given = (*node.args, *(each.value for each in node.keywords))
        words = [w.value for w in given if isinstance(w, ast.Constant) and isinstance(w.value, str)]
        if words:
            level = len(words[0]) - len(words[0].lstrip("."))
            beside = f"{words[1].replace('.', '/')}/" if words[1:] else path
            yield _from(words[0][level:], level, beside)


def _from(module: str, level: int, path: str) -> str:
    """The absolute name of a module that is asked for with `level` dots in this file."""
    package = path.removesuffix(".py").split("/")[:-level] if level else []
    return ".".join([*package, *filter(None, [module])])
