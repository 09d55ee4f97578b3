"""The addresses from before there were versions: /api/… still answers as /api/v1/…."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEPRECATED_SINCE = datetime(2026, 9, 1, tzinfo=UTC)
GONE_AFTER = datetime(2027, 9, 1, tzinfo=UTC)
UNVERSIONED = re.compile(r"/api(?!/v\d+(/|$))(?P<rest>/.*)?", re.DOTALL)


class DeprecatedAlias:
    """Says with every answer of the alias, refusals too, until when it answers and what will.

    A dependency could not: what it sets on the response is lost when an error is answered.
    Deprecation is RFC 9745 (seconds since 1970), Sunset is RFC 8594 (an HTTP date).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: one request."""
        match = UNVERSIONED.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if match is None:
            await self.app(scope, receive, send)
            return
        notice = notice_for(f"/api/v1{match['rest'] or ''}")

        async def send_with_notice(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(notice)
            await send(message)

        await self.app(scope, receive, send_with_notice)


def notice_for(successor: str) -> dict[str, str]:
    """The path was decoded on its way in: a line break in it must not begin a header."""
    return {
        "Deprecation": f"@{DEPRECATED_SINCE.timestamp():.0f}",
        "Sunset": format_datetime(GONE_AFTER, usegmt=True),
        "Link": f'<{quote(successor)}>; rel="successor-version"',
    }
