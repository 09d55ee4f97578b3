"""Run `celery -A app.celery_app worker` in the learner's tree.

This file runs on the learner's side of the border and imports nothing of the checker. Standard
input is its lifeline: when it closes (the checker is gone), the worker and its pool end.
"""

import os
import signal
import sys
import threading
from pathlib import Path


def end_with_the_checker() -> None:
    """Wait for the end of standard input, then end the whole process group."""
    while os.read(0, 64):
        pass
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """The command line that a person would type, with the options of the tests."""
    threading.Thread(target=end_with_the_checker, daemon=True).start()
    sys.path.insert(0, str(Path.cwd()))
    from celery.__main__ import main as celery

    sys.argv = ["celery", "-A", "app.celery_app", "worker", *sys.argv[1:]]
    celery()


if __name__ == "__main__":
    main()
