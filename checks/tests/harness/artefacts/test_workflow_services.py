"""Which service container a URL of a job leads to, and where a job in a container has it from."""

from pathlib import Path

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.workflow import Workflow
from checks.harness.artefacts.workflow_services import JobServices

SERVICES = {name: {"image": "postgres:17"} for name in ("db", "migrations")}
CONTAINER = """
on: push
env: {A: workflow, B: workflow}
jobs:
  tests:
    runs-on: ubuntu-latest
    container: {image: python, env: {A: container, C: container, D: container}}
    env: {C: job}
    steps: [{run: pytest}]
"""


def test_a_job_may_have_two_services_of_one_image() -> None:
    services = JobServices({"container": "python", "services": SERVICES}, [{}])

    for name, service in SERVICES.items():
        assert services.reached(f"postgresql://a@{name}/a", "postgres") is service
    assert services.reached("postgresql://a@other/a", "postgres") is None


def test_a_container_has_variables_that_the_workflow_and_the_job_go_before(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_text(CONTAINER)
    (job,) = Workflow(Tree(tmp_path), "ci.yml").jobs

    assert job.env == {"A": "workflow", "B": "workflow", "C": "job", "D": "container"}
