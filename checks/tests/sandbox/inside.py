"""Python between a tree that it may read and a folder that it may write."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from checks.sandbox import bubblewrap

ROOT = Path(__file__).parents[3]
GIVEN = {"GIVEN": "yes"}


class Inside:
    """A tree and a folder to write to, and Python that runs between them."""

    sockets: tuple[Path, ...] = ()

    def __init__(self, base: Path) -> None:
        self.tree, self.scratch = base / "tree", base / "scratch"
        self.tree.mkdir()
        self.scratch.mkdir()
        (self.tree / "given.txt").write_text("the learner's own")
        for path, mode in ((base, 0o755), (self.scratch, 0o777)):
            path.chmod(mode)

    def command(self, source: str, **given: Any) -> list[str]:
        """The argument list that runs the source inside; `given` is a JSON dict there."""
        source = f"import json\ngiven = json.loads({json.dumps(json.dumps(given))})\n{source}"
        return bubblewrap.wrap(
            [sys.executable, "-I", "-B", "-c", source],
            tree=self.tree,
            writable={self.scratch: bubblewrap.WRITABLE},
            sockets=self.sockets,
        )

    def run(self, source: str, **given: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(source, **given),
            env=bubblewrap.environment(GIVEN),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def answer(self, source: str, **given: Any) -> Any:
        """What the source printed, read as JSON."""
        done = self.run(source, **given)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def complaint(self, source: str, **given: Any) -> str:
        """The exception that ended the source, as Python wrote it last."""
        done = self.run(source, **given)
        assert done.returncode == 1, f"it went through: {done.stdout}"
        return done.stderr.strip().splitlines()[-1]
