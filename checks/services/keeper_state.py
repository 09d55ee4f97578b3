"""What the keeper of the services publishes: their addresses, and the programs it has started."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class KeeperState:
    """The services that the keeper runs; written once both of them answer."""

    postgres: str
    redis: str
    redis_kind: str
    programs: dict[str, list[int]] = field(default_factory=dict)
    """The servers' files when they were started: path, and what `stamp` said."""

    def is_up_to_date(self) -> bool:
        """Whether the programs are still there, and still those that were started.

        PostgreSQL reads time zones and extensions from its installation only when they are needed:
        a server whose virtual environment was replaced fails in the middle of a run.
        """
        return all(file_identity(path) == identity for path, identity in self.programs.items())


def file_identity(path: str) -> list[int]:
    """Device, inode and time of a file: another file at the path differs; [] when there is none."""
    try:
        status = Path(path).stat()
    except OSError:
        return []
    return [status.st_dev, status.st_ino, status.st_mtime_ns]
