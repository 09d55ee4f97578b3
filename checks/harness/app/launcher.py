"""Serve the learner's app on a Unix socket.

This file runs on the learner's side of the border. It imports nothing of the checker, and
nothing that it says is taken as a verdict. Standard input is its lifeline: `dump` makes it
print where every thread stands, `term` sends it SIGTERM (no signal from outside reaches into a
sandbox), and its end (the checker is gone) ends the process.
"""

import faulthandler
import os
import runpy
import signal
import sys
import threading
from pathlib import Path


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
    os._exit(0)


def main() -> None:
    """Import the app only after the lifeline holds, so that a hanging import can be seen."""
    if "EVENTURE_FORWARD" in os.environ:  # before there are threads: it forks
        runpy.run_path(str(Path(__file__).with_name("port_relay.py")), run_name="__main__")
    threading.Thread(target=read_commands, daemon=True).start()
    sys.path.insert(0, str(Path.cwd()))
    import uvicorn

    from app.main import app  # type: ignore[import-not-found]

    uvicorn.run(app, uds=sys.argv[1], log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
