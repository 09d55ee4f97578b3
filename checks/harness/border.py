"""The learner's side: how a command is started in the learner's tree, contained or not."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checks import sandbox
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
        self, argv: Sequence[str], extra: Mapping[str, str], log: Path
    ) -> "subprocess.Popen[bytes]":
        """Start a long-lived process whose output goes to `log` and whose stdin is its lifeline."""
        with log.open("ab") as sink:
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
            words = " ".join(argv[-4:])
            raise AppHangs(f"`{words}` was still running after {limit:.0f} s") from None
        return Finished(done.returncode, done.stdout, done.stderr)


SCRIPTS = ("launcher.py", "probe_runner.py")
