"""A page of a list, and how much there is besides it."""

from typing import Generic, TypeVar

from pydantic import BaseModel, computed_field

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """What v2 answers wherever v1 answers an array."""

    items: list[Item]
    total: int
    page: int
    page_size: int

    @computed_field
    def pages(self) -> int:
        """Rounded up: three items, two a page, are two pages. None are no page at all."""
        return -(-self.total // self.page_size)
