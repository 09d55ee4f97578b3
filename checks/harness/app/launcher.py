"""Serve the learner's app on a Unix socket.

This file runs on the learner's side of the border. It imports nothing of the checker, and
nothing that it says is taken as a verdict. Standard input is its lifeline: `dump` makes it
print where every thread stands, `term` sends it SIGTERM (no signal from outside reaches into a
sandbox), `block` holds its event loop as a call that never returns would, and its end (the checker
is gone) ends the process.
"""

import faulthandler
import io
import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

BLOCKED_SECONDS = 3600.0  # longer than any run: who waits for the loop waits for ever


def read_commands() -> None:
    """Act on the commands from standard input until it closes."""
    # unbuffered: a thread that waits inside a buffered read would break the interpreter's exit
    while line := os.read(0, 64):
        if b"dump" in line:
            faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
            sys.stderr.write("end of dump\n")
            sys.stderr.flush()
        if b"term" in line:
            os.kill(os.getpid(), signal.SIGTERM)
        if b"block" in line:  # to the main thread, whose wait for events it interrupts
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
    os._exit(0)


def main() -> None:
    """Import the app only after the lifeline holds, so that a hanging import can be seen."""
    if "EVENTURE_FORWARD" in os.environ:  # before there are threads: it forks
        runpy.run_path(str(Path(__file__).with_name("port_relay.py")), run_name="__main__")
    signal.signal(signal.SIGUSR1, lambda *_: time.sleep(BLOCKED_SECONDS))
    threading.Thread(target=read_commands, daemon=True).start()
    sys.path.insert(0, str(Path.cwd()))
    sys.stdin = io.StringIO()  # the lifeline is nobody's to read
    if isinstance(sys.stdout, io.TextIOWrapper):  # isolated mode ignores PYTHONUNBUFFERED
        sys.stdout.reconfigure(line_buffering=True)
    import uvicorn

    from app.main import app  # type: ignore[import-not-found]

    uvicorn.run(app, uds=sys.argv[1], log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
