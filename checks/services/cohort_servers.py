"""PostgreSQL and Redis for one command alone, in a home of their own that is gone afterwards.

A cohort is graded on them, so what a submission does to a server never reaches a person's
`checks run`, and the other way round. The home is a folder in /tmp whose lock the command holds.
The keeper stops the servers and deletes the home when the lock is free, also after a kill of the
command. What a kill of the keeper leaves is deleted by the next command.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from checks.errors import CourseError
from checks.services.home import COMMANDS_PREFIX, VARIABLE, Home
from checks.services.lifecycle import Progress, down, ensure
from checks.services.temporary_folders import make_folder, release

FOLDER = Path("/tmp")  # noqa: S108 - the paths of sockets have to be short; owners are checked
DRAFT = "new-servers"


@contextmanager
def cohort_servers(progress: Progress | None = None) -> Iterator[Home]:
    """Start servers that this process and its children use in the block, and nobody else does.

    DATABASE_URL and REDIS_URL name external servers as ever. `progress` is told of the start.

    Raises CourseError when the servers cannot be started.
    """
    sweep_homes()
    previous = os.environ.get(VARIABLE)
    with _locked_home() as home:
        os.environ[VARIABLE] = str(home.root)
        try:
            ensure(progress)
            yield home
        finally:
            down(reset=True)
            _restore(previous)


def sweep_homes() -> None:
    """Stop the servers of homes that no living command owns, and delete the homes."""
    previous = os.environ.get(VARIABLE)
    for root in FOLDER.glob(f"{COMMANDS_PREFIX}*"):
        with suppress(OSError, CourseError):
            if root.lstat().st_uid == os.geteuid() and Home(root).is_abandoned():
                os.environ[VARIABLE] = str(root)
                down(reset=True)
                shutil.rmtree(root, ignore_errors=True)
    _restore(previous)


@contextmanager
def _locked_home() -> Iterator[Home]:
    """A new home, locked before it has the name by which `sweep_homes` finds it."""
    draft = make_folder(DRAFT, FOLDER)
    if os.geteuid() == 0:
        draft.chmod(0o755)  # the servers run as another user
    Home(draft).owner_lock.touch(mode=0o600)
    with Home(draft).owner_lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home = Home(
            draft.rename(FOLDER / draft.name.replace(f"eventure-{DRAFT}-", COMMANDS_PREFIX))
        )
        release(draft)
        try:
            yield home
        finally:
            shutil.rmtree(home.root, ignore_errors=True)


def _restore(previous: str | None) -> None:
    if previous is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = previous
