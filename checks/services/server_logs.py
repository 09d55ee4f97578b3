"""The log files of PostgreSQL: how many are kept, and how long."""

from pathlib import Path

# Two files (.log and .json) for each rotation of 16 MB.
MIN_LOGS = 8
MAX_LOGS = 64
# A file with a long statement is longer than 16 MB.
MAX_LOG_BYTES = 512 << 20
CURRENT_LOGS = 2
LOG_RETENTION_SECONDS = 3600.0


def prune_logs(directory: Path, now: float) -> list[Path]:
    """Delete the server's old log files; their paths. Files of the last hour stay for readers.

    Of more files than MAX_LOGS, or more bytes than MAX_LOG_BYTES, the oldest are old.
    """
    old, size = [], 0
    for index, path in enumerate(sorted(directory.glob("postgresql-*"), reverse=True)):
        status = path.stat()
        size += status.st_size
        is_stale = index >= MIN_LOGS and now - status.st_mtime > LOG_RETENTION_SECONDS
        if index >= MAX_LOGS or is_stale or (index >= CURRENT_LOGS and size > MAX_LOG_BYTES):
            path.unlink(missing_ok=True)
            old.append(path)
    return old
