"""The messages that wait for a Celery worker, in a broker that is Redis.

Celery's Redis transport (kombu) keeps each queue as a list, whatever its name, and a message that a
worker has taken elsewhere until it is acknowledged.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import redis

Messages = dict[bytes, list[bytes]]
"""Serialised messages by the key of their queue, the newest first."""


def waiting_messages(broker: "redis.Redis") -> Messages:
    """Every message that no worker has taken; {} when there is none."""
    return {key: cast("list[bytes]", broker.lrange(key, 0, -1)) for key in _queues(broker)}


def purge(broker: "redis.Redis") -> None:
    """Delete every message that no worker has taken."""
    for key in _queues(broker):
        broker.delete(key)


def redeliver(broker: "redis.Redis", messages: Mapping[bytes, list[bytes]]) -> None:
    """Send copies of messages once more, as a broker does that delivers at least once."""
    for queue, copies in messages.items():
        broker.lpush(queue, *copies)


def _queues(broker: "redis.Redis") -> list[bytes]:
    return [key for key in broker.scan_iter() if broker.type(key) == b"list"]
