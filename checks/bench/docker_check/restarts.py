"""Replicas that are restarted or ended under load: what becomes of the requests."""

import http.client
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Event

from checks.bench.docker_check.load import DROPPED, REFUSED, Load, Origin
from checks.bench.docker_check.stack import POLL, READY_TIMEOUT, Stack
from checks.bench.docker_check.table import Seen
from checks.harness.app.polling import holds_within

REQUESTS = 300
PAUSE = 0.25
"""Seconds between two requests of a client: 8 clients ask about 30 times a second."""
UNKNOWN_EVENT, NOT_FOUND = "/api/v1/events/999999999", "404"
ADDRESS = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"


def lists(origin: Origin) -> Callable[[], int]:
    """Ask for a list of events, each time another part of it, so that no cache has the answer."""
    numbers = count()
    return lambda: origin.status(f"/api/v1/events/?limit=5&skip={next(numbers)}")


def rolling_restart(stack: Stack) -> Seen:
    """One replica after the other is restarted under load: every request is answered with 200."""
    healthy = True
    with Load(lists(stack.origin), PAUSE) as load:
        for container in stack.containers("api"):
            healthy = _restarted(stack, [container]) and healthy
    return Seen(str(load.outcomes), held=healthy and load.outcomes.are_all_200)


def restart_of_two(stack: Stack) -> Seen:
    """All replicas but one are restarted at the same time under load: every answer is a 200."""
    with Load(lists(stack.origin), PAUSE) as load:
        healthy = _restarted(stack, stack.containers("api")[1:])
    return Seen(str(load.outcomes), held=healthy and load.outcomes.are_all_200)


def _restarted(stack: Stack, containers: list[str]) -> bool:
    """Whether the containers are healthy after a restart of all of them at the same time."""

    def restart(container: str) -> None:
        stack.shell.must("docker", "restart", "--time", "20", container)

    with ThreadPoolExecutor(len(containers)) as pool:  # one `docker restart` takes them in turn
        list(pool.map(restart, containers))
    return stack.waits_until_healthy(containers)


@dataclass
class Balanced:
    """Requests to one container while it is ready, as a load balancer sends them."""

    origin: Origin
    ended: Event = field(default_factory=Event)

    def __call__(self) -> int | None:
        """The status of a request. Raises OSError or HTTPException without an answer.

        After the first answer that the container is not ready nothing is sent any more: None. A
        container that is gone before it has said so was still to be asked.
        """
        if self.ended.is_set():
            return None
        try:
            is_ready = self.origin.status("/health/ready") == 200
        except (OSError, http.client.HTTPException):
            if self.ended.is_set():
                return None
            raise
        if is_ready:
            return self.origin.status(UNKNOWN_EVENT)
        self.ended.set()
        return None


def sigterm(stack: Stack) -> Seen:
    """SIGTERM under load: what is sent until the container says that it is not ready is served."""
    container = stack.containers("api")[0]
    balanced = Balanced(Origin(stack.inspect(container, ADDRESS), 8000))
    with Load(balanced, PAUSE / 5) as load:
        holds_within(READY_TIMEOUT, lambda: load.outcomes.counts[NOT_FOUND] >= REQUESTS, POLL)
        stack.shell.must("docker", "stop", "--time", "20", container)
        status = stack.inspect(container, "{{.State.ExitCode}}")
    stack.shell.must("docker", "start", container)
    back = stack.waits_until_healthy([container])
    return drained(load.outcomes.counts, status, is_back=back)


def drained(counts: Counter[str], status: str, *, is_back: bool) -> Seen:
    """Whether each request was served, none refused or dropped, and the container ended with 0."""
    parts = [f"{counts[NOT_FOUND]} served", f"{counts[REFUSED]} refused"]
    parts.append(f"{counts[DROPPED]} dropped")
    parts += [
        f"{number} × {name}"
        for name, number in sorted(counts.items())
        if name not in (NOT_FOUND, REFUSED, DROPPED)
    ]
    served = set(counts) == {NOT_FOUND} and counts[NOT_FOUND] >= REQUESTS
    text = f"{', '.join(parts)}, exit code {status}"
    return Seen(
        text if is_back else f"{text}, not healthy again", served and is_back and status == "0"
    )
