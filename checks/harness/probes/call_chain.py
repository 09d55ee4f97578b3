"""The names of a chain of calls in an answer file, and whether a request runs through them."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from checks.harness.app.learner_tree import Tree
from checks.harness.probes.import_graph import within


@dataclass(frozen=True)
class Chain:
    """The learner's answer: a name for each of the layers; they may still be empty."""

    file: str
    layers: Sequence[str]
    names: Sequence[str]

    def assert_begins_with_its_layers(self) -> None:
        """Each name stands in its layer; else the message shows the list as it is."""
        lines = list(zip(self.layers, self.names, strict=True))
        wrong = [layer for layer, name in lines if not within(name, [layer])]
        if wrong:
            shown = [f'"{name}",  # {layer}{_lack(layer, name)}' for layer, name in lines]
            said = f"{self.file}: fill in {', '.join(wrong)}; now `chain` holds"
            raise AssertionError("\n  ".join([said, *shown]))

    def assert_runs(self, request: str, own: dict[str, Any], stacks: Sequence[list[str]]) -> None:
        """Each name exists and runs, and each is called by the one before it.

        `own` has the place where a named thing is defined, or None; the stacks are of the request.
        """
        found = [own[name] or name for name in self.names]
        for name, place in zip(self.names, found, strict=True):
            runs = any(place in stack for stack in stacks)
            if not runs and own[name] is None:
                written = "a function is module.function or module.Class.method"
                raise AssertionError(f'{self.file}: your app has no "{name}"; {written}')
            if not runs:
                raise AssertionError(f"{self.file}: {request} makes its row without {name}")
        if not any(_runs_through(stack, found) for stack in stacks):
            raise AssertionError(
                f"{self.file}: one of these names is not called by the one before it"
            )


def chain_of(tree: Tree, file: str, layers: Sequence[str]) -> Chain:
    """Read the answer. Fails the test when it does not have a name for each layer."""
    try:
        chain = tomllib.loads(tree.text(file)).get("chain")
    except tomllib.TOMLDecodeError as error:
        raise AssertionError(f"{file} cannot be read as TOML: {error}") from None
    names = [name for name in chain if isinstance(name, str)] if isinstance(chain, list) else []
    if names != chain or len(names) != len(layers):
        asked = f"{file}: `chain` is to hold four names, one from each of {', '.join(layers)}"
        raise AssertionError(f"{asked}; it holds {chain!r}")
    return Chain(file, layers, names)


def _lack(layer: str, name: str) -> str:
    """What is wrong with a line of the answer, as a comment behind it."""
    if within(name, [layer]):
        return ""
    return f": this does not begin with {layer}." if name else ": to be filled"


def _runs_through(stack: Iterable[str], chain: Iterable[str]) -> bool:
    """Whether the stack holds the chain's names in the chain's order."""
    rest = iter(stack)
    return all(name in rest for name in chain)
