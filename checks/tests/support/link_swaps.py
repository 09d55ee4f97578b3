"""A link in the place of a file or a folder: put there in a loop, while a test acts on the path."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def swapped_in_a_loop(path: Path, target: Path) -> Iterator[None]:
    """Until the block ends, the path is by turns what it was and a link to the target."""
    link, away = path.with_name(f"{path.name}-link"), path.with_name(f"{path.name}-away")
    link.symlink_to(target)
    stopped = threading.Event()

    def swap() -> None:
        while not stopped.is_set():
            for source, goal in ((path, away), (link, path), (path, link), (away, path)):
                with suppress(OSError):  # the test has put something there, or taken it away
                    source.rename(goal)

    thread = threading.Thread(target=swap, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """The permissions of a folder and of each file in it, with the bytes of the files."""
    files = {path.name: (path.stat().st_mode, path.read_bytes()) for path in folder.iterdir()}
    return {**files, ".": (folder.stat().st_mode, b"")}
