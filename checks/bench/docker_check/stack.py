"""The day's stack in production form, under a name of its own, from a copy of the day's folder."""

import contextlib
import json
import secrets
import shutil
import ssl
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.bench.docker_check import made_images
from checks.bench.docker_check.commands import Outcome, Shell
from checks.bench.docker_check.compose import Compose
from checks.bench.docker_check.load import Origin, outcome_of
from checks.bench.docker_check.made_images import RunLabel
from checks.bench.docker_check.runbook import EMAIL, Runbook
from checks.errors import CourseError
from checks.harness.app.polling import holds_within
from checks.harness.app.scratch_copy import IGNORED

LOOPBACK = "127.0.0.1"
PASSWORD = "correct horse battery"
COMPOSE_TIMEOUT, READY_TIMEOUT, POLL = 900.0, 120.0, 0.2
CERTIFICATE = Path("letsencrypt/live/eventure")
OVERLAY = "docker-compose.check.yml"
# The certificate is the check's own, so nothing of the host's /etc is mounted.
NGINX = """  nginx:
    volumes:
      - ./letsencrypt:/etc/letsencrypt:ro
      - ./certbot:/var/www/certbot:ro
"""
GIVEN = ("SECRET_KEY", "POSTGRES_PASSWORD")
# A row as PostgreSQL writes it, in an order that no plan changes.
ROWS = "SELECT '{table}', t::text FROM {table} t ORDER BY 2"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"

Rows = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Stack:
    """A folder with the day's files, and the Compose that runs them."""

    compose: Compose
    shell: Shell
    origin: Origin

    def run(self, *arguments: str) -> Outcome:
        """One command of Compose, with the files of production."""
        return self.shell.run(*self.compose.words, *arguments, timeout=COMPOSE_TIMEOUT)

    def type(self, runbook: Runbook, command: str) -> Outcome:
        """One command of the runbook, as a person would type it after the lines before it."""
        script = self.compose.command(runbook.script(f'COMPOSE_FILE+=":{OVERLAY}"\n{command}'))
        return self.shell.run("bash", "-c", script, timeout=COMPOSE_TIMEOUT)

    def containers(self, service: str) -> list[str]:
        """The ids of a service's containers. Raises CourseError for an error of Compose."""
        outcome = self.run("ps", "-q", service)
        if outcome.status:
            raise CourseError(f"the containers of {service} are not listed: {outcome.last_line}")
        return outcome.output.split()

    def inspect(self, container: str, form: str) -> str:
        return self.shell.must("docker", "inspect", "--format", form, container).strip()

    def is_healthy(self, container: str) -> bool:
        return self.inspect(container, "{{.State.Health.Status}}") == "healthy"

    def is_ready(self) -> bool:
        """Whether the app, asked through nginx, is ready."""
        return outcome_of(lambda: self.origin.status("/health/ready")) == "200"

    def waits_until_ready(self) -> bool:
        return holds_within(READY_TIMEOUT, self.is_ready, POLL)

    def waits_until_healthy(self, containers: list[str]) -> bool:
        return holds_within(READY_TIMEOUT, lambda: all(map(self.is_healthy, containers)), POLL)

    def query(self, statement: str) -> list[str]:
        """The lines of psql's answer, fields with | between them. Raises CourseError."""
        psql = ("psql", "--username", "eventure", "--no-psqlrc", "--tuples-only", "--no-align")
        outcome = self.run("exec", "-T", "db", *psql, "--command", statement)
        if outcome.status:
            raise CourseError(f"the database does not answer: {outcome.last_line}")
        return outcome.output.splitlines()

    def rows(self) -> Rows:
        """All rows of all tables, by table."""
        return {table: tuple(self.query(ROWS.format(table=table))) for table in self.query(TABLES)}

    def write(self, events: int) -> int:
        """Log the admin in and make events; how many there are after that. Raises CourseError."""
        credentials = {"email": EMAIL, "password": PASSWORD}
        token = str(self._post("/api/v1/auth/login", credentials, 200)["access_token"])
        times = {"start_time": "2030-05-01T10:00:00Z", "end_time": "2030-05-01T12:00:00Z"}
        for number in range(events):
            self._post("/api/v1/events/", {"title": f"Event {number}", **times}, 201, token)
        return int(self.query("SELECT count(*) FROM events")[0])

    def _post(
        self, path: str, body: Mapping[str, str], expected: int, token: str = ""
    ) -> Mapping[str, object]:
        status, answer = self.origin.ask("POST", path, json.dumps(body).encode(), token)
        if status != expected:
            raise CourseError(f"POST {path} is answered with {status}: {answer[:200]!r}")
        document: Mapping[str, object] = json.loads(answer)
        return document


def environment_file(example: str) -> str:
    """`.env` from `.env.example`, with secrets of its own, as scripts/up.sh writes it."""
    letters = string.ascii_letters + string.digits
    values = {name: "".join(secrets.choice(letters) for _ in range(48)) for name in GIVEN}
    return "\n".join(
        f"{line}{values.get(line.removesuffix('='), '')}" if line.endswith("=") else line
        for line in example.splitlines()
    )


@contextlib.contextmanager
def stack(compose: Compose, day: Path, scratch: Path, label: RunLabel) -> Iterator[Stack]:
    """A stack that is not up yet; after the block its containers and volumes are gone."""
    project = f"eventurecheck{secrets.token_hex(4)}"
    folder = scratch / f"stack-{compose.words[-1]}"
    shutil.copytree(day, folder, ignore=IGNORED)
    example = (folder / ".env.example").read_text(encoding="utf-8")
    (folder / ".env").write_text(environment_file(example), encoding="utf-8")
    overlay = made_images.OVERLAY.format(image=project, label=label) + NGINX
    (folder / OVERLAY).write_text(overlay, encoding="utf-8")
    (folder / "certbot").mkdir()
    files = f"docker-compose.yml:docker-compose.prod.yml:{OVERLAY}"
    variables = {
        "COMPOSE_PROJECT_NAME": project,
        "COMPOSE_FILE": files,
        "PASSWORD": PASSWORD,
    }
    shell = compose.shell.in_folder(folder).with_variables(variables)
    _certify(shell, folder / CERTIFICATE)
    tls = ssl.create_default_context(cafile=str(folder / CERTIFICATE / "fullchain.pem"))
    running = Stack(compose, shell, Origin(LOOPBACK, 443, tls))
    try:
        yield running
    finally:
        running.run("down", "--volumes", "--remove-orphans", "--timeout", "20")


def _certify(shell: Shell, folder: Path) -> None:
    """A certificate that signs itself, for the first start, as 7.6's hint says."""
    folder.mkdir(parents=True)
    files = ("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"))
    names = ("-subj", "/CN=localhost", "-addext", f"subjectAltName=DNS:localhost,IP:{LOOPBACK}")
    options = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1")
    shell.must("openssl", *options, *files, *names)
