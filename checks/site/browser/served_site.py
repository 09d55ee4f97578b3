"""The built site on a port of this machine, below the path that SITE_URL names."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # a connection serves more than one file
    base = "/"

    def translate_path(self, path: str) -> str:
        return super().translate_path(f"/{path.removeprefix(self.base)}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, the base class's name
        """The browser's own events are what is judged."""


@contextmanager
def served(site: Path, base: str = "/") -> Iterator[str]:
    """The address of `site` while it is served; `base` is its path, with a slash at both ends."""
    handler = partial(type("_Handler", (_Handler,), {"base": base}), directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{base}"
        finally:
            server.shutdown()
