"""What a test waits for while the machine is paused: each returns what came of it."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import cast

import httpx2
from websockets.http11 import Request
from websockets.sync.server import ServerConnection, unix_serve

from checks.harness.app import border, clock, connections, process
from checks.harness.app.live_socket import LiveSocket
from checks.harness.app.polling import holds_within
from checks.harness.app.process import AppProcess
from checks.harness.errors import AppHangs
from checks.tests.support.borders import OPEN, make_border
from checks.tests.support.pauses import ask_for_a_pause

LIMIT, PAUSE, LATE, WORK = 1.0, 1.5, 0.3, 0.4
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LAUNCHER = """
import socket, sys, time
for _ in range(20):
    time.sleep(float(open(sys.argv[0] + ".seconds").read()) / 20)
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(sys.argv[1])
    listener.listen()
    time.sleep(60)
"""


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for sockets, with a clock that sees shorter pauses."""
    clock.LATE_SECONDS = LATE
    with TemporaryDirectory(prefix="eventure-clock-", dir="/tmp") as name:
        yield Path(name)


def when(condition: Callable[[], object], act: Callable[[], object]) -> None:
    """Act from another thread once the condition holds."""

    def watch() -> None:
        while not condition():
            time.sleep(0.005)
        act()

    threading.Thread(target=watch, daemon=True).start()


def work() -> None:
    """Take some of the time that is left; a pause does not shorten it."""
    for _ in range(20):
        time.sleep(WORK / 20)


def started(launcher_seconds: float) -> str:
    with scratch() as folder, make_border(OPEN) as each:
        launcher = folder / "launcher.py"
        launcher.write_text(LAUNCHER)
        Path(f"{launcher}.seconds").write_text(str(launcher_seconds))
        border.SCRIPTS["launcher.py"], process.START_LIMIT = str(launcher), LIMIT
        with closing(AppProcess(each, "app", {})) as app:
            when(lambda: app.alive, ask_for_a_pause)
            try:
                app.start()
            except AppHangs as error:
                return str(error)
            return "started"


def a_start() -> str:
    return started(WORK)


def a_start_that_hangs() -> str:
    return started(60)


def answered(answer: bytes) -> str:
    with scratch() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "app.sock"))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            connection.recv(4096)
            ask_for_a_pause()
            work()
            connection.sendall(answer)
            time.sleep(60)

        threading.Thread(target=serve, daemon=True).start()
        transport = connections.Transport(str(folder / "app.sock"))
        with httpx2.Client(transport=transport) as client:
            request = client.build_request("GET", "http://localhost/")
            request.extensions["timeout"] = connections.timeout_at_deadline(LIMIT).as_dict()
            try:
                return client.send(request).text
            except httpx2.ReadTimeout:
                return "no answer"


def a_request() -> str:
    return answered(ANSWER)


def a_request_without_an_answer() -> str:
    return answered(b"")


def run_for(seconds: float) -> str:
    with scratch(), make_border(OPEN) as each:
        when((each.scratch / "runs").exists, ask_for_a_pause)
        runs = each.inside("runs")
        source = f"import time; open({runs!r}, 'w')\nfor _ in range(20): time.sleep({seconds} / 20)"
        try:
            return f"exit {each.run(each.python('-c', source), {}, None, LIMIT).returncode}"
        except AppHangs as error:
            return str(error)


def a_command() -> str:
    return run_for(WORK)


def a_command_that_hangs() -> str:
    return run_for(600)


def a_poll() -> str:
    with scratch():
        asked = count()

        def condition() -> bool:
            if (number := next(asked)) == 0:
                ask_for_a_pause()
            return number == 9

        return f"holds: {holds_within(LIMIT, condition)}"


def a_wait_for_an_event() -> str:
    with scratch():
        event = threading.Event()

        def set_event() -> None:
            ask_for_a_pause()
            work()
            event.set()

        threading.Thread(target=set_event, daemon=True).start()
        return f"set: {clock.wait_for(event.wait, LIMIT)}"


def greeted(*, is_late_handshake: bool) -> str:
    def before_the_answer(_connection: ServerConnection, _request: Request) -> None:
        if is_late_handshake:
            ask_for_a_pause()
            work()

    def greet(connection: ServerConnection) -> None:
        if not is_late_handshake:
            ask_for_a_pause()
            work()
        connection.send(json.dumps({"type": "hello"}))

    with scratch() as folder:
        path = folder / "app.sock"
        server = unix_serve(greet, str(path), process_request=before_the_answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = SimpleNamespace(border=SimpleNamespace(scratch=folder), socket=path, cpu_wait=float)
        with LiveSocket(cast("AppProcess", place), "/ws", LIMIT) as live:
            return str(live.receive("it is greeted")["type"])


def a_handshake() -> str:
    return greeted(is_late_handshake=True)


def a_message() -> str:
    return greeted(is_late_handshake=False)


def a_pause_that_is_measured() -> str:
    with scratch():
        before, real = clock.now(), time.monotonic()
        ask_for_a_pause()
        while time.monotonic() - real < PAUSE:
            time.sleep(0.05)
        return f"{clock.now() - before:.0f} of {clock.paused():.0f}"
