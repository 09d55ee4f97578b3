"""The learner's complete application on a Docker engine, started by scripts/up.sh."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from checks.harness.app.polling import holds_within
from checks.harness.app.scratch_copy import IGNORED
from checks.harness.artefacts.docker_engine import (
    BUILD_TIMEOUT,
    INTERVAL,
    TIMEOUT,
    UNAVAILABLE,
    Engine,
)
from checks.harness.artefacts.stale_deployments import (
    PREFIX,
    remove_project,
    remove_stale_deployments,
)
from checks.harness.reporting.record import CANNOT_RUN
from checks.services.temporary_folders import temporary_folder

URL = "http://127.0.0.1:8000"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
RESTART_TIMEOUT = 60.0
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Deployment:
    """A copy of the folder, deployed under a unique project name."""

    folder: Path
    project: str

    def run(self, *arguments: str, timeout: float = TIMEOUT) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "COMPOSE_PROJECT_NAME": self.project}
        return subprocess.run(
            arguments,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def up(self) -> None:
        """Run the learner's script. Skips without Compose, and when an image is not available."""
        if not self._compose_program:
            pytest.skip(f"{CANNOT_RUN}: neither `docker compose` nor `docker-compose` is installed")
        completed = self.run("bash", "scripts/up.sh", timeout=BUILD_TIMEOUT)
        output = f"{completed.stdout}{completed.stderr}"
        if completed.returncode and any(message in output for message in UNAVAILABLE):
            pytest.skip(f"{CANNOT_RUN}: an image cannot be had")
        last = " / ".join([line for line in output.splitlines() if line.strip()][-3:])
        assert completed.returncode == 0, f"`scripts/up.sh` ends well: {last[:300]}"

    def compose(self, *arguments: str) -> str:
        """The output of `docker compose`, or of `docker-compose` where there is no plugin."""
        return self.run(*self._compose_program, *arguments, timeout=180).stdout

    @cached_property
    def _compose_program(self) -> Sequence[str]:
        """The words that begin a command of Compose; none where it is not installed."""
        if self.run("docker", "compose", "version").returncode == 0:
            return ("docker", "compose")
        return ("docker-compose",) if shutil.which("docker-compose") else ()

    def docker(self, *arguments: str) -> str:
        """The output of `docker`; "" where it fails."""
        try:
            completed = self.run("docker", *arguments)
        except (OSError, subprocess.SubprocessError):
            return ""
        return "" if completed.returncode else completed.stdout

    def containers(self) -> dict[str, str]:
        """By id, the start of each running container."""
        states = {name: self._state(name) for name in self.compose("ps", "-q").split()}
        return {name: state["StartedAt"] for name, state in states.items() if state["Running"]}

    def kill(self, service: str) -> None:
        """End the main process of the service's container, and return when it has ended.

        `docker kill` would count as a wish of the user's, and `restart` would not start it again.
        """
        container = self.compose("ps", "-q", service).strip()
        started_at = self._state(container)["StartedAt"]
        self.compose("exec", "-T", service, "sh", "-c", "kill -QUIT 1")
        ended = holds_within(
            RESTART_TIMEOUT, lambda: _has_ended(self._state(container), started_at), INTERVAL
        )
        assert ended, f"the process of `{service}` ends when it is killed"

    def _state(self, container: str) -> dict[str, Any]:
        inspected = json.loads(self.run("docker", "inspect", container).stdout)
        state: dict[str, Any] = inspected[0]["State"]
        return state

    def status(self, path: str, body: dict[str, str] | None = None) -> int:
        """The status of the API's answer; 0 without one."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"})  # noqa: S310
        try:
            with DIRECT.open(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def register(self, email: str) -> int:
        body = {"email": email, "password": PASSWORD, "full_name": "Ada"}
        return self.status("/api/v1/auth/register", body)

    def wait(self) -> bool:
        """Whether the API answers in time for an event that is in no cache: 404."""
        return holds_within(
            RESTART_TIMEOUT,
            lambda: self.status(f"/api/v1/events/{_unknown_id()}") == 404,
            INTERVAL,
        )


def _unknown_id() -> int:
    return 10**9 + secrets.randbelow(10**9)


def _has_ended(state: dict[str, Any], started_at: str) -> bool:
    return not state["Running"] or state["StartedAt"] != started_at


@pytest.fixture(scope="module")
def deployment(engine: Engine) -> Iterator[Deployment]:
    """Deployed once for all tests of a file; containers and volumes are removed after them."""
    with temporary_folder("deployed") as scratch:
        folder = scratch / "tree"
        shutil.copytree(engine.folder, folder, ignore=IGNORED)
        deployment = Deployment(folder, f"{PREFIX}{secrets.token_hex(4)}")
        remove_stale_deployments(deployment.docker)
        try:
            deployment.up()
            yield deployment
        finally:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                deployment.compose("down", "--volumes", "--rmi", "local")
            remove_project(deployment.docker, deployment.project)
