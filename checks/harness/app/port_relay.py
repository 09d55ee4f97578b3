"""Relay a port of the loopback to a Unix socket, for an app that has no network.

This file runs on the learner's side of the border and imports nothing of the checker.
`EVENTURE_FORWARD` is `port:path`. The relay is a process of its own, so that an app which stands
still does not stop what it is waiting for; it ends with the sandbox.
"""

import contextlib
import os
import socket
import threading


def main() -> None:
    """Bind, and return: whoever comes before the relay runs waits in the backlog."""
    port, _, path = os.environ["EVENTURE_FORWARD"].partition(":")
    listener = socket.create_server(("127.0.0.1", int(port)))
    if os.fork():
        listener.close()
        return
    while True:
        inner, _ = listener.accept()
        outer = socket.socket(socket.AF_UNIX)
        outer.connect(path)
        for source, sink in ((inner, outer), (outer, inner)):
            threading.Thread(target=relay, args=(source, sink), daemon=True).start()


def relay(source: socket.socket, sink: socket.socket) -> None:
    """Copy until one side has said all it wants to say."""
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
