"""The queue between the grader and its workers: Celery, with Redis or RabbitMQ as the broker.

Each version of the course has a queue of its own. Messages are JSON and are acknowledged only when
the cell has a result (`acks_late`). RabbitMQ hands a dead worker's message on at once, Redis after
the visibility timeout; the grader that waits sends the cell again long before that.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from celery import Celery
from kombu.entity import Queue
from kombu.exceptions import OperationalError
from kombu.utils.url import maybe_sanitize_url

from checks.errors import CourseError
from checks.grade.cell_run import MAX_SECONDS

TASK = "eventure.grade_cell"
ANNOUNCE = "eventure_announce"
"""The remote-control command by which a grader tells every worker which version it asks for."""
VISIBILITY_SECONDS = int(1.5 * MAX_SECONDS)
"""Longer than the longest cell: until then nobody else gets its message."""
BROKERS = ("redis", "rediss", "unix", "amqp", "amqps", "sentinel")
CONNECT_SECONDS = 5


def queue_name(version: str) -> str:
    """The queue of one version of the course."""
    return f"eventure-{version}"


def _queue(version: str) -> Queue:
    """RabbitMQ takes a message back after half an hour unless its consumer says otherwise.

    It listens to that from 3.11.15 on; Redis has the visibility timeout for it.
    """
    arguments = {"x-consumer-timeout": VISIBILITY_SECONDS * 1000}
    return Queue(queue_name(version), durable=True, consumer_arguments=arguments)  # type: ignore[no-untyped-call]  # kombu's


def make_app(url: str, version: str) -> Celery:
    """The Celery app of one version. Raises CourseError for a URL that names no broker."""
    scheme = url.partition("://")[0]
    if "://" not in url or scheme not in BROKERS:
        named = f"--queue {maybe_sanitize_url(url)} names no broker"
        raise CourseError(f"{named}; write redis://HOST:6379/0 or amqp://HOST")
    app = Celery("eventure", broker="redis+socket" + url[4:] if scheme == "unix" else url)
    options = {"visibility_timeout": VISIBILITY_SECONDS} if not scheme.startswith("amqp") else {}
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_queues=[_queue(version)],
        task_default_queue=queue_name(version),
        worker_prefetch_multiplier=1,
        worker_redirect_stdouts=False,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=CONNECT_SECONDS,
        broker_transport_options=options,
    )
    return app


@contextmanager
def told(name: str) -> Iterator[None]:
    """A broker that does not answer is told in one sentence; `name` is its URL without a secret."""
    try:
        yield
    except (OperationalError, OSError) as error:
        message = f"The queue {name} does not answer ({error})"
        raise CourseError(f"{message}; start the broker, or name another --queue") from error


def require_broker(app: Celery, name: str) -> None:
    """See that the broker answers. Raises CourseError."""
    with told(name), app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=CONNECT_SECONDS)


class CellQueue:
    """The grader's side of the queue. Each method raises CourseError when the broker is away."""

    def __init__(self, url: str, version: str) -> None:
        self._app, self._version = make_app(url, version), version
        self.name = maybe_sanitize_url(url)

    def connect(self) -> None:
        """See that the broker answers."""
        require_broker(self._app, self.name)

    def send(self, document: Mapping[str, Any]) -> None:
        """Send one cell."""
        with told(self.name):
            self._app.send_task(TASK, args=[dict(document)], retry=False)

    def waiting(self) -> int:
        """The messages that no worker has taken yet."""
        with told(self.name), self._app.connection_for_read() as connection:
            queue = self._app.conf.task_queues[0]
            return int(queue(connection.default_channel).queue_declare().message_count)

    def announce(self, parts: Mapping[str, Any], seconds: float) -> list[Mapping[str, Any]]:
        """Tell all workers of this version; what each answers within the time."""
        with told(self.name):
            arguments = {"version": self._version, "parts": dict(parts)}
            replies = self._app.control.broadcast(
                ANNOUNCE, arguments=arguments, reply=seconds > 0, timeout=seconds or None
            )
        answers = [answer for reply in replies or () for answer in reply.values()]
        return [answer for answer in answers if isinstance(answer, dict) and "worker" in answer]
