"""The Docker engine: the one that answers, or one of our own until the block ends.

An engine of our own keeps its images in the workbook's cache folder, so that a second run builds
nothing. Its socket and its logs are in a temporary folder.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from checks.bench.docker_check.host_network import (
    SYSTEM_PROGRAMS,
    host_network_kept,
    system_environment,
)
from checks.bench.process_stop import stop
from checks.errors import CourseError
from checks.harness.app import docker_server
from checks.harness.app.polling import holds_within
from checks.services.temporary_folders import SHORT_PATHS, temporary_folder

START_TIMEOUT, STOP_TIMEOUT = 60.0, 60.0
DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM")
"""The kernel ends the engine also where the check is killed and can end nothing."""


@dataclass(frozen=True)
class Engine:
    """How the engine is reached, and whose it is."""

    variables: Mapping[str, str]
    is_own: bool


def cache_folder() -> Path:
    """What outlives a run: the images of our own engine, and Debian's files."""
    return platformdirs.user_cache_path("eventure-workbook", appauthor=False) / "docker-check"


def missing_program(
    name: str, package: str, path: str | None = None, *, use: str = "this check needs it"
) -> str:
    """The sentence for a program that is not installed; "" where it is."""
    search = f"{path or os.environ.get('PATH', '')}:{SYSTEM_PROGRAMS}"
    if shutil.which(name, path=search):
        return ""
    return f"`{name}` is not installed, and {use}: apt-get install {package}, then run it again."


def refusal(*, answers: bool, user: int, platform: str, path: str | None = None) -> str:
    """Why no engine can be had on this machine, in a sentence; "" where one can."""
    if no_client := missing_program("docker", "docker.io", path):
        return no_client
    if answers:
        return ""
    if platform != "linux":
        return "No Docker engine answers `docker version`: start Docker Desktop, then run it again."
    use = "no engine answers `docker version`"
    if no_server := missing_program("dockerd", "docker.io", path, use=use):
        return no_server
    if user != 0:
        return (
            "No Docker engine answers `docker version`, and only root starts one:"
            " use sudo, or start yours."
        )
    return ""


@contextlib.contextmanager
def engine() -> Iterator[Engine]:
    """An engine. Raises CourseError where there is none and none can be started."""
    answers = docker_server.answers()
    if reason := refusal(answers=answers, user=os.geteuid(), platform=sys.platform):
        raise CourseError(reason)
    # The classic builder takes a base image from the engine; BuildKit would ask the registry.
    builder = {"DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0"}
    if answers:
        yield Engine(builder, is_own=False)
        return
    with temporary_folder("dockerd", SHORT_PATHS) as scratch, host_network_kept():
        process = start(scratch, cache_folder() / "engine")
        try:
            address = f"unix://{scratch / 'socket'}"
            _wait(process, scratch, address)
            yield Engine({**builder, "DOCKER_HOST": address}, is_own=True)
        finally:
            stop(process, STOP_TIMEOUT)


def start(scratch: Path, data: Path) -> "subprocess.Popen[bytes]":
    """`dockerd` with everything of its own. Ctrl-C does not reach it."""
    data.mkdir(parents=True, exist_ok=True)
    argv = [
        *DIE_WITH_PARENT,
        "dockerd",
        f"--data-root={data}",
        f"--exec-root={scratch / 'exec'}",
        f"--pidfile={scratch / 'pid'}",
        f"--host=unix://{scratch / 'socket'}",
    ]
    with (scratch / "log").open("wb") as log:
        return subprocess.Popen(
            argv, stdout=log, stderr=log, start_new_session=True, env=system_environment()
        )


def _wait(process: "subprocess.Popen[bytes]", scratch: Path, address: str) -> None:
    """Return when it answers. Raises CourseError, with its log's last line, when it does not."""
    argv = ["docker", "--host", address, "version"]

    def answers() -> bool:
        if process.poll() is not None:
            return True
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0

    if not holds_within(START_TIMEOUT, answers, 0.2) or process.poll() is not None:
        lines = (scratch / "log").read_text(encoding="utf-8", errors="replace").splitlines()
        last = lines[-1] if lines else "it printed nothing"
        raise CourseError(f"dockerd does not start here ({last}): start an engine, then run again.")
