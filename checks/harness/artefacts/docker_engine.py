"""A Docker engine; its tests are skipped, with the reason, where none answers."""

import contextlib
import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks.harness.app import docker_server
from checks.harness.app.limit_variables import ENGINE, ENGINE_LEFT_OUT
from checks.harness.app.polling import holds_within
from checks.harness.reporting.record import CANNOT_RUN

OFF = "off"
BUILD_TIMEOUT = 900.0
TIMEOUT = 60.0
INTERVAL = 0.2
# Messages of a machine that cannot reach a registry or has an old builder: no Dockerfile mends it.
UNAVAILABLE = ("no such host", "dial tcp", "failed to resolve source metadata", "requires BuildKit")
SETTINGS = {
    "DATABASE_URL": "postgresql+psycopg://eventure:eventure@127.0.0.1:1/eventure",
    "SECRET_KEY": "a key for a container that knows nobody",
}


@dataclass(frozen=True)
class Engine:
    """The `docker` command in the learner's folder."""

    folder: Path

    def run(self, *arguments: str, timeout: float = TIMEOUT) -> "subprocess.CompletedProcess[str]":
        """`docker WORDS` in the learner's folder."""
        command = ["docker", *arguments]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=timeout, check=False
        )

    def build(self, tag: str) -> None:
        """Build the image. Skips without its base image; fails when the build fails."""
        completed = self.run("build", "--tag", tag, ".", timeout=BUILD_TIMEOUT)
        output = f"{completed.stdout}{completed.stderr}"
        if completed.returncode and any(message in output for message in UNAVAILABLE):
            pytest.skip(f"{CANNOT_RUN}: the base image cannot be had")
        last = " / ".join([line for line in output.splitlines() if line.strip()][-3:])
        assert completed.returncode == 0, f"`docker build .` ends well: {last[:300]}"


@dataclass(frozen=True)
class BuiltImage:
    """An image that was built from the learner's folder."""

    engine: Engine
    tag: str

    def python(self, source: str) -> str:
        """The output of a Python program in a container of the image."""
        arguments = ("run", "--rm", "--network", "none", "--entrypoint", "python", self.tag)
        return self.engine.run(*arguments, "-c", source).stdout.strip()

    @contextlib.contextmanager
    def container(self) -> Iterator[str]:
        """A container without a network that may write to /tmp alone; its id."""
        environment = [
            argument for item in SETTINGS.items() for argument in ("--env", "=".join(item))
        ]
        arguments = ("run", "--detach", "--network", "none", "--read-only", "--tmpfs", "/tmp")  # noqa: S108
        container = self.engine.run(*arguments, *environment, self.tag).stdout.strip()
        try:
            yield container
        finally:
            self.engine.run("rm", "--force", container)

    def logs(self, container: str) -> str:
        completed = self.engine.run("logs", container)
        return f"{completed.stdout}{completed.stderr}"

    def wait_until(self, condition: Callable[[], bool], timeout: float = 30) -> bool:
        """Whether the condition holds in time."""
        return holds_within(timeout, condition, INTERVAL)


def skip_reason(config: pytest.Config) -> str:
    """Why the engine's tests are skipped; "" when an engine answers.

    A contained run never uses one: its containers would run outside the sandbox.
    """
    if config.getoption("--contained"):
        return f"{CANNOT_RUN}: an engine would run your code outside the sandbox"
    if os.environ.get(ENGINE) == OFF and not config.getoption("--engine"):
        return f"{CANNOT_RUN}: {ENGINE_LEFT_OUT}"
    return "" if docker_server.answers() else f"{CANNOT_RUN}: no Docker engine answers"


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> Engine:
    """`docker` in the learner's folder."""
    if reason := skip_reason(request.config):
        pytest.skip(reason)
    tree = request.config.getoption("--tree")
    return Engine(Path(tree).resolve() if tree else request.path.parent.parent)


@pytest.fixture(scope="module")
def built_image(engine: Engine) -> Iterator[BuiltImage]:
    """The learner's image, built once for all tests of a file, and removed after them."""
    tag = f"eventure-check-{secrets.token_hex(4)}"
    engine.build(tag)
    yield BuiltImage(engine, tag)
    engine.run("rmi", "--force", tag)
