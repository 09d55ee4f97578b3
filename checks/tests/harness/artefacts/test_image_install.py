"""Whether a Dockerfile installs its packages, and whether it has a program."""

import pytest

from checks.harness.artefacts.dockerfile import Dockerfile
from checks.harness.artefacts.image_programs import has_program

LOCKED = "pip install --require-hashes -r requirements.lock"


def image(run: str) -> Dockerfile:
    return Dockerfile(f"FROM a:1 AS p\n{run}\nFROM a:1\nCOPY --from=p /venv /venv\n")


@pytest.mark.parametrize(
    "run",
    [
        f"RUN {LOCKED}",
        f"RUN python -m venv /v && /v/bin/{LOCKED} && rm -rf /x",
        f"RUN apt-get update; {LOCKED}; rm -rf /x",
        f"RUN mkdir -p /x && cd /x && {LOCKED}",
        f"RUN (cd /x && {LOCKED})",
        f"RUN <<EOF\nset -eux\n/v/bin/{LOCKED}\nEOF",
        f"RUN set -eux; for i in 1 2 3; do {LOCKED} && break; done",
        f"RUN if [ $X = 1 ]; then {LOCKED}; else {LOCKED} --no-cache-dir; fi",
        'RUN ["pip", "install", "--require-hashes", "-r", "requirements.lock"]',
        "RUN --mount=type=cache,target=/x uv sync --frozen --no-dev",
    ],
)
def test_the_packages_are_installed(run: str) -> None:
    assert image(run).installs_from_lock


@pytest.mark.parametrize(
    "run",
    [
        f"RUN echo {LOCKED}",
        f"RUN true # {LOCKED}",
        f"RUN false && {LOCKED}",
        f"RUN {LOCKED} || true",
        f"RUN exit 0; {LOCKED}",
        f"RUN if false; then {LOCKED}; fi",
        f"RUN {LOCKED} --dry-run",
        "RUN pip install -r requirements.lock",
    ],
)
def test_nothing_is_installed(run: str) -> None:
    assert not image(run).installs_from_lock


def test_a_stage_that_nothing_is_taken_from_installs_nothing() -> None:
    assert not Dockerfile(f"FROM a:1 AS p\nRUN {LOCKED}\nFROM a:1\n").installs_from_lock
    mounted = "RUN --mount=type=cache,target=/c --mount=type=bind,from=p,target=/p cp -a /p /v"
    assert Dockerfile(f"FROM a:1 AS p\nRUN {LOCKED}\nFROM a:1\n{mounted}\n").installs_from_lock


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM python:3.11-slim\nRUN echo curl", False),
        ("FROM python:3.11-slim\nRUN apt-get update && apt-get install -y curl", True),
        ("FROM python:3.11-slim\nCOPY --from=c /usr/bin/curl /usr/bin/curl", True),
        ("FROM python:3.11-bookworm", True),
        ("FROM docker.io/library/python:3.11-slim-bookworm", False),
    ],
)
def test_a_program_is_installed_copied_or_of_the_base(text: str, expected: bool) -> None:
    assert has_program(Dockerfile(text), "curl") is expected
