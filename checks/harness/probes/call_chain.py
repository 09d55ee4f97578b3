"""The call chain of an answer file, and whether a request runs through its functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from checks.harness.app.learner_tree import Tree
from checks.harness.probes.import_graph import within


@dataclass(frozen=True)
class Chain:
    """The learner's answer: a name for each of the layers; a name may still be empty."""

    file: str
    layers: Sequence[str]
    names: Sequence[str]

    def assert_begins_with_its_layers(self) -> None:
        """Each name is in its layer; else the message shows the list."""
        lines = list(zip(self.layers, self.names, strict=True))
        wrong_layers = [layer for layer, name in lines if not within(name, [layer])]
        if wrong_layers:
            shown = [f'"{name}",  # {layer}{_problem(layer, name)}' for layer, name in lines]
            message = f"{self.file}: fill in {', '.join(wrong_layers)}; now `chain` holds"
            raise AssertionError("\n  ".join([message, *shown]))

    def assert_runs(
        self, request: str, definitions: dict[str, Any], stacks: Sequence[list[str]]
    ) -> None:
        """Each function exists and runs, and each is called by the one before it.

        `definitions` has each function's name where it is defined, or None; the stacks are those
        of the request.
        """
        defined_names = [definitions[name] or name for name in self.names]
        for name, defined_name in zip(self.names, defined_names, strict=True):
            runs = any(defined_name in stack for stack in stacks)
            if not runs and definitions[name] is None:
                format_hint = "a function is module.function or module.Class.method"
                raise AssertionError(f'{self.file}: your app has no "{name}"; {format_hint}')
            if not runs:
                raise AssertionError(f"{self.file}: {request} makes its row without {name}")
        if not any(_runs_through(stack, defined_names) for stack in stacks):
            raise AssertionError(
                f"{self.file}: one of these names is not called by the one before it"
            )


def read_chain(tree: Tree, file: str, layers: Sequence[str]) -> Chain:
    """Read the answer. Fails the test when it has no name for each layer."""
    chain = tree.toml(file).get("chain")
    names = [name for name in chain if isinstance(name, str)] if isinstance(chain, list) else []
    if names != chain or len(names) != len(layers):
        message = f"{file}: `chain` is to hold four names, one from each of {', '.join(layers)}"
        raise AssertionError(f"{message}; it holds {chain!r}")
    return Chain(file, layers, names)


def _problem(layer: str, name: str) -> str:
    """The problem of a line of the answer, as a comment after it; "" without one."""
    if within(name, [layer]):
        return ""
    return f": this does not begin with {layer}." if name else ": to be filled"


def _runs_through(stack: Iterable[str], chain: Iterable[str]) -> bool:
    """Whether the stack holds the chain's names in the chain's order."""
    remaining = iter(stack)
    return all(name in remaining for name in chain)
