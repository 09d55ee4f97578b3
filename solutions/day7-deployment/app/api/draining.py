# region task 7.9
"""Not ready: what /health/ready says of a process that is about to end."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.shutdown import Shutdown

READINESS = ("/health", "/health/ready")


class Draining:
    """Answers for readiness when the shutdown has begun. Liveness and all the rest go on.

    Before the routes and their dependencies: what the database says does not matter any more.
    """

    def __init__(self, app: ASGIApp, shutdown: Shutdown) -> None:
        self.app = app
        self.shutdown = shutdown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or say that no more requests should come."""
        if not self.shutdown.has_begun or scope.get("path") not in READINESS:
            await self.app(scope, receive, send)
            return
        headers = {"Cache-Control": "no-store"}
        await JSONResponse({"status": "down", "checks": {}}, 503, headers)(scope, receive, send)


# endregion
