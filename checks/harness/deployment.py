"""The fixtures of day 7's files: read and judged as data, on the trusted side."""

from collections.abc import Callable

import pytest

from checks.harness.compose import Compose
from checks.harness.learner import Tree

COMPOSE = "docker-compose.yml"


class Stack:
    """The application of one or more Compose files, with every variable that it asks for given."""

    def __init__(self, tree: Tree, names: tuple[str, ...]) -> None:
        asked = Compose(tree, *names, given={}).filling
        self.values = {name: f"given-for-{name}" for name in sorted(asked.missing)}
        """What stands for each variable without which Compose starts nothing."""
        self.compose = Compose(tree, *names, given=self.values)

    def is_given(self, text: str) -> bool:
        """Whether the text comes from a variable without which nothing starts."""
        return any(value in text for value in self.values.values())


@pytest.fixture
def stack(tree: Tree) -> Callable[..., Stack]:
    """`stack()` is docker-compose.yml alone; `stack(a, b)` are two files, b laid over a."""
    return lambda *names: Stack(tree, names or (COMPOSE,))
