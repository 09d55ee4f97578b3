"""A program that does the same and looks different: nobody learns from a hash which one it is.

Comments and layout go, and every function gets a statement that means nothing. A suite that tells
a faulty variant by its text would have to read programs; the harmless variants are there for it.
"""

import ast
import random
from pathlib import Path


def disguise(path: Path, chance: random.Random) -> None:
    """Rewrite a Python file in place."""
    path.write_text(disguised(path.read_text(encoding="utf-8"), chance), encoding="utf-8")


def disguised(source: str, chance: random.Random) -> str:
    """The same program with other text."""
    tree = _Noise(chance).visit(ast.parse(source))
    tree.body.append(_nothing(chance))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _nothing(chance: random.Random) -> ast.stmt:
    return ast.parse(f"_{chance.randrange(1 << 40):x} = {chance.randrange(1 << 30)}").body[0]


class _Noise(ast.NodeTransformer):
    """Puts a meaningless statement somewhere into each function, after its docstring."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        first = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body.insert(self.chance.randint(first, len(node.body)), _nothing(self.chance))
        return node
