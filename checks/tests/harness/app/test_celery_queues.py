"""Messages that wait in a broker are read, deleted and sent again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from checks import services
from checks.harness.app.celery_queues import purge, redeliver, waiting_messages

if TYPE_CHECKING:
    import redis


@pytest.fixture
def broker() -> "Iterator[redis.Redis]":
    server = services.ensure().redis
    number = server.lease()
    client = server.client(number)
    client.flushdb()
    yield client
    server.release(number)


class TestCeleryQueues:
    def test_only_lists_are_queues(self, broker: "redis.Redis") -> None:
        broker.lpush("celery", b"first", b"second")
        broker.set("celery-task-meta-1", b"a result")

        assert waiting_messages(broker) == {b"celery": [b"second", b"first"]}

    def test_purge_leaves_what_is_no_queue(self, broker: "redis.Redis") -> None:
        broker.lpush("celery", b"first")
        broker.set("celery-task-meta-1", b"a result")

        purge(broker)

        assert waiting_messages(broker) == {}
        assert broker.get("celery-task-meta-1") == b"a result"

    def test_a_redelivered_message_waits_once_more(self, broker: "redis.Redis") -> None:
        broker.lpush("celery", b"first")
        copies = waiting_messages(broker)
        broker.lpop("celery")

        redeliver(broker, copies)

        assert waiting_messages(broker) == copies
