"""The learner's whole application on a Docker engine, started by their own script."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checks.harness.app.scratch_copy import IGNORED
from checks.harness.artefacts.docker_engine import BUILD_LIMIT, LIMIT, NOT_OURS, Engine
from checks.harness.reporting.record import CANNOT_RUN

URL = "http://127.0.0.1:8000"
PATIENCE = 60.0
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Deployed:
    """A copy of the folder, under a project name that nobody else has."""

    folder: Path
    project: str

    def run(self, *words: str, limit: float = LIMIT) -> "subprocess.CompletedProcess[str]":
        given = {**os.environ, "COMPOSE_PROJECT_NAME": self.project}
        return subprocess.run(
            words,
            cwd=self.folder,
            env=given,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )

    def up(self) -> None:
        """The learner's script. Skips when an image cannot be had."""
        done = self.run("bash", "scripts/up.sh", limit=BUILD_LIMIT)
        said = f"{done.stdout}{done.stderr}"
        if done.returncode and any(words in said for words in NOT_OURS):
            pytest.skip(f"{CANNOT_RUN}: an image cannot be had")
        last = " / ".join([line for line in said.splitlines() if line.strip()][-3:])
        assert done.returncode == 0, f"`scripts/up.sh` ends well: {last[:300]}"

    def compose(self, *words: str) -> str:
        """Docker's own Compose, or the old one; without the override of development."""
        new = self.run("docker", "compose", "version").returncode == 0
        program: Sequence[str] = ("docker", "compose") if new else ("docker-compose",)
        return self.run(*program, *words, limit=180).stdout

    def containers(self) -> dict[str, str]:
        """By id, since when each lasting container runs."""
        found = {name: self._state(name) for name in self.compose("ps", "-q").split()}
        return {name: state["StartedAt"] for name, state in found.items() if state["Running"]}

    def kill(self, service: str) -> None:
        """End the process itself: `docker kill` would be somebody's wish, which `restart` obeys.

        Returns when it has ended, whether or not another one runs by then.
        """
        container = self.compose("ps", "-q", service).strip()
        before = self._state(container)["StartedAt"]
        self.compose("exec", "-T", service, "sh", "-c", "kill -QUIT 1")
        ended = self._until(lambda: _another(self._state(container), before))
        assert ended, f"the process of `{service}` ends when it is killed"

    def _state(self, container: str) -> dict[str, Any]:
        shown = json.loads(self.run("docker", "inspect", container).stdout)
        state: dict[str, Any] = shown[0]["State"]
        return state

    def status(self, path: str, body: dict[str, str] | None = None) -> int:
        """How the API answers; 0 when nobody does."""
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"})  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def register(self, email: str) -> int:
        body = {"email": email, "password": PASSWORD, "full_name": "Ada"}
        return self.status("/api/v1/auth/register", body)

    def wait(self) -> bool:
        """Whether the API answers in time for what no cache can know: there is no such event."""
        return self._until(lambda: self.status(f"/api/v1/events/{_some_number()}") == 404)

    def _until(self, good: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + PATIENCE
        while not good():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True


def _some_number() -> int:
    return 10**9 + secrets.randbelow(10**9)


def _another(state: dict[str, Any], before: str) -> bool:
    return not state["Running"] or state["StartedAt"] != before


@pytest.fixture(scope="module")
def deployed(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Started once for all tests of a file; containers, volumes and the copy go at the end."""
    folder = tmp_path_factory.mktemp("deployed") / "tree"
    shutil.copytree(engine.folder, folder, ignore=IGNORED)
    made = Deployed(folder, f"eventurecheck{secrets.token_hex(4)}")
    try:
        made.up()
        yield made
    finally:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            made.compose("down", "--volumes", "--rmi", "local")
