"""One pytest run of a suite: the request to the fork server, and the files of its report."""

import contextlib
import secrets
from collections.abc import Mapping, Sequence

from checks.harness.app.border import Border
from checks.harness.app.scratch_copy import ScratchCopy
from checks.harness.suites.exchange_record import read_exchanges
from checks.harness.suites.junit import SIZE_LIMIT, read_report
from checks.harness.suites.suite_report import SuiteReport
from checks.sandbox.learner_files import LearnerFolder

# pytest's own choice of plugins would load the checker, and two others that take a second
PLUGINS = ("-p", "pytest_cov.plugin", "-p", "anyio.pytest_plugin", "-p", "no:cacheprovider")
# at its end it collects garbage five times, a tenth of a run; an exception in a finalizer is no
# test's verdict
WITHOUT = ("-p", "no:unraisableexception")
SUFFIXES = (".xml", ".log", ".json")
NO_AUTOLOAD = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


class PytestJob:
    """One pytest to run in a copy; its report, log and exchanges lie beside the copy's tree."""

    def __init__(self, copy: ScratchCopy, border: Border, cwd: str, env: Mapping[str, str]) -> None:
        self._copy = copy
        self._cwd = cwd
        self._border = border
        self._env = {**copy.settings, **NO_AUTOLOAD, **env}
        self._stem = secrets.token_hex(8)

    def request(self, argv: Sequence[str], timeout: float) -> dict[str, object]:
        """The job as fork_server.py reads it, with paths as the learner's side sees them."""
        self._copy.has_run = True
        inside = self._border.inside
        folder = self._copy.folder.relative_to(self._border.scratch)
        report, log, exchanges = (inside(str(folder / f"{self._stem}{kind}")) for kind in SUFFIXES)
        return {
            "cwd": inside((folder / "tree" / self._cwd).as_posix()),
            "env": self._env,
            "argv": [*PLUGINS, *WITHOUT, f"--junitxml={report}", *argv],
            "log": log,
            "exchanges": exchanges,
            "limit": timeout,
        }

    def report(self) -> SuiteReport:
        """The tests, the output, the exit status and the exchanges, read as data."""
        folder = LearnerFolder(self._copy.folder)
        tests = read_report(folder, f"{self._stem}.xml")
        exchanges = read_exchanges(folder, f"{self._stem}.json")
        with contextlib.suppress(OSError):
            log = folder.read_bytes(f"{self._stem}.log", SIZE_LIMIT).decode(errors="replace")
            output, _, status = log.rpartition("\nended with ")
            if status.strip().isdecimal():
                return SuiteReport(tests, output, int(status), exchanges)
            return SuiteReport(tests, log, None, exchanges)
        return SuiteReport(tests, "", None)
