"""A disguised program does the same, and its text is another each time."""

import random
import types

import pytest

from checks.harness.suites.disguise import disguised


class TestDisguise:
    SOURCE = '"""Doubles."""\n\ndef double(number):\n    """Twice."""\n    return number * 2\n'

    def test_it_looks_different_each_time(self) -> None:
        seen = {disguised(self.SOURCE, random.SystemRandom()) for _ in range(5)}

        assert len(seen) == 5

    def test_it_does_the_same(self) -> None:
        namespace: dict[str, object] = {}

        exec(disguised(self.SOURCE, random.SystemRandom()), namespace)  # noqa: S102 - our own text

        double = namespace["double"]
        assert callable(double)
        assert (double(4), double.__doc__) == (8, "Twice.")


SEVERAL = """
class Even:
    \"\"\"A test of a number.\"\"\"
    base: int = 2

    def says(self, number):
        rest = number % self.base
        if rest:
            return "odd"
        elif number == 0:
            return "zero"
        return "even"

def total(numbers):
    sum_of_all, number = 0, "a variable, then a target"
    for number in numbers:
        try:
            sum_of_all += int(number)
        except ValueError as error:
            return str(error)
    return sum_of_all, [number for number in numbers if number]

def later(number):
    def inner():
        if number > 1:
            return number
    return inner

async def nothing():
    yield
"""


def run(source: str) -> dict[str, object]:
    namespace: dict[str, object] = {}
    exec(source, namespace)  # noqa: S102 - our own text
    return namespace


RESULTS = [
    "[Even().says(number) for number in (0, 1, 2)]",
    "[total(numbers) for numbers in ([], [1, 2], ['x'])]",
    "[later(number)() for number in (1, 2)]",
    "sorted(name for name in vars(Even) if name != '__firstlineno__')",
    "vars(Even)['__annotations__'] if '__annotations__' in vars(Even) else Even.__annotations__",
]


@pytest.mark.parametrize("seed", range(20))
def test_statements_of_each_kind_do_the_same(seed: int) -> None:
    other, own = run(disguised(SEVERAL, random.Random(seed))), run(SEVERAL)  # noqa: S311 - a seed

    for text in RESULTS:
        assert eval(text, other) == eval(text, own), text  # noqa: S307 - our own text


@pytest.mark.parametrize("seed", range(20))
def test_each_function_and_class_has_other_bytecode(seed: int) -> None:
    other, own = (
        _code(compile(text, "x", "exec"))
        for text in (disguised(SEVERAL, random.Random(seed)), SEVERAL)  # noqa: S311 - a seed
    )

    assert other.keys() == own.keys()
    assert not [name for name in own if other[name] == own[name]]


def _code(code: types.CodeType) -> dict[str, bytes]:
    inner = [each for each in code.co_consts if isinstance(each, types.CodeType)]
    found = {name: text for each in inner for name, text in _code(each).items()}
    return found if code.co_name.startswith("<") else found | {code.co_qualname: code.co_code}
