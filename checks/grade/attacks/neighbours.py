"""Attacks on the submission beside: what one sandbox takes, another one lacks."""

from dataclasses import dataclass

from checks.course.course import Text

THREADS = 40


@dataclass(frozen=True)
class NeighbourAttack:
    """Python that prints `true` once it holds what it can, and the program of a neighbour.

    The attack succeeds unless the neighbour, in a sandbox of its own, prints `fine`.
    """

    name: Text
    source: str
    neighbour: str


NEIGHBOURS = (
    NeighbourAttack(
        Text("leaves no process to a neighbour", "не оставляет процессов соседу"),
        "import os, time\n"
        "try:\n"
        "    while True:\n"
        "        if os.fork() == 0: time.sleep(600)\n"
        "except OSError: print('true', flush=True)\n"
        "time.sleep(600)",
        "import threading\n"
        "stop = threading.Event()\n"
        f"threads = [threading.Thread(target=stop.wait) for _ in range({THREADS})]\n"
        "try:\n"
        "    for thread in threads: thread.start()\n"
        "    print('fine')\n"
        "finally: stop.set()",
    ),
)
