"""A command that looks at a part of the project gives no verdict on it."""

from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.narrowing import narrows
from checks.harness.artefacts.workflow import Workflow

NARROW = """
ruff check --select F999
ruff check README.md
ruff check app/main.py
ruff check -qe
ruff check --fix-only
ruff check --isolated
ruff check --exclude=app
ruff check --config /dev/null
ruff check --config lint.select=[]
ruff check --diff
ruff check -
ruff format --check README.md
ruff format --check --range 1-2 app
mypy -c pass
mypy -m json
mypy app/__init__.py
mypy --config-file /dev/null app
mypy --ignore-err app
mypy @files.txt
pytest --cov -k nothing
pytest --cov tests/test_rules.py
pytest --cov=tests
pytest tests/test_rules.py --cov
pytest --cov --cov-fail-under=1
pytest --cov --cov-fail-under 0
pytest --cov --ignore tests
pytest --cov -c /dev/null
pytest --cov --cov-config=/dev/null
pytest --cov -p no:pytest_cov
pytest --cov -o addopts=
pytest --cov --rootdir docs
alembic -c other.ini upgrade head
alembic upgrade head --sq
docker build
docker build --check .
docker build --call=check .
docker build -f deploy/Empty .
docker build - < /dev/null
docker build deploy
docker image ls build
pip-audit -r requirements.lock --dry
"""
WHOLE = """
ruff check
ruff check .
ruff check app tests --output-format github
ruff --quiet check --config pyproject.toml
ruff format --check --diff
mypy
mypy app tests
mypy --config-file ../pyproject.toml
mypy -p app --strict
pytest --cov
pytest --cov -q
pytest --cov --cov-report xml -x
pytest --cov=app --cov=migrations > report.txt
pytest --cov app --cov-fail-under 90 tests
alembic --config alembic.ini upgrade head
docker build --tag eventure .
docker build --target runtime .
pytest --cov=app --cov=tests -p no:cacheprovider -o junit_family=xunit2
docker build -f Dockerfile -t eventure --build-arg A=b .
docker buildx build --cache-to type=gha .
docker compose build
pip-audit --require-hashes --disable-pip -r requirements.lock
terraform plan -target=x
"""


@pytest.mark.parametrize("line", NARROW.strip().split("\n"))
def test_a_part_is_not_the_project(line: str) -> None:
    assert narrows(tuple(line.split()), {})


@pytest.mark.parametrize("line", WHOLE.strip().split("\n"))
def test_the_whole_project_is(line: str) -> None:
    assert not narrows(tuple(line.split()), {})


@pytest.mark.parametrize(
    "env", [{"PYTEST_ADDOPTS": "-k nothing"}, {"COVERAGE_RCFILE": "x"}, {"PYTEST_PLUGINS": "x"}]
)
def test_variables_narrow_too(env: dict[str, str]) -> None:
    assert narrows(("pytest", "--cov"), env)
    assert not narrows(("ruff", "check"), env)


def test_a_workflow_names_the_command_that_looks_at_a_part(tmp_path: Path) -> None:
    steps = "[{run: ruff format --check}, {run: ruff check --select E9 .}, {run: mypy}]"
    (tmp_path / "ci.yml").write_text(f"on: push\njobs: {{a: {{runs-on: x, steps: {steps}}}}}\n")
    workflow = Workflow(Tree(tmp_path), "ci.yml")

    assert workflow.partial_command("ruff", "check") == "ruff check --select E9 ."
    assert workflow.partial_command("ruff", "format") == workflow.partial_command("mypy") == ""
