"""Whether a workflow's command gives a verdict, and whether a job reaches its service."""

import pytest

from checks.harness.artefacts.shell_script import commands
from checks.harness.artefacts.workflow import Job, runs

SERVICE = {"image": "postgres:16", "ports": ["5433:5432/tcp"]}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ruff check .", True),
        ("python -m ruff check .", True),
        ("ruff format .", False),
        ("ruff check --fix .", False),
        ("echo ruff check .", False),
    ],
)
def test_a_command_runs_when_its_status_is_a_verdict(line: str, expected: bool) -> None:
    assert runs(commands(line), "ruff", "check") is expected


@pytest.mark.parametrize(
    ("url", "container", "expected"),
    [
        ("postgresql://app@localhost:5433/app", False, True),
        ("postgresql://app@localhost:5432/app", False, False),
        ("postgresql://app@db:5433/app", False, False),
        ("postgresql://app@db:5432/app", True, True),
        ("postgresql://app@localhost:5433/app", True, False),
        ("", False, False),
    ],
)
def test_a_container_uses_the_service_s_name_and_others_a_port(
    url: str, container: bool, expected: bool
) -> None:
    definition = {"services": {"db": SERVICE}, **({"container": "python"} if container else {})}
    job = Job("tests", definition, {"DATABASE_URL": url}, "")

    assert job.reaches("DATABASE_URL", SERVICE) is expected
