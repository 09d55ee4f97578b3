"""A Docker engine, where one answers; elsewhere its tests are skipped, and say so."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from checks.harness.record import CANNOT

if TYPE_CHECKING:
    import docker

ENGINE = "EVENTURE_ENGINE"
OFF = "off"
ANSWERS_WITHIN = 3


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> "Iterator[docker.DockerClient]":
    """A client of the engine that `docker` would talk to.

    Not in the sandbox: what an engine builds and starts runs outside of it.
    """
    if request.config.getoption("--contained"):
        pytest.skip(f"{CANNOT}: an engine would run your code outside the sandbox")
    if os.environ.get(ENGINE) == OFF:
        pytest.skip(f"{CANNOT}: verify leaves the Docker engine out; {ENGINE}=on takes it in")
    client = _client()
    if client is None:
        pytest.skip(f"{CANNOT}: no Docker engine answers")
    yield client
    client.close()


def _client() -> "docker.DockerClient | None":
    """None when nothing answers, or not in time."""
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env(timeout=ANSWERS_WITHIN)
        client.ping()
    except (DockerException, OSError):
        return None
    client.api.timeout = 600  # a build may say nothing for minutes
    return client
