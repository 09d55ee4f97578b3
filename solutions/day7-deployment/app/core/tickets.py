# region task B3
"""Tickets: a browser sends no header with a WebSocket, and what is in an address is in a log."""

from secrets import token_urlsafe
from typing import cast

from redis import RedisError

from app.core import errors
from app.core.live import connect

KEY = "eventure:ticket:{}"


class Tickets:
    """Each is good once, for `seconds`, in any process."""

    def __init__(self, redis_url: str | None, seconds: int) -> None:
        self.seconds = seconds
        self.redis = connect(redis_url) if redis_url else None

    def give(self, user_id: int) -> str:
        """A new one. Unavailable without Redis."""
        ticket = token_urlsafe(32)
        try:
            if self.redis is not None:
                self.redis.set(KEY.format(ticket), user_id, ex=self.seconds)
                return ticket
        except RedisError as error:
            raise errors.Unavailable("No ticket can be kept now; try again") from error
        raise errors.Unavailable("Tickets need REDIS_URL")

    def take(self, ticket: str) -> int | None:
        """Whose it was; from now on it is nobody's. One command, so of two sockets one gets in."""
        try:
            user_id = self.redis.getdel(KEY.format(ticket)) if self.redis is not None else None
        except RedisError:
            return None
        return int(cast("bytes", user_id)) if user_id is not None else None


# endregion
