"""Which part of a list a client asks for."""

# region task 1.4
from typing import Annotated

from fastapi import Depends

MAX_LIMIT = 1000


class Pagination:
    """The first `skip` rows are left out, at most `limit` follow."""

    def __init__(self, skip: int = 0, limit: int = 100) -> None:
        self.skip = skip
        self.limit = min(limit, MAX_LIMIT)


# endregion
PaginationDep = Annotated[Pagination, Depends()]
