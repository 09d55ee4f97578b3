"""PostgreSQL's files and process: made, started and stopped by the keeper."""

import contextlib
import os
import secrets
import shutil
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError
from checks.programs import NO_POSTGRES, postgres_folder
from checks.services.account import Account
from checks.services.home import Home, own_directory
from checks.services.memory import folder_in_memory, forget_files, sweep
from checks.services.process import boot_id, is_running, read_pid
from checks.services.settings import SETTINGS

# The one question that a server answers, in one byte, before anybody logs in.
SSL_REQUEST = struct.pack("!II", 8, 80877103)

# What one process of the server may hold: a statement that asks for more is refused, before the
# system ends the server.
BOUND = ("/usr/bin/prlimit", f"--as={1 << 30}")


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL server: its programs, its files, and the account it runs under."""

    programs: Path
    home: Home
    account: Account

    def start(self) -> None:
        """Start the server, remaking its files when they do not carry it.

        Raises:
            CourseError: it does not start on new files either.
        """
        # A keeper that was killed leaves its server running, perhaps with older settings.
        self.stop()
        self._clear_stale()
        sweep()
        place = folder_in_memory(self.home) or self.home.root
        if not self.home.data.exists() or self.home.data.resolve().parent != place.resolve():
            self._make(place)
        if self._launch() is None:
            return
        self.stop()
        self._make(place)
        if (complaint := self._launch()) is not None:
            raise CourseError(f"PostgreSQL did not start: {complaint} See {self.home.log}.")

    def stop(self) -> None:
        """Stop the server: first politely, then at once. Nothing happens when it is not running."""
        for mode in ("fast", "immediate"):
            if self.pid() is None:
                return
            self._control("stop", "-m", mode, "-t", "5", "-w")

    def pid(self) -> int | None:
        """The running server's pid; None when it is stopped, or the pid is another program's."""
        pid = read_pid(self.home.data / "postmaster.pid")
        return pid if is_running(pid, "postgres") else None

    def _clear_stale(self) -> None:
        """Remove what a crash left: a pid file that names nobody, files that may be torn."""
        marker = self.home.data / "eventure-boot"
        pid_file = self.home.data / "postmaster.pid"
        if not pid_file.exists() or self.pid() is not None:
            return
        # fsync is off: after the machine itself went down the files may lie without saying so.
        if marker.exists() and marker.read_text() != boot_id():
            forget_files(self.home)
            return
        pid_file.unlink()

    def _make(self, place: Path) -> None:
        forget_files(self.home)
        draft = place / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        self.account.give(draft)
        self._initdb(draft)
        made = draft.replace(place / self.home.data.name)
        if made != self.home.data:
            self.home.data.symlink_to(made)

    def _initdb(self, draft: Path) -> None:
        password = self.home.root / "superuser.new"
        password.unlink(missing_ok=True)
        with os.fdopen(os.open(password, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(self._password())
        self.account.give(password)
        options = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password}"]
        text = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        done = self.account.run(
            [
                self.programs / "initdb",
                "-D",
                draft,
                "--no-sync",
                *options,
                *text,
                "--builtin-locale=C.UTF-8",
            ]
        )
        if done.returncode != 0:
            raise CourseError(
                f"PostgreSQL's files could not be made in {draft}: {_last(done.stderr)}"
            )
        password.replace(self.home.password_file)

    def _password(self) -> str:
        """The one that there was: what was lent is known by it (checks/services/lend.py)."""
        with contextlib.suppress(OSError):
            return self.home.password_file.read_text() or secrets.token_hex(24)
        return secrets.token_hex(24)

    def _launch(self) -> str | None:
        """Start the server on its files; the complaint when it does not answer."""
        self._configure()
        # After a crash the orphaned backends hold the shared memory until they notice.
        limit = time.monotonic() + 10
        while True:
            done = self._control(
                "start", "-w", "-t", "20", "-s", "-l", str(self.home.log / "start")
            )
            if done.returncode == 0:
                return None
            complaint = _last(self._start_log() or done.stderr)
            if "shared memory" not in complaint or time.monotonic() > limit:
                return complaint
            time.sleep(0.1)

    def _start_log(self) -> str:
        try:
            return (self.home.log / "start").read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def _configure(self) -> None:
        sockets = self.home.sockets("postgres")
        own_directory(sockets.parent)
        for directory, mode in ((sockets, 0o755), (self.home.log, 0o700)):
            directory.mkdir(exist_ok=True)
            directory.chmod(mode)
            self.account.give(directory)
        (self.home.log / "start").unlink(missing_ok=True)
        places = {"unix_socket_directories": sockets, "log_directory": self.home.log}
        lines = [f"{name} = '{value}'\n" for name, value in (SETTINGS | places).items()]
        (self.home.data / "postgresql.conf").write_text("".join(lines))
        (self.home.data / "eventure-boot").write_text(boot_id())

    def _control(self, *words: str) -> subprocess.CompletedProcess[str]:
        bound = BOUND if sys.platform == "linux" and Path(BOUND[0]).exists() else ()
        return self.account.run([*bound, self.programs / "pg_ctl", "-D", self.home.data, *words])


def postgres_answers(sockets: Path) -> bool:
    """Whether a server speaks behind the socket: one that is dying may still accept."""
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
    copied = home.root / "programs" / str(int((installed / "bin" / "postgres").stat().st_mtime))
    if not copied.exists():
        draft = home.root / "programs.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(copied.parent, ignore_errors=True)
        shutil.copytree(installed, draft, symlinks=True)
        copied.parent.mkdir(mode=0o755)
        draft.replace(copied)
    return copied / "bin"


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
