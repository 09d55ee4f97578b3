"""Which part of a list a client asks for."""

from typing import Annotated

from fastapi import Depends, Query

MAX_LIMIT = 1000
INT8_MAX = 2**63 - 1  # what OFFSET holds; one more is an error of the database's


class Pagination:
    """The first `skip` rows are left out, at most `limit` follow.

    Too much is cut to MAX_LIMIT: the client gets a page, and sees that it is not the last.
    Less than nothing is a mistake, and answered as one: 422. (https://google.aip.dev/158)
    """

    def __init__(
        self,
        skip: Annotated[int, Query(ge=0, le=INT8_MAX)] = 0,
        limit: Annotated[int, Query(ge=1)] = 100,
    ) -> None:
        self.skip = skip
        self.limit = min(limit, MAX_LIMIT)


PaginationDep = Annotated[Pagination, Depends()]

# region task 5.2
# endregion
