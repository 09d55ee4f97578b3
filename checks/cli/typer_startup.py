"""Typer without pydantic for text parameters, which need no conversion.

Typer builds a pydantic adapter for each parameter, even for a text or an absent one, and importing
pydantic took a third of the board's time. Other parameters go through typer's own conversion.
"""

from dataclasses import dataclass
from typing import Any

import typer.core
from typer._coercion import RuntimeParam, build_runtime_param


@dataclass(frozen=True)
class TextParam(RuntimeParam):
    """A text is returned unchanged; typer's `descriptor` converts everything else."""

    descriptor: Any

    def _coerce_value(self, value: Any, param: Any, ctx: Any) -> Any:
        if self.annotation is str and isinstance(value, str):
            return value
        if self.annotation == list[str] and all(isinstance(word, str) for word in value):
            return list(value)
        return build_runtime_param(self.descriptor).coerce(value, param=param, ctx=ctx)


def _runtime_param(descriptor: Any) -> RuntimeParam:
    return TextParam(descriptor.parameter_info, descriptor.annotation, descriptor)


def skip_pydantic() -> None:
    """Patch typer so that it loads pydantic only for a parameter that is no text."""
    typer.core.build_runtime_param = _runtime_param  # type: ignore[attr-defined]  # not exported
