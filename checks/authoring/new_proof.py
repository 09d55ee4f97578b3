"""The mark of a proof that believes nothing older: an interrupted one goes on where it was.

It stands in the folder of what was proved, under a name of the command. Its text goes into each
result that the proof keeps, so that neither another proof's results nor older ones are believed.
"""

import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

PREFIX = "new-proof-"
IDENTITY = re.compile("[0-9a-f]{16}")
LONGEST_PAUSE_SECONDS = 24 * 3600.0
"""An interrupted proof that was left for longer begins anew."""


class NewProof:
    """One proof of a command; `words` say which: the workbook, the tasks, the mode.

    The same command that goes on beside it holds the mark's lock (flock(2)), and this one has an
    identity of its own, which nobody can go on with.
    """

    def __init__(self, folder: Path, words: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
        self._file = folder / f"{PREFIX}{name}"
        self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        self._owns = self._take()
        self.id = (self._interrupted() if self._owns else "") or secrets.token_hex(8)
        if self._owns:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, self.id.encode(), 0)

    def finish(self) -> None:
        """The proof has come to its end: the same command begins anew."""
        if self._owns:
            self._file.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _take(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _interrupted(self) -> str:
        """The identity of a proof that did not come to its end; "" for none."""
        age = time.time() - os.fstat(self._descriptor).st_mtime
        found = os.pread(self._descriptor, 16, 0).decode(errors="replace")
        return found if age < LONGEST_PAUSE_SECONDS and IDENTITY.fullmatch(found) else ""
