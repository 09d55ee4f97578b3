"""What the app has printed while a test passed: no failure shows it, so the run says it."""

from checks.harness.app import passed_breakpoints
from checks.harness.app.process import AppProcess
from checks.harness.reporting.evidence import Evidence
from checks.harness.reporting.learner_code import printed_lines


class PrintedReader:
    """Reads the logs of the processes that were asked; each byte of a log is read once."""

    def __init__(self) -> None:
        self._read: dict[int, int] = {}

    def new_lines(self, evidence: Evidence) -> tuple[str, ...]:
        """What was printed since the last call, from a process's start on.

        Of commands it is the breakpoints that they have passed over.
        """
        app = evidence.environment.started_app if evidence.environment else None
        processes = [app, *(api.process for api in evidence.apis)]
        running = {process.pid: process for process in processes if process is not None}
        printed = tuple(
            line
            for pid, process in running.items()
            if pid is not None
            for line in printed_lines(self._new_log(pid, process))
        )
        return (*printed, *passed_breakpoints.take())

    def _new_log(self, pid: int, process: AppProcess) -> str:
        since, size = self._read.get(pid, 0), process.log_size()
        self._read[pid] = size
        return process.log(since) if size > since else ""
