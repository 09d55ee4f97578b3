"""The files that the site offers for running workers are valid, and call what exists."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.harness.artefacts.yaml_schema import Loader, schema_error
from checks.tests.support.command_line import checks
from checks.tests.support.repository import ROOT

ASSETS = ROOT / "docs" / "assets"
UNIT = ASSETS / "eventure-worker.service"
IN_THE_UNIT = "/srv/eventure/.venv/bin/checks"


def document(name: str) -> Any:
    return yaml.load((ASSETS / name).read_text(encoding="utf-8"), Loader)  # noqa: S506 - a SafeLoader


def test_compose_s_schema_accepts_the_compose_file() -> None:
    assert not schema_error(document("workers-compose.yml"), "compose-spec")


def test_no_password_stands_in_a_file() -> None:
    worker = document("workers-compose.yml")["services"]["worker"]

    assert "${QUEUE_PASSWORD:?}" in worker["environment"]["EVENTURE_QUEUE"]
    assert "EVENTURE_QUEUE=" not in UNIT.read_text().split("[Service]")[1]


def test_the_job_runs_ten_workers_that_end_by_themselves() -> None:
    job = document("workers-job.yml")
    (container,) = job["spec"]["template"]["spec"]["containers"]

    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    assert job["spec"]["parallelism"] == 10
    assert "completions" not in job["spec"], "a work queue: done when the workers have ended"
    assert container["args"][container["args"].index("--idle") + 1] == "600"
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "OnFailure"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(
        UNIT.read_text().replace(IN_THE_UNIT, "/bin/true").replace("/srv/eventure", "/")
    )

    verified = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )

    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.parametrize("option", ["--jobs", "--idle", "EVENTURE_QUEUE", "EVENTURE_STORE"])
def test_what_the_files_use_is_an_option_of_the_worker(option: str) -> None:
    files = ("eventure-worker.service", "workers-compose.yml", "workers-job.yml")
    texts = [(ASSETS / name).read_text(encoding="utf-8") for name in files]

    assert any(option in text for text in texts)
    assert option in checks(ROOT, "worker", "--help").stdout
