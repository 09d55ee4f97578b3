"""What happens to a stack that is up: replicas, a rolling restart, SIGTERM, a killed database."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Event

from checks.bench.docker_check.load import Load, Origin, outcome_of
from checks.bench.docker_check.runbook import BACKUP, Runbook
from checks.bench.docker_check.stack import COMPOSE_TIMEOUT, POLL, READY_TIMEOUT, Rows, Stack
from checks.bench.docker_check.table import Seen
from checks.harness.app.polling import holds_within

REPLICAS, REQUESTS, EVENTS = 3, 300, 20
PAUSE = 0.25
"""Seconds between two requests of a client: 8 clients ask about 30 times a second."""
UNKNOWN_EVENT = "/api/v1/events/999999999"
ADDRESS = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
STARTED_AT = "{{.State.StartedAt}}"


def lists(origin: Origin) -> Callable[[], int]:
    """Ask for a list of events, each time another part of it, so that no cache has the answer."""
    numbers = count()
    return lambda: origin.status(f"/api/v1/events/?limit=5&skip={next(numbers)}")


def replicas(stack: Stack) -> Seen:
    """Three replicas: all healthy, and nginx sends requests to each."""
    # Several replicas cannot share port 8000 of the host; nginx needs none.
    shell = stack.shell.with_variables({"API_PORT": ""})
    words = ("up", "--detach", "--no-recreate", "--scale", f"api={REPLICAS}")
    outcome = shell.run(*stack.compose.words, *words, timeout=COMPOSE_TIMEOUT)
    if outcome.status:
        return Seen(f"up --scale api={REPLICAS}: {outcome.last_line}", held=False)
    containers = stack.containers("api")
    if not stack.waits_until_healthy(containers):
        return Seen(f"{len(containers)} containers, and not all of them healthy", held=False)
    # nginx asks Docker's name server again after 10 s: until then it knows the first replica alone.
    ask = lists(stack.origin)

    def all_serve() -> bool:
        return outcome_of(ask) == "200" and all(served(stack, each) for each in containers)

    reached = holds_within(READY_TIMEOUT, all_serve, POLL)
    shares = [served(stack, container) for container in containers]
    return Seen(
        f"{len(containers)} healthy; requests served: {', '.join(map(str, shares))}",
        held=reached and len(containers) == REPLICAS,
    )


def served(stack: Stack, container: str) -> int:
    """How many lists of events a container's log says it has served."""
    log = stack.shell.run("docker", "logs", container).output
    return len(re.findall(r'"GET /api/v1/events/|"path": "/api/v1/events/"', log))


def rolling_restart(stack: Stack) -> Seen:
    """One replica after the other is restarted under load: every request is answered with 200."""
    healthy = True
    with Load(lists(stack.origin), PAUSE) as load:
        for container in stack.containers("api"):
            stack.shell.must("docker", "restart", "--time", "20", container)
            healthy = stack.waits_until_healthy([container]) and healthy
    return Seen(str(load.outcomes), held=healthy and load.outcomes.are_all_200)


@dataclass
class Balanced:
    """Requests to one container while it is ready, as a load balancer sends them."""

    origin: Origin
    ended: Event = field(default_factory=Event)

    def __call__(self) -> int:
        """A request; after the first answer that it is not ready, none any more."""
        if self.ended.is_set() or outcome_of(lambda: self.origin.status("/health/ready")) != "200":
            self.ended.set()
            raise ConnectionRefusedError
        return self.origin.status(UNKNOWN_EVENT)


def sigterm(stack: Stack) -> Seen:
    """SIGTERM under load: what is sent until the container says that it is not ready is served."""
    container = stack.containers("api")[0]
    balanced = Balanced(Origin(stack.inspect(container, ADDRESS), 8000))
    with Load(balanced, PAUSE / 5) as load:
        holds_within(READY_TIMEOUT, lambda: load.outcomes.counts["404"] >= REQUESTS, POLL)
        stack.shell.must("docker", "stop", "--time", "20", container)
        status = stack.inspect(container, "{{.State.ExitCode}}")
    stack.shell.must("docker", "start", container)
    back = stack.waits_until_healthy([container])
    counts = load.outcomes.counts
    wrong = sum(number for name, number in counts.items() if name not in ("404", "refused"))
    return Seen(
        f"{counts['404']} served, {wrong} dropped, exit code {status}",
        held=back and not wrong and counts["404"] >= REQUESTS and status == "0",
    )


def killed_database(stack: Stack) -> Seen:
    """The process of the database is killed: the engine starts it again, and no row is lost."""
    before = stack.rows()
    container = stack.containers("db")[0]
    started_at = stack.inspect(container, STARTED_AT)
    # `docker kill` would count as a wish of the user's, and `restart` would not start it again.
    stack.run("exec", "-T", "db", "sh", "-c", "kill -QUIT 1")
    restarted = holds_within(
        READY_TIMEOUT, lambda: stack.inspect(container, STARTED_AT) != started_at, POLL
    )
    back = holds_within(
        READY_TIMEOUT, lambda: outcome_of(lambda: stack.origin.status(UNKNOWN_EVENT)) == "404", POLL
    )
    difference = differing_rows(before, stack.rows()) if back else 0
    text = f"restarted: {restarted}, answers again: {back}, rows that differ: {difference}"
    return Seen(text, held=restarted and back and not difference)


def restored(stack: Stack, runbook: Runbook) -> Seen:
    """Backup, an event more, wipe, restore: row by row what the backup has, and without the event.

    The commands are the runbook's own.
    """
    before = stack.rows()
    for command in runbook.restore:
        outcome = stack.type(runbook, command)
        if outcome.status:
            return Seen(f"{command}: {outcome.last_line}", held=False)
        if BACKUP in command:
            stack.write(1)
    ready = stack.waits_until_ready()
    after = stack.rows()
    difference = differing_rows(before, after)
    text = f"{sum(map(len, before.values()))} rows of {len(before)} tables, {difference} differ"
    return Seen(text, held=ready and not difference and bool(before))


def differing_rows(before: Rows, after: Rows) -> int:
    """How many rows are in one of the two and not in the other."""
    tables = before.keys() | after.keys()
    return sum(len({*before.get(name, ())} ^ {*after.get(name, ())}) for name in tables)
