"""What tests may ask of the learner's tree besides HTTP: files, commands, probes."""

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checks.harness.border import Border, Finished
from checks.harness.errors import AppDown
from checks.harness.process import last_error, learner_frame

PROBE_LIMIT = 20.0
SIZE_LIMIT = 1 << 20


class Tree:
    """The learner's files, read and parsed on the trusted side, never executed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def text(self, path: str) -> str:
        """A file's text. Fails the test when the file is missing or not UTF-8."""
        file = self.root / path
        assert file.is_file(), f"{path} exists"
        assert file.stat().st_size <= SIZE_LIMIT, f"{path} is smaller than 1 MiB"
        return file.read_text(encoding="utf-8")

    def exists(self, path: str) -> bool:
        return (self.root / path).exists()

    def python(self, glob: str = "app/**/*.py") -> list[tuple[str, ast.Module]]:
        """Every Python file of the glob as (path, module), by path; a syntax error fails."""
        return [
            (name, _parsed(name, self.text(name)))
            for name in sorted(p.relative_to(self.root).as_posix() for p in self.root.glob(glob))
        ]


def _parsed(name: str, text: str) -> ast.Module:
    try:
        return ast.parse(text, name)
    except SyntaxError as error:
        raise AssertionError(f"{name}:{error.lineno} is Python ({error.msg})") from None


class Shell:
    """Commands and probes on the learner's side, with the app's environment."""

    def __init__(self, border: Border) -> None:
        self.border = border

    def run(
        self,
        *argv: str,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
        timeout: float = 60,
    ) -> Finished:
        """Run a command in the learner's tree. `alembic` and `python` are the workbook's own."""
        head = {
            "alembic": self.border.python("-c", ALEMBIC),
            "python": self.border.python("-c", MODULE),
        }.get(argv[0])
        words = [*head, *argv[1:]] if head else list(argv)
        return self.border.run(words, env or {}, stdin, timeout)

    def probe(self, source: str, **given: Any) -> Any:
        """Run Python in the learner's tree; the value of its `answer`, through JSON.

        Raises AppDown when the probe ends in an exception, with its line in the learner's code.
        """
        asked = json.dumps({"source": source, "given": given})
        argv = self.border.python(self.border.script("probe_runner.py"))
        done = self.border.run(argv, {}, asked, PROBE_LIMIT)
        try:
            return json.loads(done.stdout)["answer"]
        except (ValueError, KeyError, TypeError):
            frame = learner_frame(done.stderr, self.border)
            where = f" ({frame})" if frame else ""
            raise AppDown(f"your code raised {last_error(done.stderr)}{where}") from None


ALEMBIC = (
    "import sys; sys.path.insert(0, ''); from alembic.config import main; main(prog='alembic')"
)
# `python -m app.cli seed`, isolated from the user's site and start-up files
MODULE = (
    "import runpy, sys; sys.path.insert(0, ''); sys.argv.pop(0);"
    " assert sys.argv.pop(0) == '-m', 'only `python -m MODULE` is supported';"
    " runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)
