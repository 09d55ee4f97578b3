"""What happens to a stack that is up: replicas, a killed database, a backup and a restore."""

import re

from checks.bench.docker_check.load import outcome_of
from checks.bench.docker_check.restarts import UNKNOWN_EVENT, lists
from checks.bench.docker_check.runbook import BACKUP, Runbook
from checks.bench.docker_check.stack import COMPOSE_TIMEOUT, POLL, READY_TIMEOUT, Rows, Stack
from checks.bench.docker_check.table import Seen
from checks.harness.app.polling import holds_within

REPLICAS, EVENTS = 3, 20
STARTED_AT = "{{.State.StartedAt}}"


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
