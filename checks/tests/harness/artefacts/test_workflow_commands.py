"""Whether a workflow's command gives a verdict, and whether a job reaches its service."""

from typing import Any

import pytest

from checks.harness.artefacts.invocation import invocation
from checks.harness.artefacts.shell_script import commands
from checks.harness.artefacts.workflow import Job
from checks.harness.artefacts.workflow_triggers import (
    events,
    starts_for_each_pull_request,
    starts_for_push,
)

SERVICE = {"image": "postgres:16", "ports": ["5433:5432/tcp"]}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ruff check .", True),
        ("python -m ruff check .", True),
        ("python3.11 -X dev -m ruff check .", True),
        ("RUFF_CACHE_DIR=/tmp .venv/bin/ruff check .", True),
        ("uv run --no-sync ruff check .", True),
        ("ruff check --fix --exit-non-zero-on-fix .", True),
        ("ruff format .", False),
        ("ruff check --fix .", False),
        ("echo ruff check .", False),
        ("python ruff check", False),
    ],
)
def test_a_command_runs_when_its_status_is_a_verdict(line: str, expected: bool) -> None:
    (command,) = commands(line)

    assert invocation(command, {}).runs("ruff", "check") is expected


def job(*steps: dict[str, Any], **definition: Any) -> Job:
    return Job("tests", {"steps": list(steps), **definition}, {}, "")


def names(steps: Job) -> list[str]:
    return [command.words[0] for command in steps.required_commands]


@pytest.mark.parametrize(
    ("script", "shell", "expected"),
    [
        ("mypy; pytest", "", ["mypy", "pytest"]),
        ("mypy || true\npytest", "", ["pytest"]),
        ("mypy | tee x", "", ["tee"]),
        ("mypy | tee x", "bash", ["mypy", "tee"]),
        ("mypy | tee x", "bash --norc -xeo pipefail {0}", ["mypy", "tee"]),
        ("mypy", "bash --norc {0}", []),
        ("set -eo pipefail\nmypy | tee x", "", ["set", "mypy", "tee"]),
        ("mypy | tee x\nset -o pipefail", "", ["tee", "set"]),
        ("set +eu\nmypy", "", []),
        ("set +o errexit\nmypy", "", []),
        ("if x; then\n  mypy\nfi\npytest", "", ["pytest"]),
        ("lint() {\n  mypy\n}\npytest", "", ["pytest"]),
        ("exit 0\nmypy", "", []),
        ("mypy || exit 1\npytest", "", ["pytest"]),
    ],
)
def test_a_command_counts_when_its_failure_ends_the_job(
    script: str, shell: str, expected: list[str]
) -> None:
    assert names(job({"run": script, "shell": shell})) == expected


def test_a_script_is_read_with_each_row_of_the_matrix() -> None:
    matrix = {"tool": ["ruff check"], "include": [{"tool": "mypy"}], "python": ["3.11", 3.10]}
    setup = {"uses": "actions/setup-python@v5", "with": {"python-version": "${{matrix.python}}"}}
    filled = job({"run": "python -m ${{ matrix.tool }} ."}, setup, strategy={"matrix": matrix})

    assert names(filled) == ["ruff", "mypy"]
    assert filled.python_versions == ["3.11", 3.10]


@pytest.mark.parametrize(
    "step",
    [
        {"run": "pytest", "env": {"URL": "new"}},
        {"run": "URL=new pytest"},
        {"run": "export URL=new\npytest"},
        {"run": "env URL=new pytest"},
    ],
)
def test_the_nearest_variable_counts(step: dict[str, Any]) -> None:
    steps = [{"run": 'echo "URL=old" >> "$GITHUB_ENV"'}, step, {"run": "pytest"}]
    urls = [each.env.get("URL") for each in job(*steps).required_commands if each.runs("pytest")]

    assert urls == ["new", "old"]


@pytest.mark.parametrize(
    ("filters", "pull_request", "push"),
    [
        (None, True, True),
        ({"branches": ["main"]}, False, True),
        ({"branches": ["*"]}, False, True),
        ({"branches": ["**"]}, True, True),
        ({"branches": ["**", "!main"]}, False, False),
        ({"branches-ignore": ["gh-pages"]}, True, True),
        ({"types": "opened"}, False, True),
        ({"types": ["reopened", "opened", "labeled", "synchronize"]}, True, True),
        ({"tags": ["v*"]}, True, False),
        ({"branches": ["[m"]}, False, False),
    ],
)
def test_filters_of_events(filters: dict[str, Any] | None, pull_request: bool, push: bool) -> None:
    on = events({"on": {"pull_request": filters, "push": filters}})

    assert starts_for_each_pull_request(on) is pull_request
    assert starts_for_push(on, "main") is push


@pytest.mark.parametrize(
    ("url", "container", "expected"),
    [
        ("postgresql://app@localhost:5433/app", False, True),
        ("postgresql://app@localhost:5432/app", False, False),
        ("postgresql://app@db:5433/app", False, False),
        ("postgresql://app@db:5432/app", True, True),
        ("postgresql://app@db:5433/app", True, False),
        ("postgresql://app@db/app", True, True),
        ("redis://db", True, False),
        ("postgresql://app@localhost:5433/app", True, False),
        ("", False, False),
    ],
)
def test_a_container_uses_the_service_s_name_and_others_a_port(
    url: str, container: bool, expected: bool
) -> None:
    definition = {"services": {"db": SERVICE}, **({"container": "python"} if container else {})}
    job = Job("tests", definition, {}, "")

    assert (job.services.reached(url, "postgres") is not None) is expected


STEPS_ELSEWHERE = [
    {"run": "cd docs && ruff check"},
    {"run": "cd /tmp\nruff check"},
    {"run": "ruff check", "working-directory": "deploy"},
]


@pytest.mark.parametrize("step", STEPS_ELSEWHERE)
def test_a_command_in_another_folder_gives_no_verdict(step: dict[str, str]) -> None:
    assert not any(each.runs("ruff", "check") for each in job(step).required_commands)


@pytest.mark.parametrize("script", ["cd app && ruff check", "cd app\nmypy\ncd ..\nruff check"])
def test_one_in_the_app_does(script: str) -> None:
    assert any(each.runs("ruff", "check") for each in job({"run": script}).required_commands)


CHECKOUT = {"uses": "actions/checkout@v4.2.2"}
CHECK = {"run": "ruff check"}


@pytest.mark.parametrize(
    "steps",
    [
        [CHECK],
        [CHECK, CHECKOUT],
        [{**CHECKOUT, "with": {"ref": "main"}}, CHECK],
        [{**CHECKOUT, "with": {"ref": "${{ github.base_ref }}"}}, CHECK],
        [{**CHECKOUT, "with": {"repository": "somebody/else"}}, CHECK],
        [{**CHECKOUT, "with": {"path": "elsewhere"}}, CHECK],
        [{**CHECKOUT, "with": {"sparse-checkout": "docs"}}, CHECK],
        [{**CHECKOUT, "if": "false"}, CHECK],
        [CHECKOUT, {"run": "git checkout main"}, CHECK],
        [CHECKOUT, {"run": "rm -rf app tests"}, CHECK],
    ],
)
def test_a_job_may_look_at_something_else(steps: list[dict[str, Any]]) -> None:
    assert not job(*steps).looks_at_change


@pytest.mark.parametrize(
    "steps",
    [
        [CHECKOUT, CHECK],
        [{"run": "echo hello"}],
        [{**CHECKOUT, "with": {"ref": "${{ github.event.pull_request.head.sha }}"}}, CHECK],
        [{**CHECKOUT, "with": {"fetch-depth": 0, "path": "."}}, {"run": "rm -rf build"}, CHECK],
        [{"uses": "docker/build-push-action@v6.18.0"}],
    ],
)
def test_a_job_looks_at_the_change(steps: list[dict[str, Any]]) -> None:
    assert job(*steps).looks_at_change


@pytest.mark.parametrize("launcher", ["uvx", "pipx run", "uv tool run", "sudo uvx --quiet"])
def test_some_launchers_give_a_program_an_environment_of_its_own(launcher: str) -> None:
    (command,) = commands(f"{launcher} pip-audit --strict")

    assert invocation(command, {}).words == ("pip-audit", "--strict")
    assert invocation(command, {}).is_apart


@pytest.mark.parametrize("line", ["pip-audit", "uv run pip-audit", "python -m pip_audit"])
def test_others_look_at_the_project_s(line: str) -> None:
    (command,) = commands(line)

    assert not invocation(command, {}).is_apart
