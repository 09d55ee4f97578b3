"""A Celery worker in this process: threads that take one version's cells until it is ended.

SIGTERM and Ctrl-C give the cells in work back to the queue. A worker that cannot grade ends itself,
its message goes back as well, and others take it.
"""

import os
import socket
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any

from celery import signals
from celery.exceptions import Reject
from celery.worker import state
from celery.worker.control import control_command
from kombu.utils.url import maybe_sanitize_url

from checks.errors import CourseError
from checks.grade.scale_out.cell_message import BadMessage, refused_once_more
from checks.grade.scale_out.cell_queue import ANNOUNCE, TASK, make_app, require_broker
from checks.grade.scale_out.cell_worker import CellWorker, OtherStore
from checks.grade.scale_out.version import differences, version_of
from checks.runner.run import Cancelled

REFUSED = 2
"""The exit code of a worker that cannot grade what it was sent."""

Tell = Callable[[str], None]


@dataclass
class Idle:
    """Ends the worker once no cell has come for `seconds`; 0: it waits for ever."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    running: int = 0
    since: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """A cell is at hand in the block."""
        with self._lock:
            self.running += 1
        try:
            yield
        finally:
            with self._lock:
                self.running, self.since = self.running - 1, self.clock()

    def watch(self, ended: Event) -> None:
        """Look until the worker ends; run in a thread. The time begins here."""
        with self._lock:
            self.since = self.clock()
        while self.seconds and not ended.wait(min(1.0, self.seconds)):
            with self._lock:
                is_over = not self.running and self.clock() - self.since >= self.seconds
            if is_over:
                state.should_stop = 0
                return


def worker_name() -> str:
    """The machine's name and the process's number, as marks and logs show them."""
    return f"{socket.gethostname().partition('.')[0]}-{os.getpid()}"


def serve(
    worker: CellWorker, url: str, jobs: int, tell: Tell, ready: Callable[[], None], idle: Idle
) -> int:
    """Take cells until the process is ended; the exit code. `tell` gets a line for each event.

    `ready` is called once the worker listens to the queue and to announcements, and then `idle`
    begins to count.

    Raises CourseError when the broker does not answer at the start; later it is waited for.
    """
    app = make_app(url, version_of(worker.start_context))
    require_broker(app, maybe_sanitize_url(url))
    _add_task(app, worker, tell, idle)
    _answer_announcements(worker, tell)
    signals.setup_logging.connect(_leave_logging)
    watch = Thread(target=idle.watch, args=(worker.runs.cancelled,), daemon=True)
    signals.worker_ready.connect(lambda **_: ready(), weak=False)
    signals.worker_ready.connect(lambda **_: watch.start(), weak=False)
    signals.worker_shutting_down.connect(lambda **_: worker.runs.cancelled.set(), weak=False)
    with warnings.catch_warnings():  # that it is root; messages are JSON, so nothing is executed
        warnings.simplefilter("ignore")
        celery = app.Worker(
            hostname=f"{worker.name}@eventure",
            pool="threads",
            concurrency=jobs,
            without_mingle=True,
            without_gossip=True,
            loglevel="WARNING",
            quiet=True,
        )
        celery.start()
    return int(celery.exitcode or 0)


def _add_task(app: Any, worker: CellWorker, tell: Tell, idle: Idle) -> None:
    def grade_cell(document: object) -> None:
        try:
            with idle.busy():
                tell(worker.handle(document))
        except BadMessage as error:
            tell(str(error))
        except OtherStore as error:
            tell(str(error))
            state.should_stop = REFUSED
            for again in refused_once_more(document):
                app.send_task(TASK, args=[again])
        except Cancelled:
            raise Reject("the worker ends", requeue=True) from None
        except CourseError as error:
            tell(str(error))
            state.should_stop = REFUSED
            raise Reject(str(error), requeue=True) from None

    app.task(grade_cell, name=TASK, acks_late=True, reject_on_worker_lost=True)


def _answer_announcements(worker: CellWorker, tell: Tell) -> None:
    """Say on both sides when a grader asks for another version than this worker has."""
    told = set()

    def announced(_: object, version: str = "", parts: object = None) -> Mapping[str, Any]:
        differs: tuple[str, ...] = ()
        if version != version_of(worker.start_context):
            other = parts if isinstance(parts, Mapping) else {}
            differs = differences(worker.start_context, other)
        if differs and version not in told:
            told.add(version)
            tell(
                f"cells of another version wait ({', '.join(differs)}); this worker leaves them to "
                "others: give it the commit and the Python that `checks grade` has"
            )
        return {"worker": worker.name, "differs": list(differs)}

    control_command(name=ANNOUNCE, args=[("version", str), ("parts", dict)])(announced)


def _leave_logging(**_: object) -> None:
    """Celery would set up the root logger; its warnings go to standard error without that."""
