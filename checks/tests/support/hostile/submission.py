"""A hostile submission: text around the app's main module, further files, and links or pipes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

APP = """
from fastapi import FastAPI
app = FastAPI()
@app.get("/double")
def double(number: int) -> dict[str, int]:
    return {"double": number RULE}
"""
WRONG, RIGHT = APP.replace("RULE", "+ 1"), APP.replace("RULE", "* 2")


def nothing(_: Path) -> None:
    """Plant nothing."""


@dataclass(frozen=True)
class Hostile:
    """`before` and `after` stand around the wrong app; `files` are paths below the day's folder.

    `plant` puts links, pipes and the like into that folder.
    """

    before: str = ""
    after: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    plant: Callable[[Path], None] = nothing


def at_a_request(body: str) -> Hostile:
    """The lines run at each request, before the answer."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return Hostile(
        after=f'@app.middleware("http")\nasync def first(request, call_next):\n{lines}'
        "    return await call_next(request)\n"
    )


def answering(body: str) -> Hostile:
    """An ASGI app in the place of the real one; the lines answer each request by `send`."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return Hostile(
        after="async def app(scope, receive, send):\n"
        "    if scope['type'] != 'http':\n"
        "        await receive()\n"
        "        await send({'type': 'lifespan.startup.complete'})\n"
        "        await receive()\n"
        "        return await send({'type': 'lifespan.shutdown.complete'})\n"
        "    def start(status=200, *headers):\n"
        "        first = {'type': 'http.response.start', 'status': status}\n"
        "        return send({**first, 'headers': list(headers)})\n"
        "    def body(data, more=False):\n"
        "        return send({'type': 'http.response.body', 'body': data, 'more_body': more})\n"
        f"{lines}"
    )


def raw_server(answer: str) -> Hostile:
    """A server of its own in the place of uvicorn; it writes these bytes to each connection."""
    return Hostile(
        before="import socket, sys\n"
        "listener = socket.socket(socket.AF_UNIX)\n"
        "listener.bind(sys.argv[1])\n"
        "listener.listen(64)\n"
        "while True:\n"
        "    connection, _ = listener.accept()\n"
        "    try:\n"
        "        connection.recv(65536)\n"
        f"        {answer}\n"
        "    except OSError: pass\n"
        "    connection.close()\n"
    )
