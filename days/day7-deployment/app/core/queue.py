"""Work for later: a message to a worker, through the broker."""

import logging
from urllib.parse import urlsplit

from celery import Celery
from kombu.exceptions import OperationalError

from app.core import errors
from app.core.config import Settings

log = logging.getLogger(__name__)

DOWN = "This cannot be done now; try again later"
COMPLETE_REPORT = "reports.complete"
# 0 is the cache's: who empties that must not empty the queue.
BROKER_DATABASE = 1
# For who sends. Kombu's own patience with a broker that is down is six seconds and more, during
# which a request would hang. A worker is patient: it has nothing else to do.
IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 0.5, "socket_timeout": 0.5}


def create_celery(settings: Settings) -> Celery:
    """What a sender and a worker have to agree on. Connects on first use."""
    celery = Celery("eventure", broker=broker_url(settings), set_as_current=False)
    celery.conf.update(
        # A message is done when its work is done. The default says so when it begins: a worker
        # that is killed takes the work with it.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # What comes of the work stands in our own tables.
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
    )
    return celery


def broker_url(settings: Settings) -> str | None:
    """CELERY_BROKER_URL, or another database of REDIS_URL; None if there is neither."""
    if settings.celery_broker_url or not settings.redis_url:
        return settings.celery_broker_url
    redis = urlsplit(settings.redis_url)
    if redis.scheme == "unix":  # Kombu has names of its own
        return f"redis+socket://{redis.path}?virtual_host={BROKER_DATABASE}"
    return redis._replace(path=f"/{BROKER_DATABASE}", query="").geturl()


class Queue:
    """Where the app leaves a message. It never waits for what comes of it."""

    def __init__(self, settings: Settings) -> None:
        self.is_known = broker_url(settings) is not None
        self.celery = create_celery(settings)
        self.celery.conf.broker_transport_options = IMPATIENT

    def send(self, task: str, *arguments: str) -> None:
        """Unavailable if the broker does not take the message, in a second or so."""
        if not self.is_known:
            raise errors.Unavailable(DOWN)
        try:
            # ignore_result once more: send_task does not know the task's own settings, and would
            # ask the result backend (CELERY_RESULT_BACKEND) to listen for an answer.
            self.celery.send_task(task, arguments, retry=False, ignore_result=True)
        except OperationalError as error:
            log.warning("No message to a worker: %s", error)
            raise errors.Unavailable(DOWN) from error
