# region task 7.8
"""What browsers are told: whose pages may read an answer, and what nobody should do with it."""

import re

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.config import Settings

# OWASP's cheat sheet of headers, as far as an API needs it.
FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
# RFC 6797: a browser that has seen it asks by https only, for a year. It ignores it over http.
STRICT_TRANSPORT = "max-age=31536000"
# Answers with tokens in them. A browser's disk keeps what it is not told to forget.
TOKENS = re.compile(r"/api(/v\d+)?/auth(/.*)?", re.DOTALL)


class SecurityHeaders:
    """Around everything that answers, errors too; what a handler has set itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = headers_for(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in wanted.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def headers_for(scope: Scope) -> dict[str, str]:
    """The scheme is the client's: uvicorn has it from X-Forwarded-Proto, of a trusted proxy."""
    headers = dict(FOR_ALL)
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    if TOKENS.fullmatch(scope["path"]):
        headers["Cache-Control"] = "no-store"
    return headers


def add_browser_headers(app: FastAPI, settings: Settings) -> None:
    """CORS inside, the rest around it: a preflight is an answer, too."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.backend_cors_origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
        # A script sees no other header of an answer from elsewhere than these and a few basic ones.
        expose_headers=["X-Request-ID", "Retry-After", "Location", "Deprecation", "Sunset", "Link"],
        max_age=600,
    )
    app.add_middleware(SecurityHeaders)


# endregion
