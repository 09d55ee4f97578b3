"""`--profile app` of the workbook's docker-compose.yml: the finished backend and the services."""

import secrets
from pathlib import Path

from checks.bench.docker_check.compose import PLUGIN, Compose
from checks.bench.docker_check.leftovers import taken_port
from checks.bench.docker_check.load import Origin, outcome_of
from checks.bench.docker_check.made_images import OVERLAY, RunLabel
from checks.bench.docker_check.stack import COMPOSE_TIMEOUT, LOOPBACK, POLL, READY_TIMEOUT
from checks.bench.docker_check.table import Seen
from checks.harness.app.polling import holds_within

PORTS = (5432, 6379, 8000)
PATHS = ("/health/ready", "/docs", "/api/v1/events/")
UP = ("up", "--detach", "--build")
SEED = ("exec", "-T", "api", "python", "-m", "app.cli", "seed")


def workbook_app(compose: Compose, root: Path, scratch: Path, label: RunLabel) -> Seen:
    """Bring the profile up, and write its demo data; its pages answer at port 8000."""
    if port := taken_port(PORTS):
        return Seen(f"port {port} of this machine is taken", held=None)
    project = f"eventurecheck{secrets.token_hex(4)}"
    overlay = scratch / f"{project}.yml"
    overlay.write_text(OVERLAY.format(image=project, label=label), encoding="utf-8")
    variables = {
        "COMPOSE_PROJECT_NAME": project,
        "COMPOSE_FILE": f"{root / 'docker-compose.yml'}:{overlay}",
    }
    running = Compose(compose.words, compose.version, compose.shell.with_variables(variables))
    try:
        return _answers(running)
    finally:
        _run(running, "down", "--volumes", "--remove-orphans")


def _answers(running: Compose) -> Seen:
    """The first command that fails, or what the pages answer with."""
    up = (*UP, "--wait") if running.words == PLUGIN else UP
    for words in (up, SEED):
        status, last_line = _run(running, *words)
        if status:
            return Seen(f"{' '.join(words)}: {last_line}", held=False)
        if words is up:
            holds_within(READY_TIMEOUT, lambda: set(_statuses()[:1]) == {"200"}, POLL)
    statuses = _statuses()
    text = ", ".join(f"{path} {status}" for path, status in zip(PATHS, statuses, strict=True))
    return Seen(text, held=set(statuses) == {"200"})


def _statuses() -> list[str]:
    origin = Origin(LOOPBACK, PORTS[-1])
    return [outcome_of(lambda path=path: origin.status(path)) for path in PATHS]  # type: ignore[misc]


def _run(running: Compose, *words: str) -> tuple[int, str]:
    command = (*running.words, "--profile", "app", *words)
    outcome = running.shell.run(*command, timeout=COMPOSE_TIMEOUT)
    return outcome.status, outcome.last_line
