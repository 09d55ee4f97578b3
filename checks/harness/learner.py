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
        return self.probes("", {"it": source}, **given)["it"]

    def probes(self, prepare: str, sources: Mapping[str, str], **given: Any) -> "Answers":
        """Run several sources in one process, after a preparation that they share.

        Each has an answer of its own. Raises AppDown when the preparation ends in an exception,
        or the process with it.
        """
        asked = json.dumps({"prepare": prepare, "sources": dict(sources), "given": given})
        argv = self.border.python(self.border.script("probe_runner.py"))
        done = self.border.run(argv, {}, asked, PROBE_LIMIT)
        try:
            told = json.loads(done.stdout)
            return Answers({**told["answers"]}, {**told["raised"]}, self.border)
        except (ValueError, KeyError, TypeError):
            raise _raised(done.stderr, self.border) from None


class Answers:
    """What each source of a process of probes has answered, by its name."""

    def __init__(self, found: dict[str, str], raised: dict[str, str], border: Border) -> None:
        self._found, self._raised, self._border = found, raised, border

    def __getitem__(self, name: str) -> Any:
        """The answer of one. Raises AppDown when it has ended in an exception."""
        try:
            return json.loads(self._found[name])
        except (ValueError, KeyError, TypeError):
            raise _raised(str(self._raised.get(name, "")), self._border) from None


def _raised(log: str, border: Border) -> AppDown:
    frame = learner_frame(log, border)
    where = f" ({frame})" if frame else ""
    return AppDown(f"your code raised {last_error(log)}{where}")


ALEMBIC = (
    "import sys; sys.path.insert(0, ''); from alembic.config import main; main(prog='alembic')"
)
# `python -m app.cli seed`, isolated from the user's site and start-up files
MODULE = (
    "import runpy, sys; sys.path.insert(0, ''); sys.argv.pop(0);"
    " assert sys.argv.pop(0) == '-m', 'only `python -m MODULE` is supported';"
    " runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)
