"""The import graph of the learner's tree: read from the source, which is never imported."""

import ast
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

LOADERS = frozenset({"__import__", "import_module"})


@dataclass(frozen=True)
class Import:
    """One imported name of a file, whatever the form of the import."""

    path: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.name}"


class ImportGraph:
    """The imports of every file of a tree, by its module."""

    def __init__(self, files: Iterable[tuple[str, ast.Module]]) -> None:
        self.imports = {module_of(path): list(imports_of(path, tree)) for path, tree in files}

    def chains(
        self, layers: Collection[str], package: str, excluded: Collection[str] = ()
    ) -> list[str]:
        """The import chains from modules of `layers` to `package`, a sentence for each last line.

        A chain may pass other modules of the tree. It does not pass a layer, which has chains of
        its own, nor the `excluded` packages.
        """
        sentences: dict[tuple[str, int], str] = {}
        for module in sorted(self.imports):
            for each in self.imports[module] if within(module, layers) else ():
                chain = self._shortest_chain(each, package, [*layers, *excluded])
                if chain:
                    place = chain[-1].path, chain[-1].line
                    sentences.setdefault(place, ", ".join(map(str, chain)))
        return list(sentences.values())

    def _shortest_chain(
        self, first: Import, package: str, excluded: Collection[str]
    ) -> tuple[Import, ...]:
        """The shortest chain that begins with this import, or ()."""
        chains: deque[tuple[Import, ...]] = deque([(first,)])
        visited: set[str] = set()
        while chains:
            chain = chains.popleft()
            if within(chain[-1].name, [package]):
                return chain
            for module in self._modules_run_by(chain[-1].name):
                if module not in visited and not within(module, excluded):
                    visited.add(module)
                    chains.extend((*chain, each) for each in self.imports[module])
        return ()

    def _modules_run_by(self, name: str) -> Iterator[str]:
        """The modules that an import runs: importing a.b runs a/__init__.py as well."""
        parts = name.split(".")
        prefixes = (".".join(parts[:end]) for end in range(1, len(parts) + 1))
        return (module for module in prefixes if module in self.imports)


def within(name: str, packages: Iterable[str]) -> bool:
    """Whether the name is one of the packages or in one of them."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def module_of(path: str) -> str:
    """`app/crud/__init__.py` is app.crud."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports_of(path: str, tree: ast.Module) -> Iterator[Import]:
    """Every import of the file; one `from` names the module and each of its imported names."""
    loaders = LOADERS | set(_aliases(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr):
            for name in _names(path, node, loaders):
                yield Import(path, node.lineno, name)


def _aliases(tree: ast.Module) -> Iterator[str]:
    """The file's other names of functions that import: `load = importlib.import_module`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (a.asname for a in node.names if a.asname and a.name in LOADERS)
        elif isinstance(node, ast.Assign) and _last_part(node.value) in LOADERS:
            yield from map(_last_part, node.targets)


def _last_part(node: ast.expr) -> str:
    return ast.unparse(node).rsplit(".", 1)[-1]


def _names(path: str, node: ast.AST, loaders: Collection[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _absolute_name(node.module or "", node.level, path)
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and _last_part(node.func) in loaders:
        arguments = (*node.args, *(each.value for each in node.keywords))
        strings = [
            w.value for w in arguments if isinstance(w, ast.Constant) and isinstance(w.value, str)
        ]
        if strings:
            level = len(strings[0]) - len(strings[0].lstrip("."))
            origin = f"{strings[1].replace('.', '/')}/" if strings[1:] else path
            yield _absolute_name(strings[0][level:], level, origin)


def _absolute_name(module: str, level: int, path: str) -> str:
    """The absolute name of a module that this file imports with `level` dots."""
    package = path.removesuffix(".py").split("/")[:-level] if level else []
    return ".".join([*package, *filter(None, [module])])
