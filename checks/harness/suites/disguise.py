"""The same program with another text: no suite can tell a faulty variant by a hash.

Comments and layout go. Each function gets statements without effect and other names for its
variables, and some of its expressions become variables: all of it at random, in functions that a
variant changes and in those that it does not. A suite that judges the text would have to
understand programs; variants without a fault are there to catch it.
"""

import ast
import random
from pathlib import Path

WORDS = ("value", "item", "current", "found", "known", "entry", "result", "part", "state", "limit")
"""Names of new variables, as people write them."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
OTHER_BINDINGS = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.comprehension),
    *(ast.Global, ast.Nonlocal, ast.MatchAs, ast.MatchStar, ast.MatchMapping),
)
"""What binds names by other rules than an assignment in a function does."""


def disguise(path: Path, rng: random.Random) -> None:
    """Rewrite a Python file in place."""
    path.write_text(disguised(path.read_text(encoding="utf-8"), rng), encoding="utf-8")


def disguised(source: str, rng: random.Random) -> str:
    """The same program with other text."""
    tree = ast.parse(source)
    tree = _Disguiser(rng, _names(tree)).visit(tree)
    tree.body.append(ast.parse(f"_{rng.randrange(1 << 40):x} = {rng.randrange(1 << 30)}").body[0])
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _names(tree: ast.AST) -> set[str]:
    """Each name and argument of the program."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


class _Disguiser(ast.NodeTransformer):
    """Rewrites each function and class: what it does stays, its bytecode does not."""

    def __init__(self, rng: random.Random, taken: set[str]) -> None:
        self.rng = rng
        self.taken = taken
        self.depth = 0

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """A statement that binds no name: a class has attributes, and no variables."""
        self.generic_visit(node)
        self._insert(node, ast.parse(f"for {self._new_name()} in ():\n    break").body[0])
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self._rewrite(node)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        self._rewrite(node)
        return node

    def visit_Return(self, node: ast.Return) -> ast.stmt | list[ast.stmt]:
        """`return f(x)` → `found = f(x)` and `return found`, or not."""
        if node.value is None or self.rng.random() < 1 / 3:
            return node
        name = self._new_name()
        return [_assign(name, node.value), ast.Return(ast.Name(name, ast.Load()))]

    def visit_If(self, node: ast.If) -> ast.stmt | list[ast.stmt]:
        """`if x:` → `known = x` and `if known:`, or not."""
        self.generic_visit(node)
        if not self.depth or self.rng.random() < 1 / 3:
            return node
        name = self._new_name()
        condition, node.test = node.test, ast.Name(name, ast.Load())
        return [_assign(name, condition), node]

    def _rewrite(self, node: Function) -> None:
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        for _ in range(self.rng.randint(1, 3)):
            self._insert(node, self._no_op())
        self._rename_variables(node)

    def _insert(self, node: Function | ast.ClassDef, new: ast.stmt) -> None:
        """After the docstring, and where it is reached."""
        first = 1 if ast.get_docstring(node, clean=False) is not None else 0
        last = len(node.body) - isinstance(node.body[-1], ast.Return | ast.Raise)
        node.body.insert(self.rng.randint(first, last), new)

    def _no_op(self) -> ast.stmt:
        """A statement without effect, in one of several forms."""
        name, number = self._new_name(), self.rng.randrange(1000)
        forms = (
            f"{name} = {number}",
            f"{name} = {self.rng.choice(WORDS)!r}",
            f"{name} = [{number}, None]",
            f"{name} = len({self.rng.choice(WORDS)!r}) > {number}",
            f"for {name} in ():\n    break",
        )
        return ast.parse(self.rng.choice(forms)).body[0]

    def _rename_variables(self, function: Function) -> None:
        """Give other names to the variables of a function without OTHER_BINDINGS."""
        inner = [node for part in function.body for node in ast.walk(part)]
        if any(isinstance(node, OTHER_BINDINGS) for node in inner):
            return
        found = [node for node in inner if isinstance(node, ast.Name)]
        stored = sorted({node.id for node in found if isinstance(node.ctx, ast.Store)})
        kept = {arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)}
        kept |= {node.name for node in inner if isinstance(node, ast.ExceptHandler) and node.name}
        new = {name: self._new_name() for name in stored if name not in kept}
        for node in found:
            node.id = new.get(node.id, node.id)

    def _new_name(self) -> str:
        name = self.rng.choice(WORDS)
        while name in self.taken:
            name = f"{self.rng.choice(WORDS)}_{self.rng.randrange(1000)}"
        self.taken.add(name)
        return name


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)
