"""Answers that are the same for everybody: made once, then sent as the bytes they were."""

from collections.abc import Callable
from typing import Any

from fastapi import Response
from pydantic import TypeAdapter

from app.core.cache import Cache


class PublicAnswer:
    """One route's answer. `name` is its own: two routes that share it would share their answers."""

    # Any, because that is what a type is to TypeAdapter: list[EventRead] is no class.
    def __init__(self, name: str, shape: Any) -> None:
        self.name = name
        self.shape: TypeAdapter[Any] = TypeAdapter(shape)

    def to(
        self, asked: tuple[str | int, ...], cache: Cache, make: Callable[[], object]
    ) -> Response:
        """`asked` is all that the answer depends on, as text. Who asks is not among it."""

        def make_body() -> bytes:
            return self.shape.dump_json(self.shape.validate_python(make(), from_attributes=True))

        body = cache.get_or_make(self.name, "\n".join(map(str, asked)), make_body)
        return Response(body, media_type="application/json")
