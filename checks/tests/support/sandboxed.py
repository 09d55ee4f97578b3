"""Python in the sandbox, with a tree that it may read and a folder that it may write."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from checks.sandbox import bubblewrap

ROOT = Path(__file__).parents[3]
VARIABLES = {"GIVEN": "yes"}


class Sandboxed:
    """A tree, a folder to write to, and Python that runs with both in the sandbox."""

    sockets: tuple[Path, ...] = ()

    def __init__(self, base: Path) -> None:
        self.tree, self.scratch = base / "tree", base / "scratch"
        self.tree.mkdir()
        self.scratch.mkdir()
        (self.tree / "given.txt").write_text("the learner's own")
        for path, mode in ((base, 0o755), (self.scratch, 0o777)):
            path.chmod(mode)

    def command(self, source: str, **arguments: Any) -> list[str]:
        """The argument list that runs the source inside; `given` is a dict of JSON values there."""
        source = f"import json\ngiven = json.loads({json.dumps(json.dumps(arguments))})\n{source}"
        return bubblewrap.wrap(
            [sys.executable, "-I", "-B", "-c", source],
            tree=self.tree,
            writable={self.scratch: bubblewrap.SCRATCH_MOUNT},
            sockets=self.sockets,
        )

    def run(self, source: str, **arguments: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(source, **arguments),
            env=bubblewrap.environment(VARIABLES),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def result(self, source: str, **arguments: Any) -> Any:
        """The output of the source, read as JSON."""
        process = self.run(source, **arguments)
        assert process.returncode == 0, process.stderr
        return json.loads(process.stdout)

    def error(self, source: str, **arguments: Any) -> str:
        """The last line of the traceback that ended the source."""
        process = self.run(source, **arguments)
        assert process.returncode == 1, f"it went through: {process.stdout}"
        return process.stderr.strip().splitlines()[-1]


@pytest.fixture
def sandboxed() -> Iterator[Sandboxed]:
    """A tree below /tmp: the files beside it must not be visible inside."""
    base = Path(mkdtemp(prefix="eventure-sandbox-"))
    yield Sandboxed(base)
    subprocess.run(["rm", "-rf", str(base)], check=True)
