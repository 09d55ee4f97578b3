"""The same program with another text: no suite can tell a faulty variant by a hash.

Comments and layout go, and every function gets a statement without effect. A suite that judges
the text would have to understand programs; variants without a fault are there to catch it.
"""

import ast
import random
from pathlib import Path


def disguise(path: Path, rng: random.Random) -> None:
    """Rewrite a Python file in place."""
    path.write_text(disguised(path.read_text(encoding="utf-8"), rng), encoding="utf-8")


def disguised(source: str, rng: random.Random) -> str:
    """The same program with other text."""
    tree = _NoOpInserter(rng).visit(ast.parse(source))
    tree.body.append(_no_op(rng))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _no_op(rng: random.Random) -> ast.stmt:
    return ast.parse(f"_{rng.randrange(1 << 40):x} = {rng.randrange(1 << 30)}").body[0]


class _NoOpInserter(ast.NodeTransformer):
    """Inserts a statement without effect somewhere into each function, after its docstring."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        first = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body.insert(self.rng.randint(first, len(node.body)), _no_op(self.rng))
        return node
