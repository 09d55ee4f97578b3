"""The grader tells workers of its version, and tells it again now and then."""

from collections.abc import Mapping
from typing import Any

from checks.cli.queued_cohort import ANNOUNCE_AGAIN_SECONDS, _Announcements
from checks.grade.scale_out.cell_queue import CellQueue


class TellingQueue(CellQueue):
    """A queue without a broker; it lists what is announced, and for how long it would wait."""

    def __init__(self) -> None:
        self.announced: list[tuple[Mapping[str, Any], float]] = []

    def announce(self, parts: Mapping[str, Any], seconds: float) -> list[Mapping[str, Any]]:
        self.announced.append((parts, seconds))
        return []


def test_the_version_is_announced_again_after_each_interval_and_nobody_is_waited_for() -> None:
    queue, now, parts = TellingQueue(), [5.0], {"checker": "a"}
    heard = _Announcements(queue, parts, lambda: now[0])

    counts = []
    for passed in (0.0, 0.9, 0.2, 0.5, 0.5):
        now[0] += passed * ANNOUNCE_AGAIN_SECONDS
        heard.repeat()
        counts.append(len(queue.announced))

    assert counts == [0, 0, 1, 1, 2]
    assert queue.announced == [(parts, 0), (parts, 0)]
