"""The learner's side: how a command is started in the learner's tree, contained or not."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from checks import sandbox, zygote
from checks.harness.errors import AppHangs

HERE = Path(__file__).parent
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
    read-only, has no network and is not root; paths inside differ, so ask `inside`.
    """

    tree: Path
    scratch: Path
    sockets: tuple[Path, ...] = ()
    contained: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    def command(self, argv: Sequence[str], extra: Mapping[str, str]) -> list[str]:
        """The command line to start `argv` on the learner's side of the border."""
        if not self.contained:
            return list(argv)
        return sandbox.wrap(
            list(argv),
            tree=self.tree,
            writable=self.scratch,
            sockets=self.sockets,
            env={**self.environment, **extra},
            extra_ro={HERE / name: f"/harness/{name}" for name in SCRIPTS},
        )

    def variables(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of a process: nothing of the checker's own leaks in."""
        if self.contained:
            return {"PATH": os.environ.get("PATH", os.defpath)}
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
        return {**kept, **self.environment, **extra}

    def script(self, name: str) -> str:
        """Where one of the harness's scripts stands, seen from the learner's side."""
        return f"/harness/{name}" if self.contained else str(HERE / name)

    def inside(self, name: str) -> str:
        """Where a file of the scratch folder stands, seen from the learner's side."""
        return f"{sandbox.WRITABLE}/{name}" if self.contained else str(self.scratch / name)

    def python(self, *arguments: str) -> list[str]:
        """Python without the user's site, the tree's start-up files or leftover bytecode."""
        return [sys.executable, "-I", "-B", *arguments]

    def popen(
        self, argv: Sequence[str], extra: Mapping[str, str], log: IO[bytes]
    ) -> "subprocess.Popen[bytes] | zygote.Child":
        """Start a long-lived process whose output goes to `log` and whose stdin is its lifeline."""
        sink = log.fileno()
        if self._warm(argv):
            return zygote.Child(
                argv[3:],
                cwd=self.tree,
                env=self.variables(extra),
                stdin=None,
                stdout=sink,
                stderr=sink,
            )
        return subprocess.Popen(
            self.command(argv, extra),
            cwd=self.tree,
            env=self.variables(extra),
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )

    def run(
        self, argv: Sequence[str], extra: Mapping[str, str], stdin: str | None, limit: float
    ) -> Finished:
        """Run a command to its end. Raises AppHangs after `limit` seconds."""
        if self._warm(argv):
            return self._run_warm(argv, extra, stdin or "", limit)
        try:
            done = subprocess.run(
                self.command(argv, extra),
                cwd=self.tree,
                env=self.variables(extra),
                input=stdin or "",
                capture_output=True,
                text=True,
                errors="replace",
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise AppHangs(_still_running(argv, limit)) from None
        return Finished(done.returncode, done.stdout, done.stderr)

    def _warm(self, argv: Sequence[str]) -> bool:
        return not self.contained and argv[0] == sys.executable and zygote.available()

    def _run_warm(
        self, argv: Sequence[str], extra: Mapping[str, str], stdin: str, limit: float
    ) -> Finished:
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write(stdin.encode())
            given.seek(0)
            child = zygote.Child(
                argv[3:],
                cwd=self.tree,
                env=self.variables(extra),
                stdin=given,
                stdout=out.fileno(),
                stderr=err.fileno(),
            )
            try:
                status = child.wait(limit)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                raise AppHangs(_still_running(argv, limit)) from None
            return Finished(status, _text(out), _text(err))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _still_running(argv: Sequence[str], limit: float) -> str:
    return f"`{' '.join(argv[-4:])}` was still running after {limit:.0f} s"


SCRIPTS = ("launcher.py", "probe_runner.py", "suite_runner.py")
