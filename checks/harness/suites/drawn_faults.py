"""Faults for ruff, mypy and commit hooks to find, drawn anew in each run.

A setting or a hook that knows the checker's own text or file names would find these and nothing
else. So names, values and shapes are drawn, and faults stand in the learner's own files, too. The
seed is printed; EVENTURE_FAULT_SEED draws the same faults once more.
"""

import os
import random
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Self

SEED = "EVENTURE_FAULT_SEED"
WORDS = (
    *("agenda", "badge", "banner", "booking", "budget", "catering", "contract", "deposit"),
    *("feedback", "invoice", "keynote", "ledger", "lodging", "notice", "panel", "parking"),
    *("permit", "poster", "quota", "refund", "roster", "schedule", "seating", "shuttle"),
    *("speaker", "sponsor", "stage", "supplier", "survey", "ticket", "venue", "voucher"),
)
IMPORTS = ("base64", "bisect", "csv", "decimal", "fractions", "heapq", "json", "math", "statistics")
# Of each pair the first one stands behind the second, by name and by length.
UNSORTED = (("textwrap", "json"), ("statistics", "csv"), ("string", "heapq"), ("zipfile", "math"))
CONTAINERS = (("list[int]", "[]"), ("dict[str, int]", "{{}}"), ("list[str]", "[]"))
UNFORMATTED = (
    "{name} = [ {a},{b} ,\n   {c} ]\n",
    "{name} = ( {a}+{b} )*{c}\n",
    "{name}={{ {a}:{b},{c} : {a} }}\n",
    "{name} = [\n{a},\n  {b}, {c}]\n",
)


@dataclass
class FaultDraw:
    """Draws names and texts; no name comes twice."""

    rng: random.Random
    taken: set[str] = field(default_factory=set)

    @classmethod
    def new(cls) -> Self:
        """A draw with a seed of its own, which is printed."""
        seed = os.environ.get(SEED) or str(secrets.randbits(32))
        print(f"the faults were drawn with {SEED}={seed}")
        return cls(random.Random(seed))  # noqa: S311 - no secret: unlike the run before

    def name(self) -> str:
        """Two words, as a module or a function is called."""
        found = "_".join(self.rng.sample(WORDS, 2))
        if found in self.taken:
            return self.name()
        self.taken.add(found)
        return found

    def word(self) -> str:
        return self.rng.choice(WORDS)

    def docstring(self) -> str:
        """A line for the start of a module."""
        return f'"""The {self.word()} of a {self.word()}."""\n\n'

    def function(self, parameters: str, result: str, body: str) -> str:
        """A documented function with a drawn name; `{x}` in parameters and body is a drawn word."""
        x = self.word()
        header = f"def {self.name()}({parameters.format(x=x)}){result}:\n"
        lines = body.format(x=x).splitlines()
        documentation = f'    """What the {self.word()} says."""\n'
        return header + documentation + "".join(f"    {line}\n" for line in lines)

    def unused_import(self, taken: str = "") -> str:
        """An import of a module that the text does not name."""
        return f"import {self.rng.choice([name for name in IMPORTS if name not in taken])}\n"

    def unsorted_imports(self, _: str = "") -> str:
        later, earlier = self.rng.choice(UNSORTED)
        use = self.function("", " -> str", f"return {earlier}.__name__ + {later}.__name__")
        return f"import {later}\nimport {earlier}\n\n\n{use}"

    def naive_datetime(self, _: str = "") -> str:
        now = "from datetime import datetime\n\nreturn datetime.now()"
        kind, call = self.rng.choice(((" -> object", ""), (" -> str", ".isoformat()")))
        return self.function("", kind, now + call)

    def bare_except(self, _: str = "") -> str:
        number, other = self.rng.sample(range(2, 90), 2)
        body = f"try:\n    return {number} // len({{x}})\nexcept:\n    return {other}"
        return self.function("{x}: str", " -> int", body)

    def mutable_default(self, _: str = "") -> str:
        kind, value = self.rng.choice(CONTAINERS)
        return self.function(f"{{x}}: {kind} = {value}", " -> int", "return len({x})")

    def unformatted(self, _: str = "") -> str:
        a, b, c = self.rng.sample(range(2, 90), 3)
        shape = self.rng.choice(UNFORMATTED)
        return shape.format(name=self.name().upper(), a=a, b=b, c=c)

    def untyped(self, _: str = "") -> str:
        """A function without annotations."""
        body = f"return {{x}} {self.rng.choice('*+-')} {self.rng.randint(2, 90)}"
        return self.function("{x}", "", body)

    def possible_none(self, _: str = "") -> str:
        """`re.match(…).group()`, which may be None."""
        pattern = self.rng.choice(("[a-z]+", "[A-Z]+", r"[0-9]+", "[a-f0-9]+"))
        body = f'import re\n\nreturn re.match("{pattern}", {{x}}).group()'
        return self.function("{x}: str", " -> str", body)


Draw = Callable[[str], str]
"""The text of a fault; its argument is the text of the file in which it is going to stand."""


def tolerated(files: Collection[object]) -> int:
    """How many files a setting may except from a rule by their names: one in ten, and one."""
    return max(1, len(files) // 10)
