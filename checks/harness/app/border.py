"""The learner's side: how a command is started in the learner's tree, contained or not."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from checks.harness.app import passed_breakpoints
from checks.harness.app.clock import is_over, now
from checks.harness.app.resource_limits import POLL_SECONDS, Limits, Process, kill
from checks.harness.app.sandbox_zygote import SandboxZygote
from checks.harness.app.sandboxed_child import Program, SandboxedChild
from checks.harness.errors import AppHangs
from checks.programs import LOCALE, search_path
from checks.sandbox import bubblewrap
from checks.sandbox.memory_cgroup import MemoryCgroup
from checks.sandbox.privileges import as_root
from checks.sandbox.process_tree import open_init_process
from checks.zygote import client as zygote
from checks.zygote.client import has_ended

HARNESS = Path(__file__).parents[1]
INIT_POLL_SECONDS = 0.005
INHERITED = ("PATH", "TZ", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True)
class CommandResult:
    """The output and the status of a command; `returncode` is information, never a verdict."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Border:
    """One learner's tree, the folder it may write to, and the services it may reach.

    `sockets` are the folders of the Unix sockets of the services and of the checker's doubles.
    Contained, a process sees them and the tree read-only, has no network and is not root; `inside`
    translates a path of the scratch folder. Of that folder the process sees only the names in
    `writable`; a name there that the process must not replace is listed by itself. `stored_bytes`
    is the size of the databases that the process can fill, `shared_growth` what was added to
    the files that all processes on the server write, `backends` the pids of the server's
    processes that work for it. Contained Python processes of borders with one `zygote` share a
    sandbox; any other process has its own. All of them are in the group `memory`, if there is one.
    """

    tree: Path
    scratch: Path
    sockets: tuple[Path, ...] = ()
    contained: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    writable: tuple[str, ...] = (".",)
    stored_bytes: Callable[[], int] = lambda: 0
    shared_growth: Callable[[], int] = lambda: 0
    backends: Callable[[], Sequence[int]] = tuple
    zygote: SandboxZygote | None = None
    memory: MemoryCgroup | None = None

    def command(self, argv: Sequence[str]) -> list[str]:
        """The command line to start `argv` on the learner's side of the border."""
        if not self.contained:
            return list(argv)
        command = bubblewrap.wrap(
            list(argv),
            tree=self.tree,
            writable={self.scratch / name: self.inside(name) for name in self.writable},
            sockets=self.sockets,
            extra_ro={HARNESS / path: f"/harness/{name}" for name, path in SCRIPTS.items()},
        )
        return self.memory.command(command) if self.memory else command

    def variables(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of a process: nothing of the checker's own leaks in.

        Contained or not, the home folder is one without settings of a person, and the locale is
        the same.
        """
        if self.contained:
            return bubblewrap.environment({**self.environment, **extra})
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        inherited["PATH"] = search_path(inherited.get("PATH", ""))
        own = {"HOME": str(self.scratch), "LANG": LOCALE}
        return {**inherited, **own, **self.environment, **extra}

    def script(self, name: str) -> str:
        """The path of one of the harness's scripts, seen from the learner's side."""
        return f"/harness/{name}" if self.contained else str(HARNESS / SCRIPTS[name])

    def inside(self, name: str) -> str:
        """The path of a file of the scratch folder, seen from the learner's side."""
        folder = Path(bubblewrap.SCRATCH_MOUNT) if self.contained else self.scratch
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
        """Start a process in a group of its own; without `stdin` it gets a pipe, its lifeline.

        Standard output goes to `output`, standard error to `errors`, or to `output` without it.
        """
        out, err = output.fileno(), (errors or output).fileno()
        if argv[:3] == self.python():
            if process := self._fork(argv[3:], self.variables(extra), stdin, out, err):
                return process
            argv = self.python(self.script("python_program.py"), *argv[3:])
        with as_root():
            return subprocess.Popen(
                self.command(argv),
                cwd=self.tree,
                env=self.variables(extra),
                stdin=stdin or subprocess.PIPE,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def _fork(
        self, argv: Sequence[str], env: Mapping[str, str], stdin: IO[bytes] | None, *output: int
    ) -> Process | None:
        """Start Python with these words through a zygote; None without one."""
        out, err = output
        if self.contained and self.zygote is not None:
            command = self.command(self.python(self.script("sandbox_zygote_server.py")))
            program = Program(argv, bubblewrap.TREE_MOUNT, env, stdin, out, err)
            return self.zygote.start(command, bubblewrap.environment({}), program)
        if not self.contained and zygote.available():
            return zygote.start(argv, cwd=self.tree, env=env, stdin=stdin, stdout=out, stderr=err)
        return None

    def _init_process(self, process: Process) -> int | None:
        """A pidfd of the pid 1 in a process's own sandbox; None for another process.

        Opened before the program can end: when bubblewrap ends, the kernel kills what the program
        has left behind, and bubblewrap does not wait for that.
        """
        if not self.contained or isinstance(process, SandboxedChild):
            return None
        while not has_ended(process, INIT_POLL_SECONDS):
            if (init_process := open_init_process(process.pid)) is not None:
                return init_process
        return None

    def run(
        self, argv: Sequence[str], extra: Mapping[str, str], stdin: str | None, limit: float
    ) -> CommandResult:
        """Run a command to its end.

        Raises AppHangs after `limit` seconds, and the breach that Limits finds.
        """
        with TemporaryFile() as input_file, TemporaryFile() as out, TemporaryFile() as err:
            input_file.write((stdin or "").encode())
            input_file.seek(0)
            process = self.popen(argv, extra, out, err, input_file)
            limits = Limits(self, process, (out, err), f"`{' '.join(argv[-4:])}`")
            started = now()
            init_process = self._init_process(process)
            try:
                while not has_ended(process, min(POLL_SECONDS, limit)):
                    if limits.check() is None and is_over(started, limit, process.pid):
                        raise AppHangs(f"{limits.name} was still running after {limit:.0f} s")
                if breach := limits.check():
                    raise breach
            finally:
                kill(process, contained=self.contained, init_process=init_process)
                status = process.wait()
            passed_breakpoints.note(errors := _text(err))
            return CommandResult(status, _text(out), errors)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


SCRIPTS = {
    "celery_runner.py": "doubles/celery_runner.py",
    "launcher.py": "app/launcher.py",
    "port_relay.py": "app/port_relay.py",
    "probe_runner.py": "probes/runner.py",
    "python_program.py": "../zygote/python_program.py",
    "request_recorder.py": "suites/request_recorder.py",
    "sandbox_zygote_server.py": "app/sandbox_zygote_server.py",
    "suite_fork_server.py": "suites/fork_server.py",
}
"""The harness's scripts for the learner's side: the name there, and the path in the harness."""
