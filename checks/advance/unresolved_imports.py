"""Unresolved names: a module imports them from the day's own package, which does not define them.

Modules are read with `ast`, never imported. Names that a module defines at run time are not found.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_Import = tuple[str, ast.alias, int]
_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, order=True)
class UnresolvedName:
    """A name that is used at `path`:`line` and defined nowhere; "" for a file that is no Python."""

    path: str
    line: int
    name: str


@dataclass(frozen=True)
class _Module:
    path: str
    package: str
    names: frozenset[str]
    imports: tuple[_Import, ...]
    attributes: tuple[ast.Attribute, ...]
    variables: frozenset[str]

    @property
    def objects(self) -> frozenset[str]:
        """The names that are objects here, also where a submodule of that name exists."""
        own = {
            alias.asname or alias.name
            for source, alias, _ in self.imports
            if source == self.package
        }
        return self.names - own


@dataclass(frozen=True)
class _Tree:
    """Modules by dotted name; `unread` are no Python and may define anything."""

    modules: Mapping[str, _Module]
    unread: frozenset[str]

    def lacks(self, source: str, name: str) -> bool:
        """Whether `source` is the tree's own and is missing, or does not define `name`."""
        known = self.modules.keys() | self.unread
        if f"{source}.{name}" in known or source in self.unread:
            return False
        if source in self.modules:
            return not self.modules[source].names & {name, "*"}
        is_own = source.partition(".")[0] in self.modules
        return is_own and not any(each.startswith(f"{source}.") for each in known)

    def module(self, node: ast.expr, imported: Mapping[str, str]) -> str | None:
        """The module that an expression such as `crud.event` is."""
        if isinstance(node, ast.Name):
            return imported.get(node.id)
        if isinstance(node, ast.Attribute):
            parent = self.module(node.value, imported)
            return self.submodule(parent, node.attr) if parent else None
        return None

    def submodule(self, package: str, name: str) -> str | None:
        """The module that `package.name` is; None where the package binds the name anew."""
        full_name = f"{package}.{name}"
        if full_name not in self.modules:
            return None
        known = self.modules.get(package)
        return None if known and name in known.objects else full_name


def unresolved_names(files: Mapping[str, bytes]) -> tuple[UnresolvedName, ...]:
    """Every unresolved name of a tree, given as path → bytes; only its `.py` files are read."""
    modules: dict[str, _Module] = {}
    unresolved: list[UnresolvedName] = []
    for path, data in files.items():
        if path.endswith(".py"):
            try:
                modules[_dotted(path)] = _module(path, data)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                unresolved.append(UnresolvedName(path, getattr(error, "lineno", None) or 1, ""))
    tree = _Tree(modules, frozenset(_dotted(name.path) for name in unresolved))
    for module in modules.values():
        unresolved += [*_unresolved_imports(module, tree), *_unresolved_attributes(module, tree)]
    return tuple(sorted(set(unresolved)))


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@lru_cache(maxsize=1024)  # most files of a tree are the same before and after a carry
def _module(path: str, data: bytes) -> _Module:
    body, name = ast.parse(data), _dotted(path)
    package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
    attributes = tuple(node for node in ast.walk(body) if isinstance(node, ast.Attribute))
    names, variables = frozenset(_top_names(body)), frozenset(_variables(body))
    return _Module(path, package, names, tuple(_imports(package, body)), attributes, variables)


def _top_names(node: ast.AST) -> Iterator[str]:
    """Names bound at the top level, under `if` and `try` too; "*" when any name may be."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _DEFINITIONS):
            yield "*" if child.name == "__getattr__" else child.name
        elif isinstance(child, ast.Import | ast.ImportFrom):
            yield from (each.asname or each.name.split(".")[0] for each in child.names)
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        else:
            yield from _top_names(child)


def _imports(package: str, body: ast.Module) -> Iterator[_Import]:
    """Each `from source import name`, with the source's full name and the line."""
    for node in ast.walk(body):
        if isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            parents = parts[: len(parts) - node.level + 1] if node.level else []
            source = ".".join([*parents, *([node.module] if node.module else [])])
            yield from ((source, each, node.lineno) for each in node.names if each.name != "*")


def _unresolved_imports(module: _Module, tree: _Tree) -> Iterator[UnresolvedName]:
    for source, alias, line in module.imports:
        if tree.lacks(source, alias.name):
            yield UnresolvedName(module.path, line, f"{source}.{alias.name}")


def _unresolved_attributes(module: _Module, tree: _Tree) -> Iterator[UnresolvedName]:
    """`crud.event.publish` where `crud` was imported and `event.py` has no `publish`."""
    imported = {
        alias.asname or alias.name: submodule
        for source, alias, _ in module.imports
        if (submodule := tree.submodule(source, alias.name))
    }
    for variable in module.variables:
        imported.pop(variable, None)
    for node in module.attributes if imported else ():
        source = tree.module(node.value, imported)
        if source and tree.lacks(source, node.attr):
            yield UnresolvedName(module.path, node.lineno, f"{source}.{node.attr}")


def _variables(body: ast.Module) -> Iterator[str]:
    """Names that are a variable or a parameter somewhere: they may be no module there."""
    for node in ast.walk(body):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
