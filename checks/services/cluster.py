"""PostgreSQL's server process: started, stopped and found by the keeper."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError
from checks.files import make_readable
from checks.programs import NO_POSTGRES, postgres_folder
from checks.services.account import Account
from checks.services.data_directory import (
    delete_files,
    folder_in_memory,
    inherited_locks,
    sweep,
)
from checks.services.home import Home
from checks.services.initdb import DataDirectoryBuilder, last_line
from checks.services.owned_directory import ensure_owned_directory, make_directory
from checks.services.process import boot_id, is_running, read_pid, works_in
from checks.services.settings import SETTINGS

SOCKET = ".s.PGSQL.5432"
# A server answers this request with one byte, before anybody logs in.
SSL_REQUEST = struct.pack("!II", 8, 80877103)

# The address space of one server process: a statement that needs more is refused, before the
# kernel's OOM killer ends the server.
MEMORY_LIMIT = ("/usr/bin/prlimit", f"--as={1 << 30}")
SHARED_MEMORY_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL server: its programs, its files, and the account it runs under."""

    programs: Path
    home: Home
    account: Account

    def start(self) -> None:
        """Start the server; create its files anew when it does not start on the present ones.

        Raises:
            CourseError: the server does not start on new files either.
        """
        # A keeper that was killed leaves its server running, perhaps with older settings.
        self.stop()
        self._clear_stale()
        sweep()
        builder = DataDirectoryBuilder(self.programs, self.home, self.account)
        folder = folder_in_memory(self.home) or self.home.root
        if not self.home.data.exists() or self.home.data.resolve().parent != folder.resolve():
            builder.create(folder)
        if self._launch() is None:
            return
        self.stop()
        builder.create(folder)
        if (message := self._launch()) is not None:
            raise CourseError(f"PostgreSQL did not start: {message} See {self.home.log}.")

    def stop(self) -> None:
        """Stop the server: mode fast, then immediate. Nothing happens when it is not running."""
        for mode in ("fast", "immediate"):
            if self.pid() is None:
                break
            self._pg_ctl("stop", "-m", mode, "-t", "5", "-w")
        self._end_without_files()
        if self.pid() is None:
            self._remove_socket()

    def pid(self) -> int | None:
        """The running server's pid; None when it is stopped, or the pid is another program's."""
        pid = read_pid(self.home.data / "postmaster.pid")
        is_ours = is_running(pid, "postgres") and works_in(pid, self.home.data) is not False
        return pid if is_ours else None

    def _end_without_files(self) -> None:
        """End a server whose files somebody has deleted: it still holds the socket.

        systemd deletes what a user has in /dev/shm when they log out (RemoveIPC in logind.conf).
        """
        pid = read_pid(self.home.sockets("postgres") / f"{SOCKET}.lock")
        if pid is None or not is_running(pid, "postgres") or not works_in(pid, self.home.data):
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + SHARED_MEMORY_TIMEOUT_SECONDS
        while is_running(pid, "postgres") and time.monotonic() < deadline:
            time.sleep(0.02)

    def _remove_socket(self) -> None:
        """Remove what a server without files has left, which would keep the next one from starting.

        PostgreSQL believes in the process that its lock file names, also when that has ended and
        nobody has reaped it, as in a container without an init process.
        """
        for name in (SOCKET, f"{SOCKET}.lock"):
            (self.home.sockets("postgres") / name).unlink(missing_ok=True)

    def _clear_stale(self) -> None:
        """Remove what a crash left: a pid file without its process, files that may be torn."""
        marker = self.home.data / "eventure-boot"
        pid_file = self.home.data / "postmaster.pid"
        if not pid_file.exists() or self.pid() is not None:
            return
        # fsync is off: after a crash of the machine the files may be corrupt without an error.
        if marker.exists() and marker.read_text() != boot_id():
            delete_files(self.home)
            return
        pid_file.unlink()

    def _launch(self) -> str | None:
        """Start the server on its files; the error message when it does not answer."""
        self._configure()
        # After a crash the orphaned backends hold the shared memory until they notice.
        deadline = time.monotonic() + SHARED_MEMORY_TIMEOUT_SECONDS
        while True:
            result = self._pg_ctl("start", "-w", "-t", "20", "-s", "-l", str(self._start_log))
            if result.returncode == 0:
                return None
            message = last_line(self._read_start_log() or result.stderr)
            if "shared memory" not in message or time.monotonic() > deadline:
                return message
            time.sleep(0.1)

    @property
    def _start_log(self) -> Path:
        return self.home.log / "start"

    def _read_start_log(self) -> str:
        try:
            return self._start_log.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def _configure(self) -> None:
        sockets = self.home.sockets("postgres")
        ensure_owned_directory(sockets.parent)
        for directory, mode in ((sockets, 0o755), (self.home.log, 0o700)):
            directory.mkdir(exist_ok=True)
            directory.chmod(mode)
            self.account.take_ownership(directory)
        self._start_log.unlink(missing_ok=True)
        directories = {"unix_socket_directories": sockets, "log_directory": self.home.log}
        settings = {name: str(value) for name, value in (SETTINGS | directories).items()}
        lines = [f"{name} = '{_quoted(value)}'\n" for name, value in settings.items()]
        configuration = self.home.data / "postgresql.conf"
        configuration.write_text("".join(lines))
        configuration.chmod(0o644)  # the account reads it
        (self.home.data / "eventure-boot").write_text(boot_id())

    def _pg_ctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        limited = sys.platform == "linux" and Path(MEMORY_LIMIT[0]).exists()
        prefix = MEMORY_LIMIT if limited else ()
        pg_ctl = self.programs / "pg_ctl"
        command = [*prefix, pg_ctl, "-D", self.home.data, *arguments]
        return self.account.run(command, inherited_locks())


def _quoted(value: str) -> str:
    """A value as it stands between the single quotes of postgresql.conf."""
    return value.replace("'", "''")


def postgres_answers(sockets: Path) -> bool:
    """Whether a server answers at the socket: one that is shutting down may still accept."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(sockets / ".s.PGSQL.5432"))
            probe.sendall(SSL_REQUEST)
            return probe.recv(1) in {b"N", b"S"}
        except OSError:
            return False


def find_programs(home: Home, account: Account) -> Path:
    """The wheel's directory of `postgres` and `initdb`; a copy where the account cannot reach it.

    Raises:
        CourseError: the wheel is not installed here.
    """
    installed = postgres_folder()
    if installed is None:
        raise CourseError(NO_POSTGRES)
    if account.can_reach(installed / "bin"):
        return installed / "bin"
    copy = home.root / "programs" / str(int((installed / "bin" / "postgres").stat().st_mtime))
    if not copy.exists():
        draft = home.root / "programs.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(installed, draft, symlinks=True)
        make_readable(draft)
        make_directory(copy.parent)
        draft.replace(copy)
    return copy / "bin"
