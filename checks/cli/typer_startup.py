"""What a person types is text already: typer need not load pydantic to find that out.

Typer builds a pydantic adapter for each parameter, a text or an absent one too, and importing
pydantic was a third of what the board took. Whatever else is typed goes typer's own way.
"""

from dataclasses import dataclass
from typing import Any

import typer.core
from typer._coercion import RuntimeParam, build_runtime_param


@dataclass(frozen=True)
class PlainWords(RuntimeParam):
    """Texts as they stand; `descriptor` is typer's, for everything else."""

    descriptor: Any

    def _coerce_value(self, value: Any, param: Any, ctx: Any) -> Any:
        if self.annotation is str and isinstance(value, str):
            return value
        if self.annotation == list[str] and all(isinstance(word, str) for word in value):
            return list(value)
        return build_runtime_param(self.descriptor).coerce(value, param=param, ctx=ctx)


def _plain(descriptor: Any) -> RuntimeParam:
    return PlainWords(descriptor.parameter_info, descriptor.annotation, descriptor)


def spare_pydantic() -> None:
    """From here on, load pydantic only for a parameter that is no text."""
    typer.core.build_runtime_param = _plain  # type: ignore[attr-defined]  # not exported
