"""A real Celery worker in a process of its own, whose judge runs nothing.

    python -m checks.tests.grade.scale_out.stub_worker URL FOLDER [NAME] [CHECKER] [IDLE]

It prints a line for each event. A worker called `deadly` prints "begun" at its first cell and never
ends that: a test kills it there. One called `slow` does so until it is asked to end.
"""

import sys
from dataclasses import replace
from pathlib import Path
from threading import Event

from checks.grade.scale_out.celery_worker import Idle, serve
from checks.grade.scale_out.marks import Timing
from checks.results.model import Results, Verdict
from checks.runner.run import Cancelled, RunRequest
from checks.tests.grade.cohorts import CONTEXT, Judge
from checks.tests.grade.scale_out.workers import make_worker

VERDICTS = {"hang": Verdict.TIMEOUT, "crash": Verdict.ERROR}
QUICK = Timing(beat=0.2, dead=2.0, look=0.1)


def main(
    url: str, folder: str, name: str = "stub", checker: str = CONTEXT.checker, idle: str = "0"
) -> int:
    """Serve until the process is ended; the exit code."""
    judge = Judge(VERDICTS)

    def never_end(request: RunRequest, cancelled: Event) -> Results:
        _tell("begun")
        Event().wait()
        return judge(request, cancelled)

    def be_slow(request: RunRequest, cancelled: Event) -> Results:
        _tell("begun")
        cancelled.wait()
        raise Cancelled

    judges = {"deadly": never_end, "slow": be_slow}
    context = replace(CONTEXT, checker=checker)
    worker = make_worker(Path(folder), judges.get(name, judge), name, lambda seconds: context)
    quick = replace(worker, timing=QUICK)
    return serve(quick, url, 1, _tell, lambda: _tell("ready"), Idle(float(idle)))


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
