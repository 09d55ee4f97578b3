"""The workflow that the site offers for a learner's repository is valid, and calls what exists."""

import re
from typing import Any

import pytest
import yaml

from checks.harness.artefacts.yaml_schema import Loader, schema_error
from checks.tests.support.command_line import checks
from checks.tests.support.repository import ROOT

PATH = ROOT / "docs" / "assets" / "grade-each-push.yml"
TEXT = PATH.read_text(encoding="utf-8")


@pytest.fixture
def workflow() -> Any:
    """The workflow as GitHub reads it: in YAML 1.2 the key `on` is a text."""
    return yaml.load(TEXT, Loader)  # noqa: S506 - a SafeLoader


def test_github_s_schema_accepts_it(workflow: Any) -> None:
    assert not schema_error(workflow, "github-workflows")


def test_a_push_grades_with_rights_to_read_only(workflow: Any) -> None:
    assert "push" in workflow["on"]
    assert workflow["permissions"] == {"contents": "read"}


def test_the_job_has_the_name_that_github_s_reporter_looks_for(workflow: Any) -> None:
    assert list(workflow["jobs"]) == ["run-autograding-tests"]


def test_no_step_keeps_a_token_on_the_disk(workflow: Any) -> None:
    (job,) = workflow["jobs"].values()
    checkouts = [step for step in job["steps"] if "checkout" in step.get("uses", "")]

    assert len(checkouts) == 2
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_nothing_of_the_event_is_pasted_into_a_shell(workflow: Any) -> None:
    (job,) = workflow["jobs"].values()

    assert not [step for step in job["steps"] if "${{" in step.get("run", "")]


@pytest.mark.parametrize("command", sorted(set(re.findall(r"checks (grade|report)", TEXT))))
def test_each_option_exists(command: str) -> None:
    options = re.findall(rf"checks {command} .*", TEXT)
    named = {option for line in options for option in re.findall(r"--[a-z]+", line)}

    help_page = checks(ROOT, command, "--help").stdout

    assert named
    assert all(option in help_page for option in named)


def test_the_versions_are_those_of_the_course_s_own_workflow() -> None:
    own = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"uses: (actions/(?:checkout|setup-python)@\S+)", TEXT))

    assert used <= set(re.findall(r"uses: (actions/\S+)", own))
