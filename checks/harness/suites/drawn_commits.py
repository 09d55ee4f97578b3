"""Changes to be committed, drawn anew in each run: each with one fault, and one without any.

The sound change has the same files, the same kinds of names and the same shapes as the faulty ones,
so a hook that tells them apart has read them as ruff and mypy do.
"""

from dataclasses import dataclass
from typing import Self

from checks.harness.app.learner_tree import Tree
from checks.harness.suites.drawn_faults import IMPORTS, FaultDraw

Files = dict[str, str]
# How a function of one parameter becomes one that its caller cannot call any more.
BREAKING = (
    ("{x}: str, {y}: int", "int", "len({x}) * {y}"),
    ("{x}: int", "int", "{x} * {n}"),
    ("", "int", "{n}"),
    ("{x}: str", "str", "{x} * {n}"),
)


@dataclass(frozen=True)
class DrawnChanges:
    """`base` is committed first; each of `changes` is a commit on it: text by path."""

    base: Files
    changes: dict[str, Files]

    @classmethod
    def draw(cls, tree: Tree, draw: FaultDraw) -> Self:
        """Draw them, in files that the tree has not."""
        called, caller, new = (_module(tree, draw) for _ in range(3))
        test = f"tests/test_{draw.name()}.py"
        x, y = draw.rng.sample(("amount", "label", "number", "text", "value"), 2)
        name, n = draw.name(), draw.rng.randint(2, 90)
        parts = {"x": x, "y": y, "n": n}
        head = draw.docstring()
        module = f'{head}\ndef {name}({{}}) -> {{}}:\n    """What is counted."""\n    return {{}}\n'
        sound = module.format(f"{x}: str", "int", f"len({x})")
        changed = module.format(f"{x}: str", "int", f"len({x}) + {n}")
        breaking = (part.format(**parts) for part in draw.rng.choice(BREAKING))
        used, unused = _imports(draw)
        typed, untyped = _functions(draw)
        formatted, unformatted = _values(draw)
        first = _module(tree, draw)
        return cls(
            base={called: sound, caller: _caller(called, name, draw)},
            changes={
                "sound": {called: changed, new: used, first: formatted, _module(tree, draw): typed},
                "unused": {new: unused},
                "unused in tests": {test: unused},
                "format": {first: unformatted},
                "types": {new: untyped},
                "caller": {called: module.format(*breaking)},
            },
        )


def _module(tree: Tree, draw: FaultDraw) -> str:
    path = f"app/{draw.name()}.py"
    return _module(tree, draw) if tree.exists(path) else path


def _caller(called: str, name: str, draw: FaultDraw) -> str:
    module = called.removesuffix(".py").replace("/", ".")
    constant = draw.name().upper()
    use = f"{constant}: int = {name}(__name__)\n"
    return f"{draw.docstring()}from {module} import {name}\n\n{use}"


def _imports(draw: FaultDraw) -> tuple[str, str]:
    """A module that uses its import, and one that does not."""
    library, head, name = draw.rng.choice(IMPORTS), draw.docstring(), draw.name()
    text = f"{head}import {library}\n\n\ndef {name}() -> str:\n" + '    """A name."""\n'
    return f"{text}    return {library}.__name__\n", f"{text}    return __name__\n"


def _functions(draw: FaultDraw) -> tuple[str, str]:
    """A function with annotations, and the same without."""
    x, y = draw.rng.sample(("amount", "number", "count", "total", "rate"), 2)
    head, name, sign = draw.docstring(), draw.name(), draw.rng.choice("*+-")
    body = f':\n    """A number."""\n    return {x} {sign} {y}\n'
    typed = f"{head}\ndef {name}({x}: int, {y}: int) -> int{body}"
    return typed, f"{head}\ndef {name}({x}, {y}){body}"


def _values(draw: FaultDraw) -> tuple[str, str]:
    """Values as `ruff format` writes them, and otherwise."""
    a, b = draw.rng.sample(range(2, 90), 2)
    head, name = draw.docstring(), draw.name().upper()
    otherwise = draw.rng.choice(
        (f"[ {a},{b} ]", f"[{a} , {b}]", f"[{a},\n   {b} ]", f"[\n{a}, {b}]", f"( [{a}, {b}] )")
    )
    return f"{head}{name} = [{a}, {b}]\n", f"{head}{name} = {otherwise}\n"
