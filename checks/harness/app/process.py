"""One process that serves the learner's app, its log, and its frames when it fails or hangs.

`EVENTURE_START_SECONDS` is how long the app may take to start (20).
"""

import contextlib
import os
import re
import select
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread

from checks.harness.app.border import Border
from checks.harness.app.clock import is_over, now
from checks.harness.app.cpu_wait import cpu_wait
from checks.harness.app.limit_variables import START
from checks.harness.app.resource_limits import POLL_SECONDS, Limits, Process, kill, wait_for_end
from checks.harness.app.validation_errors import first_detail
from checks.harness.errors import AppDown, AppHangs, HarnessError, OutOfMemory
from checks.sandbox.learner_files import LearnerFolder

START_LIMIT = START.seconds_or_default
LOG_LIMIT = 65536
# a syntax error's own line has no function: `File "app/x.py", line 3`
FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)(,? in (?P<name>\S+))?')
# the same as the whole beginning of a line; an exception group draws bars before it
FRAME_LINE = re.compile(r'(?P<lead>[\s|]*)File "(?P<file>[^"]+)", line \d+')

# `KeyError: 'x'`, `sqlalchemy.exc.NoResultFound: …`; not uvicorn's `ERROR: …`
EXCEPTION = re.compile(r"(([a-z_]\w*\.)+[A-Z]\w+|[A-Z][a-zA-Z]*(Error|Exception|Exit|Group))(:|$)")

# where pydantic defines what its users know as pydantic.ValidationError
PYDANTIC_INSIDE, PYDANTIC = "pydantic_core._pydantic_core.", "pydantic."


class AppProcess:
    """A process of the app, kept between tests; `stop` kills it with its children."""

    def __init__(self, border: Border, name: str, extra: Mapping[str, str]) -> None:
        self.border = border
        self.extra = dict(extra)
        self.socket = border.scratch / f"{name}.sock"
        self._files = LearnerFolder(border.scratch)
        # without a name: a log in a folder that the app may write to could become a link to any
        # file of ours, and what the app prints would land in it
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as this object
        self._process: Process | None = None
        self._limits: Limits | None = None
        self._stopped = Event()

    def start(self) -> None:
        """Return when the app accepts connections.

        Raises AppDown when it ends before that, with the last line of its traceback, and AppHangs
        with the line where it stands.
        """
        self._files.remove(self.socket.name)
        argv = self.border.python(
            self.border.script("launcher.py"), self.border.inside(self.socket.name)
        )
        self._process = self.border.popen(argv, self.extra, self._log)
        self._limits = Limits(self.border, self._process, (self._log,), "the app")
        Thread(target=self._watch, args=(self._limits,), daemon=True).start()
        started = now()
        while not self.accepts_connections():
            if self._process.poll() is not None:
                raise self.breach() or _start_error(last_error(self.log()))
            if is_over(started, START_LIMIT, self._process.pid):
                where = self.current_position()
                self.stop()
                raise AppHangs(f"the app did not start within {START_LIMIT:g} s; {where}")
            select.select([], [], [], 0.01)

    def _watch(self, limits: Limits) -> None:
        while not self._stopped.wait(POLL_SECONDS) and limits.check() is None:
            pass

    def breach(self) -> HarnessError | None:
        """Why the process was ended, if it used up more than it may."""
        return self._limits.check() if self._limits else None

    def accepts_connections(self) -> bool:
        """Whether the app takes a new connection."""
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
            try:
                with self._files.socket_path(self.socket.name) as path:
                    probe.connect(path)
            except OSError:
                return False
            return True

    def cpu_wait(self) -> float:
        """The seconds that the app has waited for a CPU."""
        return cpu_wait(self._process.pid) if self._process else 0.0

    @property
    def pid(self) -> int | None:
        """The process's number as this machine counts; None before the start."""
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log(self, since: int = 0) -> str:
        """What the process has printed, from byte `since` on; at most the last 64 KiB."""
        start = max(since, self.log_size() - LOG_LIMIT)
        return os.pread(self._log.fileno(), LOG_LIMIT, start).decode(errors="replace")

    def log_size(self) -> int:
        return os.fstat(self._log.fileno()).st_size

    def current_position(self) -> str:
        """As a clause for a message: the innermost running frame in the learner's own code."""
        before = self.log_size()
        if not self.alive or self._process is None or self._process.stdin is None:
            return "the process has ended"
        self._command(b"dump")
        deadline = now() + 2
        while "end of dump" not in self.log(before) and now() < deadline:
            select.select([], [], [], 0.02)
        frame = learner_frame(self.log(before), self.border, innermost_first=True)
        return f"it stands in {frame}" if frame else "no frame of your code is running"

    def terminate(self) -> None:
        """Send SIGTERM, as a deployment does; the app decides what follows."""
        self._command(b"term")

    def block_event_loop(self) -> None:
        """Hold the event loop as a handler would that never gives it back; signals still come."""
        self._command(b"block")

    def _command(self, word: bytes) -> None:
        """Tell the launcher (`launcher.read_commands`); a process that has ended hears nothing."""
        assert self._process is not None, "the process has been started"
        assert self._process.stdin is not None, "it has its lifeline"
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(word + b"\n")
            self._process.stdin.flush()

    def close(self) -> None:
        """Stop the process and delete its log."""
        self.stop()
        self._log.close()

    def stop(self) -> None:
        """Kill the process with its children; safe to call twice."""
        self._stopped.set()
        if self._process is None:
            return
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        kill(self._process, contained=self.border.contained)
        wait_for_end(self._process)
        self._process = None


def _start_error(error: str) -> HarnessError:
    kind = OutOfMemory if error.startswith("MemoryError") else AppDown
    return kind(f"the app does not start: {error}")


def learner_frame(text: str, border: Border, *, innermost_first: bool = False) -> str:
    """The innermost frame of a traceback that is in the learner's tree: `app/x.py:12 in f`."""
    roots = (str(border.tree), "/submission")
    frames = [
        f"{relative}:{match['line']}" + (f" in {match['name']}" if match["name"] else "")
        for match in FRAME.finditer(text)
        if (relative := _relative(match["file"], roots))
    ]
    if not frames:
        return ""
    return frames[0] if innermost_first else frames[-1]


def learner_lines(text: str, tree: Path) -> list[str]:
    """A log without the libraries' frames: the learner's frames, exceptions and printed lines."""
    roots = (str(tree), "/submission")
    lines: list[str] = []
    foreign = ""  # the indentation of the lines below a library's frame
    for line in text.splitlines():
        if foreign and line.startswith(foreign):
            continue
        frame = FRAME_LINE.match(line)
        own = _relative(frame["file"], roots) if frame else ""
        foreign = f"{frame['lead']}  " if frame and not own else ""
        if not foreign:
            lines.append(line.replace(frame["file"], own) if frame else line)
    return lines


def _relative(file: str, roots: tuple[str, ...]) -> str:
    for root in roots:
        if file.startswith(root + "/"):
            return Path(file).relative_to(root).as_posix()
    return ""


def last_error(log: str) -> str:
    """The line of a log that names the last exception; without one, its last line.

    Libraries print more after that line: the SQL, a link, a remark. Of pydantic's errors the first
    field is named, too.
    """
    lines = [line for line in log.splitlines() if line.strip()]
    for number in range(len(lines) - 1, -1, -1):
        if EXCEPTION.match(line := lines[number].strip()):
            detail = first_detail(lines, number)
            named = line.replace(PYDANTIC_INSIDE, PYDANTIC)
            return (f"{named}: {detail}" if detail else named)[:500]
    return lines[-1].strip()[:500] if lines else "it ended without a word"
