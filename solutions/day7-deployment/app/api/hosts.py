# region task 7.4
"""Only requests that were meant for us: those whose Host is one of ALLOWED_HOSTS."""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from app.api.errors import answer

# A name or an address, then perhaps a port; IPv6 stands in brackets.
HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^:\[\]]*)(:\d*)?")
# Whoever asks for these knows the container's address, not the name that we serve.
FOR_ANY_HOST = re.compile(r"/health(/.*)?", re.DOTALL)


class TrustedHosts:
    """400 for any other host: links and caches made from a stranger's Host are the stranger's.

    `*.example.com` allows every name below example.com. Starlette's own TrustedHostMiddleware
    answers with plain text, and makes no exception for health checks.
    """

    def __init__(self, app: ASGIApp, allowed: Iterable[str]) -> None:
        self.app = app
        self.allowed = [host.lower() for host in allowed]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: one request, or one WebSocket."""
        if scope["type"] == "lifespan" or self.lets_in(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            refusal = answer(400, "No such host is served here", "unknown_host")
            await refusal(scope, receive, send)

    def lets_in(self, scope: Scope) -> bool:
        """Whether the path is for any host, or the Host is one of ours."""
        if FOR_ANY_HOST.fullmatch(scope["path"]):
            return True
        match = HOST.fullmatch(Headers(scope=scope).get("host", ""))
        name = match["name"].lower() if match else ""
        return any(matches(name, each) for each in self.allowed)


def matches(name: str, allowed: str) -> bool:
    """`*` is any name, `*.example.com` any below example.com."""
    if allowed == "*":
        return True
    return name.endswith(allowed[1:]) if allowed.startswith("*.") else name == allowed


# endregion
