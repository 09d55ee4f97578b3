"""Whether a disk of PostgreSQL or of the checker is full, or was for a moment.

What has failed on a full disk is often told when there is space again: an app that has answered
with 500 says so in a later test. So a thread looks all the time.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from checks.sandbox.privileges import as_root
from checks.services import Services
from checks.services.home import find_home

FREE_BYTES = 16 << 20
"""A disk with less is full: PostgreSQL asks for a segment of its log at a time."""
INTERVAL_SECONDS = 0.05


@as_root()
def watched_folders(running: Services) -> list[Path]:
    """The folders of PostgreSQL and of the checker. The app's own files are on another disk.

    Which home it is, the user decides that root is.
    """
    data = [] if running.postgres.external else [find_home().data]
    return [*data, Path(tempfile.gettempdir())]


class DiskWatch:
    """Looks at the disks of these folders until it is closed."""

    def __init__(self, folders: list[Path]) -> None:
        self._full: Path | None = None
        self._ended = Event()
        with as_root():  # a descriptor needs no rights later on; the thread must not stay root
            self._descriptors = {os.open(folder, os.O_RDONLY): folder for folder in folders}
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def full(self) -> str:
        """A folder whose disk is full, or was since the start; "" when there is none."""
        self._look()
        return str(self._full or "")

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.join()
        while self._descriptors:
            os.close(self._descriptors.popitem()[0])

    def _watch(self) -> None:
        while not self._ended.wait(INTERVAL_SECONDS):
            self._look()

    def _look(self) -> None:
        for descriptor, folder in self._descriptors.items():
            with suppress(OSError):
                status = os.fstatvfs(descriptor)
                if status.f_bavail * status.f_frsize < FREE_BYTES:
                    self._full = folder
