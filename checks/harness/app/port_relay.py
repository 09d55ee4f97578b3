"""Relay a port of the loopback to a Unix socket, for an app that has no network.

This file runs on the learner's side of the border and imports nothing of the checker.
`EVENTURE_FORWARD` is `port:path`. The relay is a process of its own, so that it goes on while the
app blocks; it ends with the app. Each app of one sandbox has a relay of its own on the same port.
"""

import contextlib
import os
import socket
import threading


def main() -> None:
    """Bind, and return: a client that connects before the relay runs waits in the backlog."""
    port, _, path = os.environ["EVENTURE_FORWARD"].partition(":")
    listener = socket.create_server(("127.0.0.1", int(port)), reuse_port=True)
    if os.fork():
        listener.close()
        return
    while True:
        client, _ = listener.accept()
        upstream = socket.socket(socket.AF_UNIX)
        upstream.connect(path)
        for source, sink in ((client, upstream), (upstream, client)):
            threading.Thread(target=relay, args=(source, sink), daemon=True).start()


def relay(source: socket.socket, sink: socket.socket) -> None:
    """Copy from one socket to the other until the first one is closed."""
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
