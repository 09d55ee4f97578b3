# region task 7.10
"""The numbers: how many requests, of which kind, and how long they took.

Where PROMETHEUS_MULTIPROC_DIR is set, every process writes its numbers into files there, and
whichever is asked adds up all of them. The folder is emptied when the app is deployed anew.
https://prometheus.github.io/client_python/multiprocess/
"""

import os
import socket
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector


def process_name() -> str:
    """A name for the files of this process: in two containers both may have the number 1.

    A process of the same container that starts with the same number goes on with its files.
    """
    # The collector reads a file's name as words between underscores: the first is the kind. (Of a
    # gauge for each process the third is its label: such a one needs a name of one word.)
    return f"{socket.gethostname().replace('_', '-')}_{os.getpid()}"


# Before any counter is made: each asks for its file at once.
if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    values.ValueClass = values.MultiProcessValue(process_name)  # type: ignore[no-untyped-call]

CONTENT_TYPE = CONTENT_TYPE_LATEST
REQUESTS = Counter("http_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Until the answer begins", ["method", "route"])


def count(method: str, route: str, status: str, seconds: float) -> None:
    """One request more."""
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(method, route).observe(seconds)


class ProcessFiles(Collector):
    """The numbers in the files of all processes, those that have ended among them.

    A process that starts makes its file and then writes into it. `MultiProcessCollector` itself
    fails on a file that is still empty.
    """

    def collect(self) -> Iterable[Metric]:
        files = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("*.db")
        written = [str(file) for file in files if file.stat().st_size > 0]
        metrics: Iterable[Metric] = MultiProcessCollector.merge(written)  # type: ignore[no-untyped-call]
        return metrics


def exposition() -> bytes:
    """All numbers as text; with several processes from their files, not from this one's memory."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        registry.register(ProcessFiles())
    return generate_latest(registry)


# endregion
