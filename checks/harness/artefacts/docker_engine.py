"""A Docker engine, where one answers; elsewhere its tests are skipped, and say so."""

import contextlib
import os
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks.harness.reporting.record import CANNOT_RUN

ENGINE = "EVENTURE_ENGINE"
OFF = "off"
BUILD_LIMIT = 900.0
LIMIT = 60.0
# What a machine lacks and no Dockerfile can mend: the way to a registry, a newer builder.
NOT_OURS = ("no such host", "dial tcp", "failed to resolve source metadata", "requires BuildKit")
SETTINGS = {
    "DATABASE_URL": "postgresql+psycopg://eventure:eventure@127.0.0.1:1/eventure",
    "SECRET_KEY": "a key for a container that knows nobody",
}


@dataclass(frozen=True)
class Engine:
    """The `docker` command, and what was built with it."""

    folder: Path

    def run(self, *words: str, limit: float = LIMIT) -> "subprocess.CompletedProcess[str]":
        """`docker WORDS` in the learner's folder."""
        command = ["docker", *words]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=limit, check=False
        )

    def build(self, tag: str) -> None:
        """Skips when the base image cannot be had; fails when the build does."""
        done = self.run("build", "--tag", tag, ".", limit=BUILD_LIMIT)
        said = f"{done.stdout}{done.stderr}"
        if done.returncode and any(words in said for words in NOT_OURS):
            pytest.skip(f"{CANNOT_RUN}: the base image cannot be had")
        last = " / ".join([line for line in said.splitlines() if line.strip()][-3:])
        assert done.returncode == 0, f"`docker build .` ends well: {last[:300]}"


@dataclass(frozen=True)
class Built:
    """An image that was built from the learner's folder."""

    engine: Engine
    tag: str

    def python(self, source: str) -> str:
        """What a Python program prints in a container of the image."""
        words = ("run", "--rm", "--network", "none", "--entrypoint", "python", self.tag)
        return self.engine.run(*words, "-c", source).stdout.strip()

    @contextlib.contextmanager
    def started(self) -> Iterator[str]:
        """A container without a network that may write to /tmp alone; its id."""
        given = [word for item in SETTINGS.items() for word in ("--env", "=".join(item))]
        words = ("run", "--detach", "--network", "none", "--read-only", "--tmpfs", "/tmp")  # noqa: S108
        container = self.engine.run(*words, *given, self.tag).stdout.strip()
        try:
            yield container
        finally:
            self.engine.run("rm", "--force", container)

    def logs(self, container: str) -> str:
        done = self.engine.run("logs", container)
        return f"{done.stdout}{done.stderr}"

    def until(self, good: Callable[[], bool], seconds: float = 30) -> bool:
        """Whether it became so in time."""
        deadline = time.monotonic() + seconds
        while not good():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True


def why_not(config: pytest.Config) -> str:
    """Why no engine is asked; "" when one answers.

    Not in the sandbox: what an engine builds and starts runs outside of it.
    """
    if config.getoption("--contained"):
        return f"{CANNOT_RUN}: an engine would run your code outside the sandbox"
    if os.environ.get(ENGINE) == OFF:
        return f"{CANNOT_RUN}: verify leaves the Docker engine out; {ENGINE}=on takes it in"
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        asked = ("docker", "version", "--format", "{{.Server.Version}}")
        done = subprocess.run(asked, capture_output=True, timeout=5, check=False)
        if done.returncode == 0:
            return ""
    return f"{CANNOT_RUN}: no Docker engine answers"


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> Engine:
    """`docker` in the learner's folder."""
    if reason := why_not(request.config):
        pytest.skip(reason)
    chosen = request.config.getoption("--tree")
    return Engine(Path(chosen).resolve() if chosen else request.path.parent.parent)


@pytest.fixture(scope="module")
def built(engine: Engine) -> Iterator[Built]:
    """The learner's image, built once for all tests of a file, and removed."""
    tag = f"eventure-check-{secrets.token_hex(4)}"
    engine.build(tag)
    yield Built(engine, tag)
    engine.run("rmi", "--force", tag)
