"""Changes to be committed, drawn anew in each run: some with one fault, and some without any.

The sound changes have the same files, the same kinds of names and the same shapes as the faulty
ones, so a hook that tells them apart has read them as ruff and mypy do.
"""

from dataclasses import dataclass
from typing import Self

from checks.harness.app.learner_tree import Tree
from checks.harness.suites.drawn_faults import IMPORTS, FaultDraw
from checks.harness.suites.drawn_places import import_name, watched_folder

Files = dict[str, str]
# How a function of one parameter becomes one that its caller cannot call any more.
BREAKING = (
    ("{x}: str, {y}: int", "int", "len({x}) * {y}"),
    ("{x}: int", "int", "{x} * {n}"),
    ("", "int", "{n}"),
    ("{x}: str", "str", "{x} * {n}"),
)


CALLER, SOUND = "caller", "sound"
IN_TESTS = (f"{CALLER} in tests", f"{SOUND} in tests")
"""Each file of these stands in tests/: a hook may look at app/ only when a file of it changes."""
FAULTY = ("unused", "unused in tests", "format", "types", CALLER, IN_TESTS[0])
SOUNDS = (f"{SOUND} 1", f"{SOUND} 2", IN_TESTS[1])


@dataclass(frozen=True)
class DrawnChanges:
    """`base` is committed first; each of `changes` is a commit on it: text by path.

    Each also deletes a file of the base, the one of `deleted`. Each change has as many files of the
    same kinds as every other, and nothing in common with it. Their order is drawn: neither the
    number of a commit nor that of its files says what it is.
    """

    base: Files
    changes: dict[str, Files]
    deleted: dict[str, str]

    @classmethod
    def draw(cls, tree: Tree, draw: FaultDraw) -> Self:
        """Draw them, in files that the tree has not."""
        names = [*FAULTY, *SOUNDS]
        drawn, base, deleted = dict[str, Files](), Files(), dict[str, str]()
        for name in draw.rng.sample(names, len(names)):
            before, drawn[name] = _change(tree, draw, name)
            deleted[name] = _module(tree, draw, "tests" if name in IN_TESTS else "app")
            base |= before | {deleted[name]: _long_module(draw)}
        return cls(base, drawn, deleted)


def _change(tree: Tree, draw: FaultDraw, fault: str) -> tuple[Files, Files]:
    """What is there before a change, and the change: five files, one of them with the fault."""
    top = "tests" if fault in IN_TESTS else "app"
    called, caller, new, first = (_module(tree, draw, top) for _ in range(4))
    other = _module(tree, draw, top if top == "tests" else watched_folder(tree, draw))
    test = f"tests/test_{draw.name()}.py"
    sound, changed, broken = _called(draw)
    pairs = {
        CALLER: (called, (changed, broken)),
        "unused": (new, _imports(draw)),
        "unused in tests": (test, _imports(draw)),
        "format": (first, _values(draw)),
        "types": (other, _functions(draw)),
    }
    faulty = CALLER if fault == IN_TESTS[0] else fault
    files = {path: texts[kind == faulty] for kind, (path, texts) in pairs.items()}
    use = _caller(import_name(tree, called), sound[0], draw)
    return {called: sound[1], caller: use}, files


def _long_module(draw: FaultDraw) -> str:
    """More than twice as long as what is added: git does not take the two for a renamed file."""
    body = f"return {{x}} * {draw.rng.randint(2, 90)}"
    functions = (draw.function("{x}: int", " -> int", body) for _ in range(6))
    return draw.docstring() + "\n" + "\n\n".join(functions)


def _called(draw: FaultDraw) -> tuple[tuple[str, str], str, str]:
    """A function's name and module, the module changed, and one that breaks the caller."""
    x, y = draw.rng.sample(("amount", "label", "number", "text", "value"), 2)
    name, n = draw.name(), draw.rng.randint(2, 90)
    head = draw.docstring()
    module = f'{head}\ndef {name}({{}}) -> {{}}:\n    """What is counted."""\n    return {{}}\n'
    sound, changed = (
        module.format(f"{x}: str", "int", body) for body in (f"len({x})", f"len({x}) + {n}")
    )
    breaking = (part.format(x=x, y=y, n=n) for part in draw.rng.choice(BREAKING))
    return (name, sound), changed, module.format(*breaking)


def _module(tree: Tree, draw: FaultDraw, folder: str) -> str:
    path = f"{folder}/{draw.name()}.py"
    return _module(tree, draw, folder) if tree.exists(path) else path


def _caller(module: str, name: str, draw: FaultDraw) -> str:
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
