"""`checks worker`: grade cells that a `checks grade --queue` elsewhere sends."""

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import Annotated

import typer

from checks.cli.cohort_jobs import JOBS_AT_HAND, Jobs
from checks.cli.queue_options import Queue, StoreUrl, default_store
from checks.cli.sandbox_attacks import require_sandbox
from checks.course.course import find_root, load_course
from checks.grade.cell_run import CPU_SECONDS, CellRun
from checks.grade.key import KeyContext, key_context
from checks.grade.scale_out.celery_worker import Idle, serve, worker_name
from checks.grade.scale_out.cell_queue import make_app
from checks.grade.scale_out.cell_worker import CellWorker
from checks.grade.scale_out.machine_lock import MachineLock
from checks.grade.scale_out.store import Store
from checks.grade.scale_out.version import version_of
from checks.harness.app import limit_variables
from checks.messages.scale_out import READY
from checks.runner.inherited_limits import require_limits
from checks.sandbox.shared_temp import require_shared_temp
from checks.sandbox.stale_folders import sweep_once
from checks.services.cohort_servers import cohort_servers
from checks.services.home import open_home
from checks.zygote.client import running_zygote

IdleOption = Annotated[
    float,
    typer.Option("--idle", min=0, help="End after so many seconds without a cell. 0: never."),
]
Uncontained = Annotated[
    bool, typer.Option("--uncontained", help="Run their code as yourself, without a sandbox.")
]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


def worker(
    queue: Queue,
    store: StoreUrl = "",
    jobs: Jobs = JOBS_AT_HAND,
    idle: IdleOption = 0.0,
    uncontained: Uncontained = False,
    lang: Lang = "en",
) -> None:
    """Grade cells of a cohort that `checks grade --queue` sends, until Ctrl-C or SIGTERM.

    Exit code 2: it cannot grade what it was sent; others can.
    """
    _require_machine(uncontained, lang)
    cancelled, home, course = Event(), open_home(), load_course(find_root())
    context = partial(_context, contained=not uncontained)
    start_context, cells = context(CPU_SECONDS), Store(store or default_store())
    make_app(queue, version_of(start_context))  # a slip in the URL is told before servers start
    homes: SimpleQueue[Path] = SimpleQueue()
    lock = MachineLock(home.root, cancelled)
    with ExitStack() as stack:
        stack.enter_context(running_zygote())
        for _ in range(jobs):
            homes.put(stack.enter_context(cohort_servers()).root)
        runs = CellRun(course, not uncontained, cancelled=cancelled, homes=homes)
        grader = CellWorker(runs, cells, lock, context, start_context, worker_name())
        ready = READY.in_(lang).format(
            jobs=jobs, version=version_of(start_context), store=cells.name
        )
        raise typer.Exit(serve(grader, queue, jobs, _tell, partial(_tell, ready), Idle(idle)))


def _context(cpu_seconds: float, *, contained: bool) -> KeyContext:
    return key_context(load_course(find_root()), contained=contained, cpu_seconds=cpu_seconds)


def _require_machine(uncontained: bool, lang: str) -> None:
    """Refuse to start where cells could not be graded, or strangers' code could get out."""
    limit_variables.require_for_grading()
    require_limits()
    if not uncontained:
        require_shared_temp()
    sweep_once()
    require_sandbox(uncontained, lang)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
