"""The fixtures of what goes on behind a response: a mail server, a worker and its broker."""

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import redis as redis_client

from checks.harness.scene import Scene
from checks.harness.stage import Stage
from checks.harness.worker import Worker

if TYPE_CHECKING:
    from checks.harness.mail import Mailbox


@pytest.fixture
def worker(stage: Stage, broker: "redis_client.Redis") -> Worker:
    """A Celery worker that does not run yet, or still: tests of one session share it."""
    if stage.services.redis.kind == "simulated":
        pytest.skip("a Celery worker needs a real Redis, and this one is simulated: checks doctor")
    return stage.once("worker", lambda: Worker(stage.border(), broker))


@pytest.fixture
def broker(stage: Stage, scene: Scene) -> "redis_client.Redis":
    """A client of the Redis database that Celery was given."""
    return stage.services.redis.client(stage.broker_number)


@pytest.fixture
def silent_broker(stage: Stage) -> Iterator[str]:
    """The URL of a broker that takes connections and says nothing, which is worse than none."""
    path = stage.scratch / "silent.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o777)  # the contained app is another user
        listener.listen()
        yield f"redis+socket://{stage.border().inside(path.name)}?virtual_host=1"
    path.unlink()


@pytest.fixture
def mailbox(stage: Stage) -> "Iterator[Mailbox]":
    """A mail server; `server.kept(**mailbox.settings)` is an app that sends its mail there."""
    from checks.harness.mail import Mailbox

    made = stage.once("mailbox", lambda: Mailbox(stage.border()))
    yield made
    made.release()
