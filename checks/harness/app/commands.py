"""Commands and probes that tests run on the learner's side."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks.harness.app.border import Border, CommandResult
from checks.harness.app.process import last_error, learner_frame
from checks.harness.errors import AppDown, HarnessError

PROBE_TIMEOUT = 20.0
ALEMBIC_CODE = (
    "import sys; sys.path.insert(0, ''); from alembic.config import main; main(prog='alembic')"
)
# `python -m app.cli seed`, isolated from the user's site and start-up files
MODULE_CODE = (
    "import runpy, sys; sys.path.insert(0, ''); sys.argv.pop(0);"
    " assert sys.argv.pop(0) == '-m', 'only `python -m MODULE` is supported';"
    " runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)


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
    ) -> CommandResult:
        """Run a command in the learner's tree. `alembic` and `python` are the workbook's own."""
        python = {
            "alembic": self.border.python("-c", ALEMBIC_CODE),
            "python": self.border.python("-c", MODULE_CODE),
        }.get(argv[0])
        command = [*python, *argv[1:]] if python else list(argv)
        return self.border.run(command, env or {}, stdin, timeout)

    def probe(self, source: str, **given: Any) -> Any:
        """Run Python in the learner's tree; the value of its `answer`, through JSON.

        The source finds the keyword arguments in the dictionary `given`. Raises AppDown when the
        probe ends in an exception, with its line in the learner's code.
        """
        return self.probes("", {"probe": source}, **given)["probe"]

    def probes(self, prepare: str, sources: Mapping[str, str], **given: Any) -> "ProbeAnswers":
        """Run several sources in one process; each is judged on its own, by its name.

        Each source begins with the names that the preparation has bound, and sees no other
        source's. What the preparation enters into `life`, an ExitStack, is left after the last.
        """
        request = json.dumps({"prepare": prepare, "sources": dict(sources), "given": given})
        argv = self.border.python(self.border.script("probe_runner.py"))
        try:
            result = self.border.run(argv, {}, request, PROBE_TIMEOUT)
        except HarnessError as error:
            return ProbeAnswers(self.border, {}, {}, failure=error)
        try:
            response = json.loads(result.stdout)
            return ProbeAnswers(self.border, {**response["answers"]}, {**response["raised"]})
        except (ValueError, KeyError, TypeError, RecursionError):
            failure = _probe_error(result.stderr, self.border)
            return ProbeAnswers(self.border, {}, {}, failure=failure)


@dataclass(frozen=True)
class ProbeAnswers:
    """Of each source of one process: its answer, or the traceback of the exception it raised.

    `failure` is what ended the whole process or its preparation; it is each source's failure.
    """

    border: Border
    answers: Mapping[str, str]
    raised: Mapping[str, str]
    failure: HarnessError | None = None

    def __getitem__(self, name: str) -> Any:
        """The answer of one source. Raises AppDown when the source raised an exception."""
        if self.failure is not None:
            raise type(self.failure)(str(self.failure))
        try:
            return json.loads(self.answers[name])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _probe_error(str(self.raised.get(name, "")), self.border) from None


def _probe_error(log: str, border: Border) -> AppDown:
    frame = learner_frame(log, border)
    where = f" ({frame})" if frame else ""
    return AppDown(f"your code raised {last_error(log)}{where}")
