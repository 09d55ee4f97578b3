"""The learner's side: how a command is started in the learner's tree, contained or not."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from checks.harness.app.resource_limits import TURN, Limits, end
from checks.harness.errors import AppHangs
from checks.programs import search_path
from checks.sandbox import bubblewrap
from checks.zygote import client as zygote
from checks.zygote.client import Process, ended

HARNESS = Path(__file__).parents[1]
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True)
class Finished:
    """What a command left behind; `returncode` is information, never a verdict."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Border:
    """One learner's tree, the folder it may write to, and the services it may reach.

    `sockets` are the folders of the services' Unix sockets. Contained, a process sees the tree
    read-only, has no network and is not root; paths inside differ, so ask `inside`. Of the scratch
    folder it sees `writable` alone; a name there that it must not replace is named by itself.
    `stored` says how many bytes the databases hold that it can fill, `backends` which processes of
    the server work for it.
    """

    tree: Path
    scratch: Path
    sockets: tuple[Path, ...] = ()
    contained: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    writable: tuple[str, ...] = (".",)
    stored: Callable[[], int] = lambda: 0
    backends: Callable[[], Sequence[int]] = tuple

    def command(self, argv: Sequence[str]) -> list[str]:
        """The command line to start `argv` on the learner's side of the border."""
        if not self.contained:
            return list(argv)
        return bubblewrap.wrap(
            list(argv),
            tree=self.tree,
            writable={self.scratch / name: self.inside(name) for name in self.writable},
            sockets=self.sockets,
            extra_ro={HARNESS / path: f"/harness/{name}" for name, path in SCRIPTS.items()},
        )

    def variables(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of a process: nothing of the checker's own leaks in."""
        if self.contained:
            return bubblewrap.environment({**self.environment, **extra})
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        kept["PATH"] = search_path(kept.get("PATH", ""))
        return {**kept, **self.environment, **extra}

    def script(self, name: str) -> str:
        """Where one of the harness's scripts stands, seen from the learner's side."""
        return f"/harness/{name}" if self.contained else str(HARNESS / SCRIPTS[name])

    def inside(self, name: str) -> str:
        """Where a file of the scratch folder stands, seen from the learner's side."""
        folder = Path(bubblewrap.WRITABLE) if self.contained else self.scratch
        return str(folder / name)

    def python(self, *arguments: str) -> list[str]:
        """Python without the user's site, the tree's start-up files or leftover bytecode."""
        return [sys.executable, "-I", "-B", *arguments]

    def popen(
        self,
        argv: Sequence[str],
        extra: Mapping[str, str],
        output: IO[bytes],
        errors: IO[bytes] | None = None,
        stdin: IO[bytes] | None = None,
    ) -> Process:
        """Start a process in a group of its own; without `stdin` it gets one that is its lifeline.

        What it prints goes to `output`, and to `errors` if that is given.
        """
        out, err = output.fileno(), (errors or output).fileno()
        if not self.contained and argv[0] == sys.executable and zygote.available():
            return zygote.start(
                argv[3:],
                cwd=self.tree,
                env=self.variables(extra),
                stdin=stdin,
                stdout=out,
                stderr=err,
            )
        return subprocess.Popen(
            self.command(argv),
            cwd=self.tree,
            env=self.variables(extra),
            stdin=stdin or subprocess.PIPE,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )

    def run(
        self, argv: Sequence[str], extra: Mapping[str, str], stdin: str | None, limit: float
    ) -> Finished:
        """Run a command to its end.

        Raises AppHangs after `limit` seconds, and what Limits finds.
        """
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write((stdin or "").encode())
            given.seek(0)
            process = self.popen(argv, extra, out, err, given)
            limits = Limits(self, process, (out, err), f"`{' '.join(argv[-4:])}`")
            deadline = time.monotonic() + limit
            try:
                while not ended(process, min(TURN, deadline - time.monotonic())):
                    if limits.look() is None and time.monotonic() >= deadline:
                        raise AppHangs(f"{limits.name} was still running after {limit:.0f} s")
                if found := limits.look():
                    raise found
            finally:
                end(process, contained=self.contained)
                status = process.wait()
            return Finished(status, _text(out), _text(err))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


SCRIPTS = {
    "celery_runner.py": "doubles/celery_runner.py",
    "launcher.py": "app/launcher.py",
    "port_relay.py": "app/port_relay.py",
    "probe_runner.py": "probes/runner.py",
    "suite_runner.py": "suites/fork_server.py",
}
"""What of the harness runs on the learner's side: its name there, and where it stands here."""
