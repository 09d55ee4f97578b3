"""What tests may ask of the learner's tree besides HTTP: files, commands, probes."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.harness.app.border import Border, Finished
from checks.harness.app.process import last_error, learner_frame
from checks.harness.errors import AppDown, HarnessError

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


class Commands:
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
        """Run several sources in one process; each is judged on its own, by its name.

        Each begins with the names that the preparation has made, and none that another source
        has. What the preparation enters into `life`, an ExitStack, is left after the last of them.
        """
        asked = json.dumps({"prepare": prepare, "sources": dict(sources), "given": given})
        argv = self.border.python(self.border.script("probe_runner.py"))
        try:
            done = self.border.run(argv, {}, asked, PROBE_LIMIT)
        except HarnessError as error:
            return Answers(self.border, {}, {}, ended=error)
        try:
            told = json.loads(done.stdout)
            return Answers(self.border, {**told["answers"]}, {**told["raised"]})
        except (ValueError, KeyError, TypeError):
            return Answers(self.border, {}, {}, ended=_raised(done.stderr, self.border))


@dataclass(frozen=True)
class Answers:
    """What each source of one process of probes has answered, or the traceback it ended in.

    What `ended` the process, or the preparation, is told by each: it is asked but once.
    """

    border: Border
    answers: Mapping[str, str]
    raised: Mapping[str, str]
    ended: HarnessError | None = None

    def __getitem__(self, name: str) -> Any:
        """The answer of one. Raises AppDown when it has ended in an exception."""
        if self.ended is not None:
            raise type(self.ended)(str(self.ended))
        try:
            return json.loads(self.answers[name])
        except (ValueError, KeyError, TypeError):
            raise _raised(str(self.raised.get(name, "")), self.border) from None


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
