"""What can go wrong by the rules of Eventure. app/api/errors.py says what HTTP makes of it."""


class DomainError(Exception):
    """A rule said no: `detail` is for people, `code` for programs."""

    code = "error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Unauthenticated(DomainError):
    """We do not know who is asking."""

    code = "unauthenticated"


class NotFound(DomainError):
    """The thing that was named does not exist."""

    code = "not_found"


class Conflict(DomainError):
    """The request is fine, but what is stored stands against it."""

    code = "conflict"


class TooManyRequests(DomainError):
    """Right or wrong, it comes too often; `retry_after` seconds from now it may come again."""

    code = "too_many_requests"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something that this needs is down; nothing was done."""

    code = "unavailable"


class Forbidden(DomainError):
    """We know who is asking, and they may not."""

    code = "forbidden"


class InvalidState(DomainError):
    """Done as asked, the result would break a rule of the domain."""

    code = "invalid_state"
